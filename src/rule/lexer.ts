import type { Comparison } from './ast';
import type { Code, CodeArguments } from './codes';
import type { Problem } from './problem';
import { problem } from './problem';
import { isKeyword, WORD } from './token';
import type { Keyword, TokenSymbol, Token } from './token';

export interface Tokens {
  /** Always ends with an `end` token. */
  readonly tokens: readonly Token[];
  readonly problems: readonly Problem[];
}

/** Splits a condition into tokens. What is wrong is reported and read as what was probably meant. */
export function tokenize(text: string): Tokens {
  return new Lexer(text).run();
}

/** A text with more mistakes than this is no condition. */
const MOST_PROBLEMS = 50;

const SPACE = /[ \t\r\n]+/y;
const WORD_HERE = new RegExp(WORD.source, 'y');
const NUMBER_LIKE = /-?\d[\w.:/+-]*/y;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const DURATION = /^\d+(?:\.\d+)?(?:ns|us|ms|s|m|h|d|w)$/;
const SYMBOL = /==|!=|<=|>=|[<>()[\],:]/y;
const COMMENT = /(?:#|\/\/)[^\n]*/y;
const BRACKET = /\[[^\]\n]*\]?/y;
const CURLY_QUOTED = /[“”„«][^“”„»\n]*[“”»]|[‘’‚][^‘’‚\n]*[‘’]/y;

/** Operators of other languages, longest first. */
const FOREIGN = /===|!==|&&?|\|\|?|<>|=>|=<|=~|!~|~=?|=(?!=)|!(?!=)/y;
const MEANT: Readonly<Record<string, Comparison | Keyword>> = {
  '===': '==',
  '!==': '!=',
  '&&': 'and',
  '&': 'and',
  '||': 'or',
  '|': 'or',
  '<>': '!=',
  '=>': '>=',
  '=<': '<=',
  '=~': 'matches',
  '!~': 'matches',
  '~=': 'matches',
  '~': 'matches',
  '=': '==',
  '!': 'not',
};

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\', '"': '"', "'": "'", n: '\n', r: '\r', t: '\t' };

class Lexer {
  private readonly tokens: Token[] = [];
  private readonly problems: Problem[] = [];
  private at = 0;

  public constructor(private readonly text: string) {}

  public run(): Tokens {
    while (this.at < this.text.length && this.problems.length < MOST_PROBLEMS) this.step();
    this.tokens.push({ kind: 'end', span: { start: this.at, end: this.at } });
    return { tokens: this.tokens, problems: this.problems };
  }

  private step(): void {
    const start = this.at;
    if (this.take(SPACE) !== undefined) return;
    const word = this.take(WORD_HERE);
    if (word !== undefined) {
      this.word(word, start);
      return;
    }
    const quote = this.text[start];
    if (quote === '"' || quote === "'") {
      const value = this.string(quote);
      this.tokens.push({ kind: 'string', value, span: { start, end: this.at } });
      return;
    }
    const number = this.take(NUMBER_LIKE);
    if (number !== undefined) {
      this.number(number, start);
      return;
    }
    this.symbol(start);
  }

  private symbol(start: number): void {
    const foreign = this.take(FOREIGN);
    const meant = foreign === undefined ? undefined : MEANT[foreign];
    if (foreign !== undefined && meant !== undefined) {
      this.report('R106', start, foreign, meant);
      const span = { start, end: this.at };
      if (isKeyword(meant)) this.tokens.push({ kind: 'keyword', word: meant, span });
      else this.tokens.push({ kind: 'symbol', symbol: meant, span });
      return;
    }
    const symbol = this.take(SYMBOL);
    if (symbol !== undefined)
      this.tokens.push({ kind: 'symbol', symbol: symbol as TokenSymbol, span: { start, end: this.at } });
    else this.stray(start);
  }

