/** The audit policy of the API server as a value. Member names are those of audit.k8s.io/v1. */

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

/** Whether a level records at least what another one does. */
export function isAtLeast(level: AuditLevel, least: AuditLevel): boolean {
  return AUDIT_LEVELS.indexOf(level) >= AUDIT_LEVELS.indexOf(least);
}
