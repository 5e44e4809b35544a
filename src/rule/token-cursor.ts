import type { Span } from './ast';
import type { Code, CodeArguments } from './codes';
import { printPath, printText } from './printer';
import type { Problem } from './problem';
import { problem } from './problem';
import type { Keyword, TokenSymbol, Token } from './token';

/** What reading a part gives that has an error. */
export type Failed = null;

/** A text with more mistakes than this is no condition. */
const MOST_PROBLEMS = 50;

/** Walks over tokens and keeps what is wrong with them. Once stopped, it stands at the end and reports nothing more. */
export class TokenCursor {
  public readonly problems: Problem[] = [];
  private index = 0;
  private isStopped = false;
  private readonly last: Token;

  public constructor(private readonly tokens: readonly Token[]) {
    this.last = tokens[tokens.length - 1] ?? { kind: 'end', span: { start: 0, end: 0 } };
  }

  public get next(): Token {
    return this.tokens[this.index] ?? this.last;
  }

  /** The token after the next one. */
  public get second(): Token {
    return this.tokens[this.index + 1] ?? this.last;
  }

  /** The token after the second one. */
  public get third(): Token {
    return this.tokens[this.index + 2] ?? this.last;
  }

  public isAtEnd(): boolean {
    return this.next.kind === 'end';
  }

  public advance(): Token {
    const token = this.next;
    if (token.kind !== 'end') this.index++;
    return token;
  }

  public acceptKeyword(word: Keyword): boolean {
    const isNext = isKeywordToken(this.next, word);
    if (isNext) this.advance();
    return isNext;
  }

  public acceptSymbol(symbol: TokenSymbol): boolean {
    const isNext = isSymbolToken(this.next, symbol);
    if (isNext) this.advance();
    return isNext;
  }

  /** From `start` to the end of the last token that was taken. */
  public spanFrom(start: number): Span {
    return { start, end: this.tokens[this.index - 1]?.span.end ?? start };
  }

  /** Goes on to the next `and`, `or` or closing parenthesis of this level. */
  public skipTest(): void {
    let depth = 0;
    while (!this.isAtEnd()) {
      const token = this.next;
      if (depth === 0 && (isJoin(token) || isSymbolToken(token, ')'))) return;
      if (isSymbolToken(token, '(')) depth++;
      if (isSymbolToken(token, ')')) depth--;
      this.advance();
    }
  }

  /** Goes on to the end of a list item, or to where the list must have ended. */
  public skipItem(): void {
    while (!this.isAtEnd() && !isJoin(this.next) && !isOneOf(this.next, [',', ']', ')'])) this.advance();
  }

  /** Goes on to the closing parenthesis of this level, or to the end. */
  public skipGroup(): void {
    this.skipTest();
    while (isJoin(this.next)) {
      this.advance();
      this.skipTest();
    }
  }

  /** Leaves the rest of the tokens alone. */
  public stop(): void {
    this.isStopped = true;
    this.index = this.tokens.length;
  }

  /** Reports the next token as not what could stand here. */
  public unexpected(expected: string): Failed {
    return this.report('R101', this.next.span, describe(this.next), expected);
  }

  public report<C extends Code>(code: C, span: Span, ...args: CodeArguments<C>): Failed {
    if (this.isStopped) return null;
    this.problems.push(problem(code, span, ...args));
    if (this.problems.length >= MOST_PROBLEMS) this.stop();
    return null;
  }
}

export function isKeywordToken(token: Token, word: Keyword): boolean {
  return token.kind === 'keyword' && token.word === word;
}

export function isSymbolToken(token: Token, symbol: TokenSymbol): boolean {
  return token.kind === 'symbol' && token.symbol === symbol;
}

function isOneOf(token: Token, symbols: readonly TokenSymbol[]): boolean {
  return token.kind === 'symbol' && symbols.includes(token.symbol);
}

export function isJoin(token: Token): boolean {
  return token.kind === 'keyword' && (token.word === 'and' || token.word === 'or');
}

/** Text longer than this is cut in a message. */
const SHOWN = 40;

function describe(token: Token): string {
  switch (token.kind) {
    case 'end':
      return 'the end of the condition';
    case 'string':
      return `the text ${printText(token.value.length > SHOWN ? `${token.value.slice(0, SHOWN)}…` : token.value)}`;
    case 'number':
      return `the number ${String(token.value)}`;
    case 'keyword':
      return `'${token.word}'`;
    case 'path':
      return `'${printPath(token.segments)}'`;
    case 'symbol':
      return `'${token.symbol}'`;
  }
}