  /** A keyword, or a path with all its segments; nothing may stand between the parts of a path. */
  private word(word: string, start: number): void {
    const lower = word.toLowerCase();
    if (isKeyword(lower)) {
      if (lower !== word) this.report('R107', start, word, lower);
      this.tokens.push({ kind: 'keyword', word: lower, span: { start, end: this.at } });
      return;
    }
    const segments = [word];
    for (;;) {
      const segment = this.segment();
      if (segment === undefined) break;
      segments.push(segment);
    }
    this.tokens.push({ kind: 'path', segments, span: { start, end: this.at } });
  }

  private segment(): string | undefined {
    const start = this.at;
    const next = this.text[start];
    if (next === '.') {
      this.at++;
      const name = this.take(WORD_HERE);
      if (name === undefined) this.report('R116', start, "'.' without a name");
      return name;
    }
    if (next === '/') {
      this.at++;
      this.report('R116', start, "'/'");
      return this.take(WORD_HERE);
    }
    return next === '[' ? this.bracketed(start) : undefined;
  }

  private bracketed(start: number): string | undefined {
    const quote = this.text[start + 1];
    if (quote !== '"' && quote !== "'") {
      const found = this.take(BRACKET) ?? '[';
      this.report('R116', start, `'${found}'`);
      return found;
    }
    this.at++;
    const name = this.string(quote);
    if (this.text[this.at] === ']') this.at++;
    else this.report('R112', start, '[', ']');
    return name;
  }

  /** Reads from the opening quote past the closing one. */
  private string(quote: string): string {
    const start = this.at++;
    let value = '';
    for (;;) {
      const next = this.text[this.at];
      if (next === quote) {
        this.at++;
        return value;
      }
      if (next === undefined || next === '\n') {
        this.report('R103', start, quote);
        return value;
      }
      value += next === '\\' ? this.escape() : next;
      if (next !== '\\') this.at++;
    }
  }

  private escape(): string {
    const start = this.at;
    const next = this.text[start + 1] ?? '';
    const plain = ESCAPES[next];
    if (plain !== undefined) {
      this.at += 2;
      return plain;
    }
    const hex = /^u([0-9a-fA-F]{4})/.exec(this.text.slice(start + 1, start + 6))?.[1];
    if (hex !== undefined) {
      this.at += 6;
      return String.fromCharCode(parseInt(hex, 16));
    }
    const follower = this.text.codePointAt(start + 1);
    this.at += 1 + (follower === undefined || next === '\n' ? 0 : String.fromCodePoint(follower).length);
    this.report('R104', start, this.text.slice(start, this.at));
    return '';
  }

  private number(text: string, start: number): void {
    const value = Number(text);
    const isExact = /[.eE]/.test(text) || Number.isSafeInteger(value) || String(value) === text;
    if (DURATION.test(text)) this.report('R503', start, text);
    else if (!NUMBER.test(text) || !Number.isFinite(value) || !isExact) this.report('R105', start, text);
    // One zero only, so that equal numbers are equal trees.
    this.tokens.push({ kind: 'number', value: value === 0 ? 0 : value, span: { start, end: this.at } });
  }

  private stray(start: number): void {
    if (this.take(COMMENT) !== undefined) {
      this.report('R119', start);
      return;
    }
    const curly = this.take(CURLY_QUOTED);
    if (curly !== undefined) {
      this.report('R102', start, shown(curly[0] ?? ''));
      this.tokens.push({ kind: 'string', value: curly.slice(1, -1), span: { start, end: this.at } });
      return;
    }
    const character = String.fromCodePoint(this.text.codePointAt(start) ?? 0);
    while (this.text.startsWith(character, this.at)) this.at += character.length;
    this.report('R102', start, shown(character));
  }

  /** Takes what a sticky pattern matches here. */
  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  /** Reports the stretch from `start` to here. */
  private report<C extends Code>(code: C, start: number, ...args: CodeArguments<C>): void {
    this.problems.push(problem(code, { start, end: Math.max(this.at, start + 1) }, ...args));
  }
}

/** A character as a message shows it: by its number where it cannot be seen. */
function shown(character: string): string {
  if (/^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character)) return `'${character}'`;
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
