/** Everything that a policy does other than its author meant, found by asking it rather than by reading it. */
import { PolicyEvaluator } from '../evaluator';
import type { AuditPolicyModel } from '../policy';
import { hiddenLogins, missingGroups, omittedAltogether, unreachable, withoutCatchAll } from './coverage';
import { credentialBodies, unseenSecretReads } from './credentials';
import type { AuditMode, Lint, PolicyFinding } from './finding';
import {
  baseWithSubresources,
  foreignResources,
  halfSessions,
  namesThatRequestsLack,
  namespacesThatRequestsLack,
} from './selectors';
import { broadSilence, receivedStage, recordedReads, withoutTruncation } from './volume';

export type { AuditMode, PolicyFinding } from './finding';

export interface LintOptions {
  readonly kubernetesVersion: string;
  /** @default 'batch' */
  readonly mode?: AuditMode;
  /** Whether the API server cuts events that are too large; left out where that is not known. */
  readonly isTruncating?: boolean;
}

const LINTS: readonly Lint[] = [
  foreignResources,
  credentialBodies,
  hiddenLogins,
  unseenSecretReads,
  unreachable,
  recordedReads,
  baseWithSubresources,
  namesThatRequestsLack,
  namespacesThatRequestsLack,
  halfSessions,
  broadSilence,
  omittedAltogether,
  withoutCatchAll,
  receivedStage,
  withoutTruncation,
  missingGroups,
];

/**
 * Findings on a policy that the API server takes, by code and then by rule.
 * @throws RangeError where the version is out of range
 */
export function lintPolicy(policy: AuditPolicyModel, options: LintOptions): PolicyFinding[] {
  const { kubernetesVersion, mode = 'batch', isTruncating } = options;
  const setting = {
    policy,
    evaluator: new PolicyEvaluator(policy, kubernetesVersion),
    kubernetesVersion,
    mode,
    isTruncating,
  };
  const findings = LINTS.flatMap((lint) => lint(setting));
  return findings.sort((a, b) => (a.code === b.code ? (a.rule ?? -1) - (b.rule ?? -1) : a.code < b.code ? -1 : 1));
}
