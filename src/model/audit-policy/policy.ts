/**
 * The audit policy of the API server as a value, and what it decides. Member names are those of audit.k8s.io/v1; the
 * decision follows the API server's own checker, which changed once: from Kubernetes 1.36 on, the group `*` is a
 * wildcard.
 */
import { DEFAULT_KUBERNETES_VERSION, hasGroupWildcard } from '../kubernetes-version';

/** From least to most. */
export const AUDIT_LEVELS = ['None', 'Metadata', 'Request', 'RequestResponse'] as const;
export type AuditLevel = (typeof AUDIT_LEVELS)[number];

/** In the order in which a request passes them. */
export const AUDIT_STAGES = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'] as const;
export type AuditStage = (typeof AUDIT_STAGES)[number];

/** Resources of one API group. */
export interface AuditResourcesModel {
  /** Absent or empty: the core group. */
  readonly group?: string;
  /**
   * A resource, `resource/subresource`, or with a star on either side of the slash, or a star alone; absent or empty:
   * every resource and subresource of the group.
   */
  readonly resources?: readonly string[];
  /** Compared with the name in the URL, which create, list, watch and deletecollection do not have. */
  readonly resourceNames?: readonly string[];
}

/** A rule; every selector that is given has to match, and an empty one is not given. */
export interface AuditRuleModel {
  readonly level: AuditLevel;
  readonly users?: readonly string[];
  readonly userGroups?: readonly string[];
  readonly verbs?: readonly string[];
  readonly resources?: readonly AuditResourcesModel[];
  /** The empty string stands for requests outside every namespace. */
  readonly namespaces?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  /** Adds to the stages that the policy omits. */
  readonly omitStages?: readonly AuditStage[];
  /** Beats the policy's own setting. */
  readonly omitManagedFields?: boolean;
  /** Why the rule is there; a comment in the file. */
  readonly comment?: string;
}

export interface AuditPolicyModel {
  readonly omitStages?: readonly AuditStage[];
  readonly omitManagedFields?: boolean;
  /** Tried in order; the first that matches decides. */
  readonly rules: readonly AuditRuleModel[];
}

/** What the API server knows of a request when it asks the policy. */
export interface RequestAttributes {
  /** The authenticated caller, never the impersonated one; absent or null while authentication failed. */
  readonly user?: { readonly name: string; readonly groups?: readonly string[] } | null;
  /** Lower-case HTTP method for a request on a path that is no resource. */
  readonly verb: string;
  readonly resourceRequest: boolean;
  readonly path: string;
  readonly apiGroup: string;
  readonly apiVersion: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

export interface AuditDecision {
  readonly level: AuditLevel;
  /** In the order of `AUDIT_STAGES`. */
  readonly omitStages: readonly AuditStage[];
  readonly omitManagedFields: boolean;
  /** Index of the rule that decided, from 0; -1 when none matched. */
  readonly matchedRule: number;
}

/** What the API server of this version does with the request. */
export function evaluate(
  policy: AuditPolicyModel,
  attributes: RequestAttributes,
  version: string = DEFAULT_KUBERNETES_VERSION,
): AuditDecision {
  const groupWildcard = hasGroupWildcard(version);
  const matchedRule = policy.rules.findIndex((rule) => matches(rule, attributes, groupWildcard));
  const rule = policy.rules[matchedRule];
  return {
    level: rule?.level ?? 'None',
    omitStages: union(policy.omitStages, rule?.omitStages),
    omitManagedFields: rule?.omitManagedFields ?? policy.omitManagedFields ?? false,
    matchedRule,
  };
}

/** Whether a level records at least what another one does. */
export function isAtLeast(level: AuditLevel, least: AuditLevel): boolean {
  return AUDIT_LEVELS.indexOf(level) >= AUDIT_LEVELS.indexOf(least);
}

/** Whether all that a rule says about the target of a request fits it; users, groups and verbs are not looked at. */
export function matchesTarget(rule: AuditRuleModel, attributes: RequestAttributes, groupWildcard: boolean): boolean {
  if (isGiven(rule.namespaces) || isGiven(rule.resources)) {
    return (
      attributes.resourceRequest &&
      allows(rule.namespaces, attributes.namespace) &&
      (!isGiven(rule.resources) || rule.resources.some((entry) => covers(entry, attributes, groupWildcard)))
    );
  }
  if (isGiven(rule.nonResourceURLs)) {
    return !attributes.resourceRequest && rule.nonResourceURLs.some((url) => coversPath(url, attributes.path));
  }
  return true;
}

function matches(rule: AuditRuleModel, attributes: RequestAttributes, groupWildcard: boolean): boolean {
  return (
    allows(rule.users, attributes.user?.name) &&
    allowsOneOf(rule.userGroups, attributes.user?.groups) &&
    allows(rule.verbs, attributes.verb) &&
    matchesTarget(rule, attributes, groupWildcard)
  );
}

function isGiven<T>(selector: readonly T[] | undefined): selector is readonly T[] {
  return selector !== undefined && selector.length > 0;
}

function allows(selector: readonly string[] | undefined, value: string | undefined): boolean {
  return !isGiven(selector) || (value !== undefined && selector.includes(value));
}

function allowsOneOf(selector: readonly string[] | undefined, values: readonly string[] = []): boolean {
  return !isGiven(selector) || values.some((value) => selector.includes(value));
}

function covers(entry: AuditResourcesModel, attributes: RequestAttributes, groupWildcard: boolean): boolean {
  const group = entry.group ?? '';
  if (group !== attributes.apiGroup && !(groupWildcard && group === '*')) return false;
  if (!isGiven(entry.resources)) return true;
  if (!allows(entry.resourceNames, attributes.name)) return false;
  return entry.resources.some((pattern) => coversResource(pattern, attributes.resource, attributes.subresource));
}

function coversResource(pattern: string, resource: string, subresource: string): boolean {
  if (pattern === '*') return true;
  if (pattern === (subresource === '' ? resource : `${resource}/${subresource}`)) return true;
  if (subresource !== '' && pattern === `*/${subresource}`) return true;
  // As the API server has it: `pods/*` covers pods too, for nothing demands a subresource.
  return pattern === `${resource}/*`;
}

function coversPath(pattern: string, path: string): boolean {
  if (pattern === '*' || pattern === path) return true;
  return pattern.endsWith('*') && path.startsWith(pattern.replace(/\*+$/, ''));
}

function union(policyWide: readonly AuditStage[] = [], ofRule: readonly AuditStage[] = []): AuditStage[] {
  return AUDIT_STAGES.filter((stage) => policyWide.includes(stage) || ofRule.includes(stage));
}
