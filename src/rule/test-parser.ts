import type { Comparison, FieldPath, ListOperand, Literal, LiteralValue, Span, Test, TextTest } from './ast';
import { nearest } from './nearest';
import { printLiteral, printPath } from './printer';
import { isJoin, isKeywordToken, isSymbolToken } from './token-cursor';
import type { Failed, TokenCursor } from './token-cursor';
import type { Keyword, Token } from './token';

/** Operators that other languages spell as a word. */
const OTHER_SPELLINGS: Readonly<Record<string, string>> = {
  is: '==',
  eq: '==',
  equals: '==',
  ne: '!=',
  gt: '>',
  ge: '>=',
  gte: '>=',
  lt: '<',
  le: '<=',
  lte: '<=',
  has: 'contains',
  includes: 'contains',
  regex: 'matches',
  re: 'matches',
};

/** Words of the language that come later, and what does the job today. */
export const LATER_OPERATORS: Readonly<Record<string, string>> = {
  like: 'use startswith, endswith, contains or matches',
  ilike: "use matches with a pattern that starts with '(?i)'",
  iequals: "use matches with a pattern such as '(?i)^text$'",
  iin: "use matches with a pattern such as '(?i)^(one|other)$'",
  icontains: "use matches with a pattern that starts with '(?i)'",
  istartswith: "use matches with a pattern that starts with '(?i)^'",
  iendswith: "use matches with a pattern that starts with '(?i)' and ends with '$'",
  imatches: "use matches with a pattern that starts with '(?i)'",
};

const QUANTIFIERS: ReadonlySet<string> = new Set(['any', 'every', 'all', 'some', 'none', 'no']);

const TURNED: Readonly<Record<Comparison, Comparison>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

const COMPARISONS: ReadonlySet<string> = new Set(Object.keys(TURNED));

const TEXT_TESTS: ReadonlySet<string> = new Set<TextTest>(['contains', 'startswith', 'endswith', 'matches']);

const OPERATOR_WORDS: readonly Keyword[] = ['in', 'contains', 'startswith', 'endswith', 'matches', 'exists'];

type PathToken = Extract<Token, { kind: 'path' }>;

/** Reads the leaves of a condition: one field, one question. */
export class TestParser {
  /** Every test read so far. */
  public readonly tests: Test[] = [];

  public constructor(private readonly cursor: TokenCursor) {}

  public test(): Test | Failed {
    const { next } = this.cursor;
    if (next.kind !== 'path') return this.withoutField(next);
    if (isQuantifier(next) && this.cursor.second.kind === 'path') {
      this.cursor.report('R502', next.span, printPath(next.segments));
      this.cursor.skipGroup();
      return null;
    }
    this.cursor.advance();
    const test = this.ofField(next);
    if (test === null) this.cursor.skipTest();
    else this.tests.push(test);
    return test;
  }

  private ofField(path: PathToken): Test | Failed {
    const field: FieldPath = { segments: path.segments, span: path.span };
    const { next, second } = this.cursor;
    if (isComparison(next)) {
      this.cursor.advance();
      const value = this.operand(path, next.symbol);
      return value && { kind: 'compare', field, comparison: next.symbol, value, span: this.spanOf(field) };
    }
    if (isTextTest(next)) {
      this.cursor.advance();
      const value = this.operand(path, next.word);
      return value && { kind: 'text', field, test: next.word, value, span: this.spanOf(field) };
    }
    if (this.cursor.acceptKeyword('exists')) return { kind: 'exists', field, span: this.spanOf(field) };
    const negated = isKeywordToken(next, 'not') && isKeywordToken(second, 'in');
    if (negated) this.cursor.advance();
    if (!this.cursor.acceptKeyword('in')) return this.withoutOperator(path);
    const list = this.list();
    return list && { kind: 'in', field, negated, list, span: this.spanOf(field) };
  }

  private spanOf(field: FieldPath): Span {
    return this.cursor.spanFrom(field.span.start);
  }

  /** The right side of an operator that takes one value. */
  private operand(path: PathToken, operator: Comparison | TextTest): Literal | Failed {
    const { next } = this.cursor;
    if (!isSymbolToken(next, '[')) return this.literal();
    const name = printPath(path.segments);
    const right =
      operator === '==' || operator === '!='
        ? `write ${name} ${operator === '==' ? 'in' : 'not in'} […]`
        : `write one test for each value: ${name} ${operator} … or ${name} ${operator} …`;
    return this.cursor.report('R120', next.span, operator, right);
  }

  private literal(): Literal | Failed {
    const { next } = this.cursor;
    const value = literalOf(next);
    if (value !== undefined) {
      this.cursor.advance();
      return { value, span: next.span };
    }
    if (next.kind !== 'path') return this.cursor.unexpected('a string, a number, true or false');
    this.cursor.advance();
    const text = printPath(next.segments);
    return next.segments.length === 1
      ? this.cursor.report('R108', next.span, text, quoted(text))
      : this.cursor.report('R110', next.span, text);
  }

