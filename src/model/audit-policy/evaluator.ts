/**
 * What the API server decides about a request. The decision follows its own checker, which changed once: from Kubernetes
 * 1.36 on, the group `*` is a wildcard.
 */
import { DEFAULT_KUBERNETES_VERSION, hasGroupWildcard } from '../kubernetes-version';
import { AUDIT_STAGES } from './policy';
import type {
  AuditDecision,
  AuditPolicyModel,
  AuditResourcesModel,
  AuditRuleModel,
  AuditStage,
  RequestAttributes,
} from './policy';

/** A rule for one kind of target, with what is left to ask of a request. */
interface Candidate {
  readonly users: ReadonlySet<string> | undefined;
  readonly groups: ReadonlySet<string> | undefined;
  readonly namespaces: ReadonlySet<string> | undefined;
  readonly names: ReadonlySet<string> | undefined;
  readonly urls: readonly string[] | undefined;
  readonly decision: AuditDecision;
}

type Target = Pick<RequestAttributes, 'apiGroup' | 'resource' | 'subresource'>;

/** Kinds of target that are kept; requests can name more than there are. */
const MOST_TARGETS = 4096;

/**
 * A policy made ready for many requests: what can be decided from verb and kind of resource is decided once for each of
 * them, so that a request meets only the rules that may be about it.
 */
export class PolicyEvaluator {
  private readonly groupWildcard: boolean;
  private readonly byTarget = new Map<string, readonly Candidate[]>();
  private readonly byPathVerb = new Map<string, readonly Candidate[]>();
  private readonly decisions: readonly AuditDecision[];
  private readonly otherwise: AuditDecision;

  /** @throws RangeError where the version is out of range */
  public constructor(
    private readonly policy: AuditPolicyModel,
    version: string = DEFAULT_KUBERNETES_VERSION,
  ) {
    this.groupWildcard = hasGroupWildcard(version);
    this.decisions = policy.rules.map((rule, index) => decisionOf(policy, rule, index));
    this.otherwise = decisionOf(policy, undefined, -1);
  }

  /** The decision; the same object for every request that the same rule decides. */
  public decide(attributes: RequestAttributes): AuditDecision {
    for (const candidate of this.candidates(attributes)) {
      if (fits(candidate, attributes)) return candidate.decision;
    }
    return this.otherwise;
  }

  private candidates(attributes: RequestAttributes): readonly Candidate[] {
    const { verb, resourceRequest, apiGroup, resource, subresource } = attributes;
    if (!resourceRequest) return kept(this.byPathVerb, verb, () => this.ofRules(verb, pathCandidate));
    return kept(this.byTarget, `${verb} ${apiGroup}/${resource}/${subresource}`, () =>
      this.ofRules(verb, (rule) => targetCandidate(rule, attributes, this.groupWildcard)),
    );
  }

  private ofRules(verb: string, of: (rule: AuditRuleModel) => Partial<Candidate> | undefined): readonly Candidate[] {
    return this.policy.rules.flatMap((rule, index) => {
      const decision = this.decisions[index];
      if (decision === undefined || (isGiven(rule.verbs) && !rule.verbs.includes(verb))) return [];
      const target = of(rule);
      if (target === undefined) return [];
      const { names, urls } = target;
      const { users, userGroups, namespaces } = rule;
      return [{ users: setOf(users), groups: setOf(userGroups), namespaces: setOf(namespaces), names, urls, decision }];
    });
  }
}

/** What the API server of this version does with the request. Make a `PolicyEvaluator` for many. */
export function evaluate(policy: AuditPolicyModel, attributes: RequestAttributes, version?: string): AuditDecision {
  return new PolicyEvaluator(policy, version).decide(attributes);
}

/** Whether all that a rule says about the target of a request fits it; users, groups and verbs are not looked at. */
export function matchesTarget(rule: AuditRuleModel, attributes: RequestAttributes, groupWildcard: boolean): boolean {
  const target = attributes.resourceRequest ? targetCandidate(rule, attributes, groupWildcard) : pathCandidate(rule);
  if (target === undefined || !coversPaths(target.urls, attributes.path)) return false;
  return has(setOf(rule.namespaces), attributes.namespace) && has(target.names, attributes.name);
}

