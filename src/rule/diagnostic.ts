/** What is wrong with a text somebody wrote: where, what, and how to mend it. */

export type DiagnosticSeverity = 'error' | 'warning' | 'info';

export interface Diagnostic {
  /** `R###` rule, `S###` Sigma, `A##` audit policy, `P###` pipeline, `C###` configuration. Never reused. */
  readonly code: string;
  readonly severity: DiagnosticSeverity;
  /** Path as the caller gave it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** Length of the marked stretch on that line, at least 1. */
  readonly length: number;
  /** What is wrong, with the value received. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
  /** The source line, for the caret. */
  readonly sourceLine?: string;
}