  private list(): ListOperand | Failed {
    const { next, second } = this.cursor;
    if (isSymbolToken(next, '[')) return this.literals();
    if (next.kind !== 'path') return this.cursor.unexpected('a list such as ["a", "b"] or the name of one');
    const [name = '', ...more] = next.segments;
    if (name === 'cidr' && (literalOf(second) !== undefined || isSymbolToken(second, '['))) {
      return this.cursor.report('R501', next.span, 'in cidr', 'use startswith or matches on the address');
    }
    this.cursor.advance();
    if (more.length > 0) return this.cursor.report('R110', next.span, printPath(next.segments));
    return { kind: 'named', name, span: next.span };
  }

  private literals(): ListOperand | Failed {
    const open = this.cursor.advance();
    const items: Literal[] = [];
    let isWhole = true;
    while (!this.cursor.acceptSymbol(']')) {
      const item = this.literal();
      if (item === null) this.cursor.skipItem();
      else items.push(item);
      isWhole &&= item !== null;
      if (isSymbolToken(this.cursor.next, ']') || this.cursor.acceptSymbol(',')) continue;
      if (this.cursor.isAtEnd() || isJoin(this.cursor.next)) return this.cursor.report('R112', open.span, '[', ']');
      isWhole = false;
      this.cursor.unexpected("',' or ']'");
      this.cursor.advance();
      this.cursor.skipItem();
      this.cursor.acceptSymbol(',');
    }
    return isWhole ? { kind: 'literals', items, span: this.cursor.spanFrom(open.span.start) } : null;
  }

  /** A field is there, but no operator that is known. */
  private withoutOperator(path: PathToken): Failed {
    const { next, second } = this.cursor;
    const name = printPath(path.segments);
    if (next.kind === 'end' || isJoin(next) || isSymbolToken(next, ')')) {
      return this.cursor.report('R111', path.span, name);
    }
    if (isKeywordToken(next, 'not') && second.kind === 'keyword') {
      const span = { start: next.span.start, end: second.span.end };
      return this.cursor.report('R117', span, second.word, `not ${name} ${second.word} …`);
    }
    if (isSymbolToken(next, '(')) {
      return this.cursor.report('R501', path.span, `${name}(…)`, 'test the field as it is');
    }
    if (next.kind !== 'path') return this.cursor.unexpected('an operator such as == or in');
    if (next.segments.length > 1) return this.cursor.report('R111', path.span, name);
    return this.unknownOperator(next);
  }

  private unknownOperator(operator: PathToken): Failed {
    const word = printPath(operator.segments);
    const lower = word.toLowerCase();
    const instead = LATER_OPERATORS[lower];
    if (instead !== undefined) return this.cursor.report('R501', operator.span, word, instead);
    return this.cursor.report('R115', operator.span, word, OTHER_SPELLINGS[lower] ?? nearest(word, OPERATOR_WORDS));
  }

  /** A test starts with something that is no field. */
  private withoutField(token: Token): Failed {
    const value = literalOf(token);
    if (value !== undefined) this.cursor.report('R109', token.span, printLiteral(value), this.turned(value));
    else if (token.kind === 'keyword' && OPERATOR_WORDS.includes(token.word)) {
      this.cursor.report('R118', token.span, token.word, this.fieldFirst(token.word));
    } else this.cursor.unexpected('a field');
    this.cursor.skipTest();
    return null;
  }

  /** The test `value operator field` with its sides exchanged. */
  private turned(value: LiteralValue): string {
    const { second, third } = this.cursor;
    const literal = printLiteral(value);
    const field = third.kind === 'path' ? printPath(third.segments) : 'event.user';
    if (isComparison(second)) return `${field} ${TURNED[second.symbol]} ${literal}`;
    return isKeywordToken(second, 'in') ? `${field} contains ${literal}` : `${field} == ${literal}`;
  }

  /** The test `operator field` or `operator(field, …)` in the order of this language. */
  private fieldFirst(word: Keyword): string {
    const field = [this.cursor.second, this.cursor.third].find((token) => token.kind === 'path');
    const path = field === undefined ? 'event.user' : printPath(field.segments);
    return word === 'exists' ? `${path} exists` : `${path} ${word} …`;
  }
}

/** What was meant by a bare word on the right side. */
function quoted(word: string): string {
  if (['null', 'nil', 'none', 'undefined'].includes(word.toLowerCase())) {
    return "a missing value is tested with 'exists', negated: not event.user exists";
  }
  return `if it is text, write "${word}"; if it is a list, test it with 'in ${word}'`;
}

function isQuantifier({ segments }: PathToken): boolean {
  return segments.length === 1 && QUANTIFIERS.has(segments[0] ?? '');
}

function literalOf(token: Token): LiteralValue | undefined {
  if (token.kind === 'string' || token.kind === 'number') return token.value;
  if (token.kind !== 'keyword') return undefined;
  return token.word === 'true' || token.word === 'false' ? token.word === 'true' : undefined;
}

type ComparisonToken = { readonly kind: 'symbol'; readonly symbol: Comparison } & Token;

function isComparison(token: Token): token is ComparisonToken {
  return token.kind === 'symbol' && COMPARISONS.has(token.symbol);
}

type TextTestToken = { readonly kind: 'keyword'; readonly word: TextTest } & Token;

function isTextTest(token: Token): token is TextTestToken {
  return token.kind === 'keyword' && TEXT_TESTS.has(token.word);
}
