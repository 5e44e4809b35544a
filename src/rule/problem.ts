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

/** Longer words from the text are cut: a message is for reading. */
const LONGEST_ARGUMENT = 400;

/** Words a problem by the catalogue. */
export function problem<C extends Code>(code: C, span: Span, ...args: CodeArguments<C>): Problem {
  const spec = CODES[code];
  const { text, remedy } = (spec.say as (...args: (string | undefined)[]) => Wording)(...args.map(cut));
  return { code, severity: spec.severity, message: text, remedy, span };
}

function cut(argument: string | undefined): string | undefined {
  return argument === undefined || argument.length <= LONGEST_ARGUMENT
    ? argument
    : `${argument.slice(0, LONGEST_ARGUMENT)}…`;
}
