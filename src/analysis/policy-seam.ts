/** What the checks of rules against an audit policy share. */
import type { AuditPolicyModel } from '../model/audit-policy/policy';
import type { DiagnosticSeverity, RuleSet } from '../rule';

/** What is wrong between a rule and the policy; the message continues a sentence that begins with the rule. */
export interface SeamProblem {
  readonly severity: DiagnosticSeverity;
  readonly message: string;
  readonly remedy: string;
}

export interface PolicyContext {
  readonly policy: AuditPolicyModel;
  readonly kubernetesVersion: string;
  readonly lists: RuleSet['lists'];
  /** `file:line` of a rule of the policy; of the key `rules` for -1. */
  readonly place: (policyRule: number) => string;
  /** `file:line` of the policy's own omitStages. */
  readonly omitStagesPlace: string;
}

/** What to do where the API server's audit log is not what the rule is about. */
export function hostAuthRemedy(logins: string): string {
  return `; or give the rule 'source: host-auth' if it is about ${logins} on hosts alone`;
}
