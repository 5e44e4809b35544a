import type { Expr, Test } from './ast';
import type { Code } from './codes';
import { tokenize } from './lexer';
import type { Problem } from './problem';
import { TestParser } from './test-parser';
import { isSymbolToken, TokenCursor } from './token-cursor';
import type { Failed } from './token-cursor';

export interface ParsedCondition {
  /** Absent where the text has an error. */
  readonly expr?: Expr;
  /** Every test that could be read, also beside errors, so that names and types are checked in all of them. */
  readonly tests: readonly Test[];
  /** In the order of the text. */
  readonly errors: readonly Problem[];
}

/** Levels of `not` and parentheses; bounds the stack of everything that walks the tree. */
export const DEEPEST_LEVEL = 100;

/** Reads a condition. Goes on after an error, so that one look shows them all. */
export function parseCondition(text: string): ParsedCondition {
  const { tokens, problems } = tokenize(text);
  const cursor = new TokenCursor(tokens);
  const parser = new ConditionParser(cursor);
  const isEmpty = cursor.isAtEnd();
  const expr = isEmpty ? null : parser.condition();
  if (isEmpty && problems.length === 0) cursor.report('R114', { start: 0, end: 1 });
  const errors = merge(problems, cursor.problems);
  const unread = problems.filter(({ code }) => LITERAL_CODES.has(code));
  const tests = unread.length === 0 ? parser.tests : parser.tests.filter((test) => !unread.some(within(test)));
  return { ...(expr !== null && errors.length === 0 ? { expr } : {}), tests, errors };
}

/** Problems that leave the type of a literal open. */
const LITERAL_CODES: ReadonlySet<Code> = new Set<Code>(['R102', 'R103', 'R104', 'R105', 'R503']);

function within({ span: outer }: Test): (found: Problem) => boolean {
  return ({ span }) => span.start >= outer.start && span.start < outer.end;
}

/** All in the order of the text; what the parser says of a stretch that the lexer complained about is an echo. */
function merge(lexical: readonly Problem[], syntactic: readonly Problem[]): Problem[] {
  const complained = new Set(lexical.map(({ span }) => span.start));
  const own = syntactic.filter(({ span }) => !complained.has(span.start));
  return [...lexical, ...own].sort((a, b) => a.span.start - b.span.start);
}

/** The joints of a condition: `or` binds weakest, then `and`, then `not`. */
class ConditionParser {
  private readonly leaf: TestParser;
  private depth = 0;

  public constructor(private readonly cursor: TokenCursor) {
    this.leaf = new TestParser(cursor);
  }

  public get tests(): readonly Test[] {
    return this.leaf.tests;
  }

  public condition(): Expr | Failed {
    let expr = this.group();
    while (!this.cursor.isAtEnd()) {
      this.cursor.report('R112', this.cursor.advance().span, ')', '(');
      expr = null;
      this.skipJoin();
      if (!this.cursor.isAtEnd()) this.group();
    }
    return expr;
  }

  /** Everything up to a closing parenthesis or the end. */
  private group(): Expr | Failed {
    let expr = this.anyOf();
    while (!this.cursor.isAtEnd() && !isSymbolToken(this.cursor.next, ')')) {
      this.cursor.unexpected("'and' or 'or'");
      expr = null;
      this.cursor.skipTest();
      if (this.skipJoin()) this.anyOf();
    }
    return expr;
  }

  private skipJoin(): boolean {
    return this.cursor.acceptKeyword('and') || this.cursor.acceptKeyword('or');
  }

  private anyOf(): Expr | Failed {
    return this.joined('or', 'any-of', () => this.allOf());
  }

  private allOf(): Expr | Failed {
    return this.joined('and', 'all-of', () => this.negation());
  }

  /** Parts of the same kind become one list, however they were put in parentheses. */
  private joined(word: 'and' | 'or', kind: 'all-of' | 'any-of', operand: () => Expr | Failed): Expr | Failed {
    const { start } = this.cursor.next.span;
    const read = [operand()];
    while (this.cursor.acceptKeyword(word)) read.push(operand());
    const parts = read.filter((part) => part !== null);
    const [only] = parts;
    if (only === undefined || parts.length < read.length) return null;
    if (parts.length === 1) return only;
    const flat = parts.flatMap((part) => (part.kind === kind ? part.parts : [part]));
    return { kind, parts: flat, span: this.cursor.spanFrom(start) };
  }

  private negation(): Expr | Failed {
    const { start } = this.cursor.next.span;
    if (!this.cursor.acceptKeyword('not')) return this.operand();
    const part = this.deeper(() => this.negation());
    return part && { kind: 'not', part, span: this.cursor.spanFrom(start) };
  }

  private operand(): Expr | Failed {
    const { span } = this.cursor.next;
    if (!this.cursor.acceptSymbol('(')) return this.leaf.test();
    const inner = this.deeper(() => this.group());
    if (this.cursor.acceptSymbol(')')) return inner;
    return this.cursor.report('R112', span, '(', ')');
  }

  private deeper(read: () => Expr | Failed): Expr | Failed {
    this.depth++;
    const expr = this.depth > DEEPEST_LEVEL ? this.tooDeep() : read();
    this.depth--;
    return expr;
  }

  private tooDeep(): Failed {
    this.cursor.report('R113', this.cursor.next.span, String(DEEPEST_LEVEL));
    this.cursor.stop();
    return null;
  }
}
