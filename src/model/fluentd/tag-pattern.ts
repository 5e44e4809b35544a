/**
 * Tag patterns of `<match>` and `<filter>`, with Fluentd's own meaning: `*` is one part, `**` any number of them, `{a,b}`
 * either, blanks separate patterns. Each is an automaton over the characters of a tag.
 */

/** What an arrow takes: one character, any, or any but a dot. */
type Letter = { readonly char: string } | 'any' | 'not-dot';

interface Automaton {
  readonly arrows: { readonly from: number; readonly on: Letter | undefined; readonly to: number }[];
  size: number;
}

const TEXT = String.raw`(?:[^.{}*,\/\s]|\.|\*(?!\*))+`;
const ALTERNATIVE = `${TEXT}(?:\\.${TEXT})*`;
const SEGMENT = `(?:${TEXT}|\\{${ALTERNATIVE}(?:,${ALTERNATIVE})*\\})+`;
/** Parts with dots between them, each `**` or without one, and no two `**` in a row. */
const PLAIN = new RegExp(`^(?:${SEGMENT}|\\*\\*(?!\\.\\*\\*))(?:\\.(?:${SEGMENT}|\\*\\*(?!\\.\\*\\*)))*$`);

/** Of a pattern in slashes, or an odd one, nothing is said but that `**` and it itself cover it. */
function isUnclear(pattern: string): boolean {
  return !PLAIN.test(pattern);
}

function patternsOf(argument: string): string[] {
  const patterns = argument.split(/\s+/).filter((pattern) => pattern !== '');
  return patterns.length === 0 ? ['**'] : patterns;
}

/** Whether every tag that `argument` matches is matched by one of the others; false where nobody can tell. */
export function isCovered(argument: string, others: readonly string[]): boolean {
  const covering = others.flatMap(patternsOf);
  return patternsOf(argument).every(
    (pattern) =>
      covering.includes(pattern) ||
      covering.includes('**') ||
      (!isUnclear(pattern) &&
        includes(
          pattern,
          covering.filter((other) => !isUnclear(other)),
        )),
  );
}

/** Says whether a tag fits; undefined where a pattern is unclear. */
export function tagFitter(argument: string): (tag: string) => boolean | undefined {
  const patterns = patternsOf(argument);
  const otherwise = patterns.some(isUnclear) ? undefined : false;
  const machine = compile(patterns.filter((pattern) => !isUnclear(pattern)));
  return (tag) => {
    const last = units(tag).reduce((states, char) => step(machine, states, char), closure(machine, [START]));
    return last.includes(END) || otherwise;
  };
}

/** What is left of a pattern closes braces at most. */
const NOTHING_LEFT = /^(?:,[^{}]*)?\}*$/;

const START = 0;
const END = 1;
/** Stands for every character that no pattern names. */
const OTHER = '\u0000';

/** Walks both automata at once; each tag is taken by `outer` wherever `pattern` takes it. Tags are never empty. */
function includes(pattern: string, outer: readonly string[]): boolean {
  const small = compile([pattern]);
  const large = compile(outer);
  const alphabet = [...new Set([...units(pattern), ...units(outer.join('')), '.', OTHER])];
  const first = [closure(small, [START]), closure(large, [START])] as const;
  const open = [first];
  const seen = new Set([String(first)]);
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    const [inSmall, inLarge] = pair;
    for (const char of alphabet) {
      const next = [step(small, inSmall, char), step(large, inLarge, char)] as const;
      if (next[0].includes(END) && !next[1].includes(END)) return false;
      const key = next.map((states) => states.join(' ')).join('|');
      if (next[0].length > 0 && !seen.has(key)) {
        seen.add(key);
        open.push(next);
      }
    }
  }
  return true;
}

function step(machine: Automaton, states: readonly number[], char: string): number[] {
  const reached = machine.arrows.filter(({ from, on }) => on !== undefined && states.includes(from) && takes(on, char));
  return closure(
    machine,
    reached.map(({ to }) => to),
  );
}

function units(text: string): string[] {
  return Array.from({ length: text.length }, (_, index) => text.charAt(index));
}

