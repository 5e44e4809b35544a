/** What can be wrong with a configuration, and where. */

/** Codes are never reused. */
export const PROBLEM_CODES = {
  P100: 'an element that Fluentd does not know',
  P101: 'an unknown plugin',
  P102: 'an unknown parameter or section',
  P103: 'a missing parameter or section',
  P104: 'a value of the wrong type',
  P105: 'a value that is none of those allowed',
  P200: 'an element that no record can reach',
  P201: 'records that reach no match',
  P210: 'an undefined label',
  P211: 'a label that nobody sends to',
  P212: 'records that go round in a circle',
  P213: 'a label that is defined twice',
  P300: 'two plugins with one id, file, folder or port',
  P301: 'a plugin without an id',
  P400: 'a buffer that is missing, has no bound or no rule for when it is full',
  P401: 'a secondary output that is never used',
  P402: 'a plugin whose defaults lose records',
  P403: 'a strict store after others',
  P404: 'a label that swallows errors',
  P405: 'records that no rule or parser takes',
  P406: 'a plugin that needs one worker',
  P500: 'a placeholder without its chunk key',
} as const;

export type ProblemCode = keyof typeof PROBLEM_CODES;

export interface ConfigProblem {
  readonly code: ProblemCode;
  /** The path of the element: `<label @PODS> / <filter **> concat / <buffer>`. */
  readonly where: string;
  /** What is wrong, with the value that was given. */
  readonly what: string;
  /** What is allowed, and the nearest of it. */
  readonly allowed?: string;
  readonly remedy: string;
}

/** One line: `P102: <where>: <what> (<allowed>); <remedy>`. */
export function problemText(problem: ConfigProblem): string {
  const allowed = problem.allowed === undefined ? '' : ` (${problem.allowed})`;
  return `${problem.code}: ${problem.where}: ${problem.what}${allowed}; ${problem.remedy}`;
}
