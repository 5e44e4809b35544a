import { OffsetMap } from './source';

export type ScalarStyle = 'plain' | 'single-quoted' | 'double-quoted' | 'block';

/** A scalar as it stands in a text. */
export interface WrittenScalar {
  readonly text: string;
  /** Of its first character: a quote, the `|` or `>` of a block, or the value itself. */
  readonly start: number;
  readonly style: ScalarStyle;
}

/**
 * Finds each character of a scalar's value in its text. YAML folds, indents and strips white space, so both are walked
 * side by side along what is visible.
 */
export function scalarOffsets({ text, start, style }: WrittenScalar, value: string): OffsetMap {
  let at = bodyStart(text, start, style);
  const offsets: number[] = [];
  while (offsets.length < value.length) {
    const character = value[offsets.length] ?? '';
    const escape = escapeAt(text, at, style);
    if (escape !== undefined) {
      const isMeant = value.startsWith(escape.stands, offsets.length);
      for (let i = 0; isMeant && i < escape.stands.length; i++) offsets.push(at);
      at += escape.length;
    } else if (isSpace(character)) {
      offsets.push(at);
      if (text[at] === character) at++;
    } else {
      if (!isSpace(text[at])) offsets.push(at);
      at++;
    }
  }
  return new OffsetMap(value, offsets.length === 0 ? [start] : offsets);
}

function bodyStart(text: string, start: number, style: ScalarStyle): number {
  switch (style) {
    case 'plain':
      return start;
    case 'single-quoted':
    case 'double-quoted':
      return start + 1;
    case 'block': {
      const header = text.indexOf('\n', start);
      return header < 0 ? text.length : header + 1;
    }
  }
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\n' || character === '\t' || character === '\r';
}

interface Escape {
  /** How many characters it takes in the text. */
  readonly length: number;
  /** What it puts into the value; an escaped line break puts nothing. */
  readonly stands: string;
}

const NAMED: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
  '\n': '',
  '\r': '',
};

/** Digits of a hexadecimal escape. */
const DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function escapeAt(text: string, at: number, style: ScalarStyle): Escape | undefined {
  if (style === 'single-quoted') return text.startsWith("''", at) ? { length: 2, stands: "'" } : undefined;
  if (style !== 'double-quoted' || text[at] !== '\\') return undefined;
  const kind = text[at + 1] ?? '';
  const digits = DIGITS[kind];
  if (digits === undefined) return { length: 2, stands: NAMED[kind] ?? kind };
  const code = parseInt(text.slice(at + 2, at + 2 + digits), 16);
  return { length: 2 + digits, stands: code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd' };
}