function takes(letter: Letter, char: string): boolean {
  if (letter === 'any') return true;
  return letter === 'not-dot' ? char !== '.' : letter.char === char;
}

/** The states, and those reached from them without a character. */
function closure(machine: Automaton, states: readonly number[]): number[] {
  const found = new Set(states);
  for (const state of found) {
    for (const { from, on, to } of machine.arrows) if (from === state && on === undefined) found.add(to);
  }
  return [...found].sort((a, b) => a - b);
}

/** Two states to begin with, START and END; any of the patterns leads from one to the other. */
function compile(patterns: readonly string[]): Automaton {
  const machine: Automaton = { arrows: [], size: 2 };
  for (const pattern of patterns) new Compiler(machine, pattern).whole();
  return machine;
}

/** Follows Fluentd's reader character by character, also where it is odd: a dot at the end of a pattern is ignored. */
class Compiler {
  private at = 0;
  private hasDot = false;

  public constructor(
    private readonly machine: Automaton,
    private readonly pattern: string,
  ) {}

  public whole(): void {
    let last = this.sequence(START, false);
    // Outside braces a closing brace or a comma is itself.
    while (this.at < this.pattern.length) {
      last = this.letter(last, { char: this.pattern[this.at] ?? '' });
      this.at += 1;
      last = this.sequence(last, false);
    }
    this.arrow(last, undefined, END);
  }

  /** From a state to the one after the sequence, which ends at the end of the pattern, or of its alternative. */
  private sequence(from: number, isInBraces: boolean): number {
    let last = from;
    while (this.at < this.pattern.length) {
      const char = this.pattern[this.at] ?? '';
      if (this.pattern.startsWith('**', this.at)) last = this.anyParts(last);
      else {
        if (this.hasDot) last = this.letter(last, { char: '.' });
        this.hasDot = char === '.';
        if (char === '}' || (char === ',' && isInBraces)) return last;
        last = this.one(last, char);
      }
    }
    return last;
  }

  private one(from: number, char: string): number {
    this.at += 1;
    if (char === '.') return from;
    if (char === '*') return this.loop(from, 'not-dot');
    if (char === '{') return this.alternatives(from);
    if (char !== '\\') return this.letter(from, { char });
    const escaped = this.pattern[this.at] ?? '';
    this.at += 1;
    return escaped === '' ? from : this.letter(from, { char: escaped });
  }

  private alternatives(from: number): number {
    const after = this.state();
    for (;;) {
      this.arrow(this.sequence(from, true), undefined, after);
      const end = this.pattern[this.at];
      this.at += 1;
      if (end !== ',') return after;
    }
  }

  /**
   * `**`, with a dot before it or after it that belongs to it: `a.**` is also `a`, which then ends there, and `**.a` is
   * also `a`, which then begins there.
   */
  private anyParts(from: number): number {
    const hadDot = this.hasDot;
    this.hasDot = false;
    this.at += 2;
    const after = this.state();
    const begin = hadDot ? this.letter(from, { char: '.' }) : from;
    const parts = this.loop(begin, 'any');
    if (this.pattern[this.at] !== '.') {
      this.arrow(parts, undefined, after);
      if (hadDot && NOTHING_LEFT.test(this.pattern.slice(this.at))) this.arrow(from, undefined, END);
      return after;
    }
    this.at += 1;
    this.arrow(this.letter(parts, { char: '.' }), undefined, after);
    if (hadDot || from === START) this.arrow(begin, undefined, after);
    return after;
  }

  private loop(from: number, letter: Letter): number {
    const state = this.state();
    this.arrow(from, undefined, state);
    this.arrow(state, letter, state);
    return state;
  }

  private letter(from: number, letter: Letter): number {
    const to = this.state();
    this.arrow(from, letter, to);
    return to;
  }

  private arrow(from: number, on: Letter | undefined, to: number): void {
    this.machine.arrows.push({ from, on, to });
  }

  private state(): number {
    this.machine.size += 1;
    return this.machine.size - 1;
  }
}
