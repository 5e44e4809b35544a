/** What a lint says of a policy that the API server would take. */
import type { AuditCode } from '../codes';
import type { PolicyEvaluator } from '../evaluator';
import type { AuditPolicyModel } from '../policy';

export interface PolicyFinding {
  readonly code: AuditCode;
  readonly severity: 'error' | 'warning' | 'info';
  /** Path of the field. */
  readonly field: string;
  /** Index of the rule, from 0; absent for the policy's own fields. */
  readonly rule?: number;
  readonly message: string;
  readonly remedy: string;
}

/** How the API server writes its log: `blocking-strict` refuses a request that it cannot record. */
export type AuditMode = 'batch' | 'blocking' | 'blocking-strict';

export interface LintSetting {
  readonly policy: AuditPolicyModel;
  readonly evaluator: PolicyEvaluator;
  readonly kubernetesVersion: string;
  readonly mode: AuditMode;
  /** Whether the API server cuts events that are too large; undefined where nobody said. */
  readonly isTruncating: boolean | undefined;
}

export type Lint = (setting: LintSetting) => PolicyFinding[];

/** Path of a rule's field. */
export function fieldOf(rule: number, field = ''): string {
  return field === '' ? `rules[${rule}]` : `rules[${rule}].${field}`;
}
