import { masked } from '../event/hidden-characters';
import type { Diagnostic } from './diagnostic';

/** Characters of the source line that are shown around the marked stretch. */
const WIDTH = 140;

/** The diagnostic for people: place, code and text, the source line with the stretch marked, and what to do. */
export function renderDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, column, code, severity, message, remedy } = diagnostic;
  const label = severity === 'error' ? code : `${code} ${severity}`;
  const head = `${file}:${String(line)}:${String(column)}: ${label}: ${message}`;
  return [head, ...excerpt(diagnostic), `  = help: ${remedy}`].map(printable).join('\n');
}

function excerpt({ sourceLine, column, length }: Diagnostic): string[] {
  if (sourceLine === undefined) return [];
  // A long line is cut at both ends, so that the mark stays in sight.
  const from =
    sourceLine.length <= WIDTH ? 0 : Math.max(0, Math.min(column - 1 - WIDTH / 4, sourceLine.length - WIDTH));
  const shown = sourceLine.slice(from, from + WIDTH);
  const before = shown.slice(0, column - 1 - from);
  const marked = Math.max(1, Math.min(length, shown.length - before.length));
  const ellipsis = from > 0 ? '…' : '';
  const pad = ellipsis.replace(/./g, ' ') + before.replace(/[^\t]/gu, ' ');
  const cut = from + WIDTH < sourceLine.length ? '…' : '';
  return [`    ${ellipsis}${shown}${cut}`, `    ${pad}${'^'.repeat(marked)}`];
}

/** Rule files come from anywhere: what is hidden in them shall not reach a terminal. The mark keeps the tabs before it. */
function printable(text: string): string {
  return text.split('\t').map(masked).join('\t');
}
