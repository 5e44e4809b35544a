/** What a policy leaves out: failed logins, what no rule matches, rules that are never reached, whole API groups. */
import { AUDIT_STAGES } from '../policy';
import type { AuditRuleModel } from '../policy';
import { BUILT_IN_RESOURCES } from '../resources';
import { builtInGroups } from '../vocabulary';
import { fieldOf } from './finding';
import type { LintSetting, PolicyFinding } from './finding';
import { ordinaryUser, pathRequest, requestsOf, resourceRequest } from './probes';

/** A07. A failed login has no user, and is written at the stage ResponseStarted and at no other. */
export function hiddenLogins({ policy, evaluator }: LintSetting): PolicyFinding[] {
  const found = { code: 'A07', severity: 'error' } as const;
  const remedy = "end the policy with a rule 'level: Metadata' that names no user and no group";
  if (policy.omitStages?.includes('ResponseStarted') === true) {
    const message = 'the stage ResponseStarted is omitted: failed logins are written at no other';
    return [{ ...found, field: 'omitStages', message, remedy: "leave 'ResponseStarted' out" }];
  }
  const attempts = [
    resourceRequest('get', { group: '', resource: 'pods' }, null),
    resourceRequest('list', { group: '', resource: 'pods' }, null),
    resourceRequest('create', { group: '', resource: 'pods' }, null),
    pathRequest('get', '/', null),
    pathRequest('get', '/some-path', null),
  ];
  const isSeen = attempts.map((attempt) => {
    const { level, omitStages } = evaluator.decide(attempt);
    return level !== 'None' && !omitStages.includes('ResponseStarted');
  });
  return isSeen.includes(true) ? [] : [{ ...found, field: 'rules', message: 'no rule records a failed login', remedy }];
}

/** A09. Tried with everything that the policy names; a rule with too many combinations is not judged. */
export function unreachable({ policy, evaluator }: LintSetting): PolicyFinding[] {
  return policy.rules.flatMap((rule, index) => {
    const requests = requestsOf(rule, policy);
    if (requests === undefined) return [];
    const deciders = new Set<number>();
    for (const request of requests) {
      const { matchedRule } = evaluator.decide(request);
      if (matchedRule === index) return [];
      if (matchedRule >= 0 && matchedRule < index) deciders.add(matchedRule);
    }
    if (deciders.size === 0) return [];
    const earlier = [...deciders].sort((a, b) => a - b).map((each) => fieldOf(each));
    return [
      {
        code: 'A09',
        severity: 'warning',
        field: fieldOf(index),
        rule: index,
        message: `the rule is never reached: ${earlier.join(', ')} ${earlier.length === 1 ? 'decides' : 'decide'} all that it matches`,
        remedy: 'move it before them, or remove it',
      },
    ];
  });
}

/** A16 */
export function omittedAltogether({ policy }: LintSetting): PolicyFinding[] {
  return policy.rules.flatMap((rule, index) => {
    const omitted = new Set([...(policy.omitStages ?? []), ...(rule.omitStages ?? [])]);
    if (rule.level === 'None' || AUDIT_STAGES.some((stage) => !omitted.has(stage))) return [];
    const message = 'every stage is omitted: the rule records nothing';
    const remedy = "leave 'ResponseComplete' in, or write 'level: None'";
    return [{ code: 'A16', severity: 'warning', field: fieldOf(index, 'omitStages'), rule: index, message, remedy }];
  });
}

/** A17 */
export function withoutCatchAll({ evaluator }: LintSetting): PolicyFinding[] {
  const unnamed = [
    resourceRequest('get', { group: 'some.example.com', resource: 'somethings' }),
    resourceRequest('create', { group: 'some.example.com', resource: 'somethings' }),
    pathRequest('get', '/some-path'),
  ];
  if (unnamed.every((request) => evaluator.decide(request).matchedRule !== -1)) return [];
  const message = 'what no rule matches is not recorded';
  return [
    {
      code: 'A17',
      severity: 'warning',
      field: 'rules',
      message,
      remedy: "end the policy with a rule 'level: Metadata'",
    },
  ];
}

/** A21 */
export function missingGroups({ policy, evaluator, kubernetesVersion }: LintSetting): PolicyFinding[] {
  const named = policy.rules.flatMap((rule: AuditRuleModel) => rule.resources ?? []).map(({ group }) => group ?? '');
  if (named.length === 0) return [];
  const missing = builtInGroups(kubernetesVersion).filter((group) => {
    const [resource = 'somethings'] = BUILT_IN_RESOURCES[group] ?? [];
    return evaluator.decide(resourceRequest('create', { group, resource }, ordinaryUser())).matchedRule === -1;
  });
  if (missing.length === 0) return [];
  const names = missing.map((group) => (group === '' ? 'the core group' : group));
  const message = `no rule matches a create in ${names.join(', ')}, of Kubernetes ${kubernetesVersion}`;
  const remedy = "name these groups, or end the policy with a rule 'level: Metadata'";
  return [{ code: 'A21', severity: 'info', field: 'rules', message, remedy }];
}