function decisionOf(policy: AuditPolicyModel, rule: AuditRuleModel | undefined, matchedRule: number): AuditDecision {
  return {
    level: rule?.level ?? 'None',
    omitStages: union(policy.omitStages, rule?.omitStages),
    omitManagedFields: rule?.omitManagedFields ?? policy.omitManagedFields ?? false,
    matchedRule,
  };
}

function union(policyWide: readonly AuditStage[] = [], ofRule: readonly AuditStage[] = []): AuditStage[] {
  return AUDIT_STAGES.filter((stage) => policyWide.includes(stage) || ofRule.includes(stage));
}

function kept(
  cache: Map<string, readonly Candidate[]>,
  key: string,
  make: () => readonly Candidate[],
): readonly Candidate[] {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  if (cache.size >= MOST_TARGETS) cache.clear();
  cache.set(key, made);
  return made;
}

function fits(candidate: Candidate, { user, namespace, name, path }: RequestAttributes): boolean {
  const { users, groups, namespaces, names, urls } = candidate;
  if (users !== undefined && !(user != null && users.has(user.name))) return false;
  if (groups !== undefined && !(user?.groups ?? []).some((group) => groups.has(group))) return false;
  return has(namespaces, namespace) && has(names, name) && coversPaths(urls, path);
}

function has(selector: ReadonlySet<string> | undefined, value: string): boolean {
  return selector === undefined || selector.has(value);
}

/** For a request on a resource: undefined where the rule is not about it, else the names that it is limited to. */
function targetCandidate(rule: AuditRuleModel, target: Target, groupWildcard: boolean): Partial<Candidate> | undefined {
  if (!isGiven(rule.resources)) return isGiven(rule.namespaces) || !isGiven(rule.nonResourceURLs) ? {} : undefined;
  const covering = rule.resources.filter((entry) => covers(entry, target, groupWildcard));
  if (covering.length === 0) return undefined;
  // Names beside an empty list of resources are not looked at.
  const isOpen = covering.some((entry) => !isGiven(entry.resources) || !isGiven(entry.resourceNames));
  return isOpen ? {} : { names: new Set(covering.flatMap((entry) => entry.resourceNames ?? [])) };
}

/** For a request on another path: undefined where the rule is about resources. */
function pathCandidate(rule: AuditRuleModel): Partial<Candidate> | undefined {
  if (isGiven(rule.namespaces) || isGiven(rule.resources)) return undefined;
  return isGiven(rule.nonResourceURLs) ? { urls: rule.nonResourceURLs } : {};
}

export function covers(entry: AuditResourcesModel, target: Target, groupWildcard: boolean): boolean {
  const group = entry.group ?? '';
  if (group !== target.apiGroup && !(groupWildcard && group === '*')) return false;
  if (!isGiven(entry.resources)) return true;
  return entry.resources.some((pattern) => coversResource(pattern, target.resource, target.subresource));
}

function coversResource(pattern: string, resource: string, subresource: string): boolean {
  if (pattern === '*') return true;
  if (pattern === (subresource === '' ? resource : `${resource}/${subresource}`)) return true;
  if (subresource !== '' && pattern === `*/${subresource}`) return true;
  // As the API server has it: `pods/*` covers pods too, for nothing demands a subresource.
  return pattern === `${resource}/*`;
}

function coversPaths(urls: readonly string[] | undefined, path: string): boolean {
  return urls === undefined || urls.some((url) => coversPath(url, path));
}

export function coversPath(pattern: string, path: string): boolean {
  if (pattern === '*' || pattern === path) return true;
  return pattern.endsWith('*') && path.startsWith(pattern.replace(/\*+$/, ''));
}

function isGiven<T>(selector: readonly T[] | undefined): selector is readonly T[] {
  return selector !== undefined && selector.length > 0;
}

function setOf(selector: readonly string[] | undefined): ReadonlySet<string> | undefined {
  return isGiven(selector) ? new Set(selector) : undefined;
}
