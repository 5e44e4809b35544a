import type { Span } from './ast';
import type { Code, CodeArguments, Wording } from './codes';
import { CODES } from './codes';
import type { DiagnosticSeverity } from './diagnostic';

/** A diagnostic that knows its stretch of text, but not yet the file. */
export interface Problem {
  readonly code: Code;
  readonly severity: DiagnosticSeverity;
  readonly message: string;
  readonly remedy: string;
  readonly span: Span;
}

/** Words a problem by the catalogue. */
export function problem<C extends Code>(code: C, span: Span, ...args: CodeArguments<C>): Problem {
  const spec = CODES[code];
  const { text, remedy } = (spec.say as (...args: CodeArguments<C>) => Wording)(...args);
  return { code, severity: spec.severity, message: text, remedy, span };
}
