/** Selectors that match less, or more, than they seem to. */
import type { AuditResourcesModel, AuditRuleModel } from '../policy';
import { BUILT_IN_RESOURCES, groupsOf } from '../resources';
import { fieldOf } from './finding';
import type { LintSetting, PolicyFinding } from './finding';
import { ordinaryUser, resourceRequest } from './probes';

type InEntry = (
  entry: AuditResourcesModel,
  rule: AuditRuleModel,
) => Pick<PolicyFinding, 'message' | 'remedy'> | undefined;

function inEntries(
  setting: LintSetting,
  found: Pick<PolicyFinding, 'code' | 'severity'>,
  of: InEntry,
): PolicyFinding[] {
  return setting.policy.rules.flatMap((rule, index) =>
    (rule.resources ?? []).flatMap((entry, position) => {
      const said = of(entry, rule);
      return said === undefined
        ? []
        : [{ ...found, field: fieldOf(index, `resources[${position}]`), rule: index, ...said }];
    }),
  );
}

/** A05 */
export function foreignResources(setting: LintSetting): PolicyFinding[] {
  return inEntries(setting, { code: 'A05', severity: 'error' }, ({ group = '', resources = [] }) => {
    const own = BUILT_IN_RESOURCES[group];
    if (own === undefined) return undefined;
    for (const pattern of resources) {
      const [resource = ''] = pattern.split('/');
      const groups = groupsOf(resource);
      if (own.includes(resource) || groups.length === 0) continue;
      const homes = groups.map((each) => `'${each}'`).join(' or ');
      return {
        message: `'${resource}' is not served in the group '${group}'`,
        remedy: `name it under the group ${homes}`,
      };
    }
    return undefined;
  });
}

/** A11 */
export function baseWithSubresources(setting: LintSetting): PolicyFinding[] {
  return inEntries(setting, { code: 'A11', severity: 'warning' }, ({ resources = [] }) => {
    const pattern = resources.find((each) => /^[^*/]+\/\*$/.test(each) && !resources.includes(each.slice(0, -2)));
    if (pattern === undefined) return undefined;
    const base = pattern.slice(0, -2);
    return {
      message: `'${pattern}' matches '${base}' itself too`,
      remedy: `name the subresources that are meant, or '${base}' beside it to say that both are`,
    };
  });
}

const UNNAMED_VERBS = ['create', 'list', 'watch', 'deletecollection'];

/** A12 */
export function namesThatRequestsLack(setting: LintSetting): PolicyFinding[] {
  return inEntries(setting, { code: 'A12', severity: 'warning' }, ({ resourceNames = [] }, { verbs = [] }) => {
    const verb = verbs.find((each) => UNNAMED_VERBS.includes(each));
    if (resourceNames.length === 0 || verb === undefined) return undefined;
    return {
      message: `a ${verb} request has no name in its URL, so 'resourceNames' keeps it out`,
      remedy: `leave 'resourceNames' out of the rule for ${verb}`,
    };
  });
}

/** A13 */
export function namespacesThatRequestsLack({ policy }: LintSetting): PolicyFinding[] {
  return policy.rules.flatMap((rule, index) => {
    const said = namespaceSurprise(rule);
    const field = fieldOf(index, 'namespaces');
    return said === undefined ? [] : [{ code: 'A13', severity: 'warning', field, rule: index, ...said }];
  });
}

function namespaceSurprise(rule: AuditRuleModel): Pick<PolicyFinding, 'message' | 'remedy'> | undefined {
  const { namespaces = [], verbs = [], resources = [] } = rule;
  if (namespaces.length === 0) return undefined;
  const named = resources.filter(({ group = '' }) => group === '').flatMap((entry) => entry.resources ?? []);
  if (named.some((pattern) => pattern.split('/')[0] === 'namespaces')) {
    const message =
      'a request for a Namespace carries its own name as its namespace; its creation and its list carry none';
    return { message, remedy: "restrict it by 'resourceNames', and give create and list a rule of their own" };
  }
  const verb = verbs.find((each) => each === 'list' || each === 'watch');
  if (verb === undefined || namespaces.includes('')) return undefined;
  return {
    message: `a ${verb} across all namespaces has none, so the rule does not match it`,
    remedy: "add '' to 'namespaces'",
  };
}

const SESSIONS = ['exec', 'attach', 'portforward'];

/** A14. A websocket session is a get, an older one a create. */
export function halfSessions({ policy, evaluator }: LintSetting): PolicyFinding[] {
  return SESSIONS.flatMap((subresource) => {
    const [get, create] = ['get', 'create'].map((verb) =>
      evaluator.decide(resourceRequest(verb, { group: '', resource: 'pods', subresource }, ordinaryUser())),
    );
    if (get === undefined || create === undefined || get.level === create.level) return [];
    const half = [get, create].find(({ matchedRule }) => (policy.rules[matchedRule]?.verbs ?? []).length > 0);
    const rule = half?.matchedRule ?? -1;
    if (rule < 0) return [];
    const message = `pods/${subresource} is recorded at ${get.level} as a get and at ${create.level} as a create; clients use both`;
    return [
      {
        code: 'A14',
        severity: 'warning',
        field: fieldOf(rule, 'verbs'),
        rule,
        message,
        remedy: "leave 'verbs' out, or name both get and create",
      },
    ];
  });
}
