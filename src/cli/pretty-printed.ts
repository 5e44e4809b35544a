import type { SplitLine } from '../event/line-splitter';

/** A pretty-printed document above it is passed on line by line, and so counted as malformed. */
const DOCUMENT_LIMIT = 64 * 1024 * 1024;

/** A bracket alone, and the blanks and line ends that may follow it. */
const LONGEST_BRACKET = 16;

const CLOSING: { readonly [opening: string]: string } = { '{': '}', '[': ']' };

/**
 * Joins a JSON document that was written over several lines (`kubectl get … -o json`, `jq .`) into one, under the
 * number of its first line. Such a document opens with a line that is `{` or `[` alone and closes with the matching
 * bracket alone, without indentation; every other line passes as it is.
 */
export async function* joinPrettyPrinted(lines: AsyncIterable<SplitLine>): AsyncGenerator<SplitLine> {
  let document: OpenDocument | undefined;
  for await (const line of lines) {
    if (document === undefined) {
      document = opened(line);
      if (document === undefined) yield line;
      continue;
    }
    document.lines.push(line);
    document.length += line.kind === 'line' ? line.text.length : DOCUMENT_LIMIT;
    if (line.kind === 'line' && line.text.trimEnd() === document.closing) {
      yield joined(document);
      document = undefined;
    } else if (document.length > DOCUMENT_LIMIT) {
      yield* document.lines;
      document = undefined;
    }
  }
  if (document !== undefined) yield* document.lines;
}

interface OpenDocument {
  readonly closing: string;
  readonly lines: SplitLine[];
  length: number;
}

function opened(line: SplitLine): OpenDocument | undefined {
  if (line.kind !== 'line' || line.text.length > LONGEST_BRACKET) return undefined;
  const closing = CLOSING[line.text.trimEnd()];
  return closing === undefined ? undefined : { closing, lines: [line], length: 1 };
}

function joined(document: OpenDocument): SplitLine {
  const text = document.lines.map((line) => (line.kind === 'line' ? line.text : '')).join('\n');
  return { kind: 'line', text, number: document.lines[0]?.number ?? 1 };
}
