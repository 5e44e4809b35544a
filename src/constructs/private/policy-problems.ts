import type { IConstruct } from 'constructs';
import type { AuditPolicyModel } from '../../model/audit-policy/policy';
import { meantPolicy } from '../../model/audit-policy/meant';
import { renderPolicy } from '../../model/audit-policy/render';
import type { PolicyDocument, PolicyProblem } from '../../model/audit-policy/validate';
import { validatePolicy } from '../../model/audit-policy/validate';
import { nearest } from '../../rule';
import { fail } from './validate';

/** A policy with everything that is wrong with it. */
interface FaultyPolicy {
  readonly problems: readonly PolicyProblem[];
  /** The policy as it was written, where it could be read. */
  readonly document?: PolicyDocument;
  /** The file it was read from. */
  readonly file?: string;
  readonly kubernetesVersion: string;
}

const LEAVE_OUT = 'mend it, or leave it out for the baseline, which records bodies where they tell something';

/** Throws, with every problem at once, and the policy that was meant where that can be told. */
export function refusePolicy(at: IConstruct, faulty: FaultyPolicy): never {
  const { problems, file } = faulty;
  const listed = problems.map((problem) => `\n  ${described(problem, file)}`).join('');
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  const meant = meantText(faulty);
  const remedy = meant === undefined ? LEAVE_OUT : `${LEAVE_OUT}; what was meant is:\n\n${meant}`;
  return fail(at, `the audit policy has ${count}:${listed}`, remedy);
}

function described({ code, field, line, message, remedy, choice }: PolicyProblem, file: string | undefined): string {
  const closest = choice === undefined ? undefined : nearest(choice.received, choice.allowed);
  const where = file === undefined ? '' : `${file}:${line ?? 1}: `;
  const hint = closest === undefined ? remedy : `did you mean '${closest}'? ${remedy}`;
  return `${where}${code} ${field === '' ? 'policy' : field}: ${message}; ${hint}`;
}

/** Undefined where stars and spellings are not what is wrong. */
function meantText({ document, kubernetesVersion }: FaultyPolicy): string | undefined {
  if (document?.rules === undefined) return undefined;
  // A word that is none of the model's stays in it, and is found again.
  const meant = meantPolicy(document as AuditPolicyModel, kubernetesVersion);
  return validatePolicy(meant, kubernetesVersion).length === 0 ? renderPolicy(meant).text : undefined;
}
