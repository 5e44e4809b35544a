/**
 * The seam between rules and the audit policy: a rule that waits for events which the API server never writes, or
 * writes without what the rule reads, is found before anything is deployed.
 */
import type { AuditPolicyModel } from '../model/audit-policy/policy';
import type { PolicyLines } from '../model/audit-policy/render';
import { renderPolicy } from '../model/audit-policy/render';
import type { CheckedRule, Diagnostic, RuleSet } from '../rule';
import { loginProblems, probedLogins } from './login-liveness';
import { LOGIN_PROBES } from './login-records';
import type { PolicyContext, SeamProblem } from './policy-seam';
import { rbacProblems } from './rbac-liveness';
import { rbacRecords } from './rbac-records';

export interface PolicyCheckOptions {
  /** Name of the policy's file, for messages. */
  readonly policyFile: string;
  readonly kubernetesVersion: string;
  /**
   * Where the rules stand in that file.
   * @default - as in the rendered policy
   */
  readonly lines?: PolicyLines;
}

/**
 * Errors for rules that cannot fire, or only on a part of what they name; warnings where the policy singles somebody
 * out; `info` where it cannot be decided. Nothing is reported for a rule whose events are all recorded.
 */
export function checkRulesAgainstPolicy(
  ruleSet: RuleSet,
  policy: AuditPolicyModel,
  options: PolicyCheckOptions,
): Diagnostic[] {
  const lines = options.lines ?? renderPolicy(policy);
  const at = (line: number): string => `${options.policyFile}:${line}`;
  const context: PolicyContext = {
    policy,
    kubernetesVersion: options.kubernetesVersion,
    lists: ruleSet.lists,
    place: (policyRule) => at(lines.ruleLines[policyRule] ?? lines.rulesLine),
    omitStagesPlace: at(lines.omitStagesLine ?? lines.rulesLine),
  };
  const records = rbacRecords(policy, options.kubernetesVersion);
  const logins = probedLogins(LOGIN_PROBES, context);
  return ruleSet.rules
    .filter((rule) => rule.source === undefined || rule.source === 'kubernetes-audit')
    .flatMap((rule) =>
      [...rbacProblems(rule, records, context), ...loginProblems(rule, logins, context)].map((problem) =>
        diagnosticOf(rule, problem),
      ),
    );
}

function diagnosticOf(rule: CheckedRule, { severity, message, remedy }: SeamProblem): Diagnostic {
  return {
    code: 'A24',
    severity,
    file: rule.position.file,
    line: rule.conditionLine,
    column: 1,
    length: 1,
    message: `rule '${rule.id}' ${message}`,
    remedy,
  };
}
