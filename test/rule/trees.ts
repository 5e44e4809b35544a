/** Generated condition trees, and comparison of trees without their spans. */
import fc from 'fast-check';
import type { Expr, FieldPath, ListOperand, Literal, Span, Test } from '../../src/rule/ast';
import { isKeyword } from '../../src/rule/token';

const NO_SPAN: Span = { start: 0, end: 0 };

/** The tree with every span replaced, for `toEqual`. */
export function withoutSpans(expr: Expr | undefined): unknown {
  return JSON.parse(JSON.stringify(expr ?? null, (key, value: unknown) => (key === 'span' ? undefined : value)));
}

const hostile = fc.constantFrom(
  '"',
  "'",
  '\\',
  '\\n',
  '\n',
  '\r\n',
  '\t',
  '\0',
  '\u2028',
  '\u202e',
  '\ud800',
  '\ufeff',
  '…',
  '😀',
  'é',
  ' #',
  ': ',
  '${',
  '%{',
  '{{',
);

/** Any text, also lone surrogates, quotes, escapes and line breaks. */
export const hostileText = fc
  .array(fc.oneof(hostile, fc.string({ unit: 'binary', maxLength: 6 }), fc.string({ maxLength: 6 })), { maxLength: 5 })
  .map((parts) => parts.join(''));

const word = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}(-[a-z0-9]{1,4})?$/);
const head = word.filter((text) => !isKeyword(text.toLowerCase()));
const path: fc.Arbitrary<FieldPath> = fc
  .tuple(head, fc.array(fc.oneof(word, hostileText), { maxLength: 4 }))
  .map(([first, rest]) => ({ segments: [first, ...rest], span: NO_SPAN }));

const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
);
export const literal: fc.Arbitrary<Literal> = fc
  .oneof(hostileText, number, fc.boolean())
  .map((value) => ({ value, span: NO_SPAN }));

const list: fc.Arbitrary<ListOperand> = fc.oneof(
  fc.array(literal, { maxLength: 12 }).map((items) => ({ kind: 'literals' as const, items, span: NO_SPAN })),
  head.filter((name) => name !== 'cidr').map((name) => ({ kind: 'named' as const, name, span: NO_SPAN })),
);

const test: fc.Arbitrary<Test> = fc.oneof(
  fc.record({
    kind: fc.constant('compare' as const),
    field: path,
    comparison: fc.constantFrom('==', '!=', '<', '<=', '>', '>='),
    value: literal,
    span: fc.constant(NO_SPAN),
  }),
  fc.record({ kind: fc.constant('in' as const), field: path, negated: fc.boolean(), list, span: fc.constant(NO_SPAN) }),
  fc.record({
    kind: fc.constant('text' as const),
    field: path,
    test: fc.constantFrom('contains', 'startswith', 'endswith', 'matches'),
    value: literal,
    span: fc.constant(NO_SPAN),
  }),
  fc.record({ kind: fc.constant('exists' as const), field: path, span: fc.constant(NO_SPAN) }),
);

/** Trees as the parser builds them: a part of a joint is never a joint of the same kind. */
export const tree: fc.Arbitrary<Expr> = fc.letrec<{ expr: Expr }>((tie) => ({
  expr: fc.oneof(
    { maxDepth: 8, depthSize: 'medium', withCrossShrink: true },
    test,
    fc.record({ kind: fc.constant('not' as const), part: tie('expr'), span: fc.constant(NO_SPAN) }),
    fc
      .tuple(
        fc.constantFrom('all-of' as const, 'any-of' as const),
        fc.array(tie('expr'), { minLength: 2, maxLength: 4 }),
      )
      .map(([kind, parts]) => ({
        kind,
        parts: parts.flatMap((part) => (part.kind === kind ? part.parts : [part])),
        span: NO_SPAN,
      })),
  ),
})).expr;
