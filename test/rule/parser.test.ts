import fc from 'fast-check';
import { DEEPEST_LEVEL, parseCondition } from '../../src/rule/parser';
import { withoutSpans } from './trees';

const seed = 20240518;

/** Each error as `code start-end`. */
function errorsOf(text: string): string[] {
  return parseCondition(text).errors.map(({ code, span }) => `${code} ${String(span.start)}-${String(span.end)}`);
}

describe('parseCondition', () => {
  test('binds not before and before or, and spans cover the text', () => {
    const text = 'not a.b == 1 and a.c exists or a.d in x';
    const { expr } = parseCondition(text);
    expect(withoutSpans(expr)).toEqual({
      kind: 'any-of',
      parts: [
        {
          kind: 'all-of',
          parts: [
            {
              kind: 'not',
              part: { kind: 'compare', field: { segments: ['a', 'b'] }, comparison: '==', value: { value: 1 } },
            },
            { kind: 'exists', field: { segments: ['a', 'c'] } },
          ],
        },
        { kind: 'in', field: { segments: ['a', 'd'] }, negated: false, list: { kind: 'named', name: 'x' } },
      ],
    });
    expect(expr?.span).toEqual({ start: 0, end: text.length });
  });

  test('reads every operator', () => {
    const tests = [
      'a.b == "x"',
      'a.b != "x"',
      'a.b < 1',
      'a.b <= 1',
      'a.b > 1',
      'a.b >= 1',
      'a.b in [1, "x", true]',
      'a.b not in x',
      'a.b contains "x"',
      'a.b startswith "x"',
      'a.b endswith "x"',
      'a.b matches "x"',
      'a.b exists',
    ];
    const { expr, tests: read, errors } = parseCondition(tests.join(' and\n'));
    expect(errors).toEqual([]);
    expect(expr?.kind).toBe('all-of');
    expect(
      read.map((test) => (test.kind === 'compare' ? test.comparison : test.kind === 'text' ? test.test : test.kind)),
    ).toEqual([
      '==',
      '!=',
      '<',
      '<=',
      '>',
      '>=',
      'in',
      'in',
      'contains',
      'startswith',
      'endswith',
      'matches',
      'exists',
    ]);
  });

  test.each([
    { title: 'double quotes', text: String.raw`"a\"b\\c\n\t\u0041'"`, value: 'a"b\\c\n\tA\'' },
    { title: 'single quotes', text: String.raw`'a\'b"'`, value: 'a\'b"' },
    { title: 'a negative number', text: '-5', value: -5 },
    { title: 'a decimal', text: '0.25', value: 0.25 },
    { title: 'negative zero, as zero', text: '-0', value: 0 },
    { title: 'false', text: 'false', value: false },
  ])('reads a literal: $title', ({ text, value }) => {
    const { expr } = parseCondition(`a.b == ${text}`);
    expect(expr?.kind === 'compare' && expr.value.value).toBe(value);
  });

  test.each([
    { title: 'keywords of a path', text: 'log.not.in == 1', segments: ['log', 'not', 'in'] },
    { title: 'dashes', text: 'log.x-y == 1', segments: ['log', 'x-y'] },
    { title: 'brackets', text: `log["a.b/c"]['d"e'].f == 1`, segments: ['log', 'a.b/c', 'd"e', 'f'] },
  ])('reads a path with $title', ({ text, segments }) => {
    expect(parseCondition(text).tests[0]?.field.segments).toEqual(segments);
  });

  test.each([
    { title: 'operators of other languages', text: 'a.b = 1 && a.c == 2', errors: ['R106 4-5', 'R106 8-10'] },
    { title: 'keywords in upper case', text: 'a.b == 1 AND a.c == 2', errors: ['R107 9-12'] },
    { title: 'text without quotes', text: 'a.b == failure', errors: ['R108 7-14'] },
    { title: 'null', text: 'a.b == null', errors: ['R108 7-11'] },
    { title: 'a value on the left', text: '5 < a.b and a.c == 1', errors: ['R109 0-1'] },
    { title: 'a field on the right', text: 'a.b == a.c', errors: ['R110 7-10'] },
    { title: 'a lone field', text: 'a.b and a.c == 1', errors: ['R111 0-3'] },
    { title: 'two open parentheses', text: '(a.b == 1 and (a.c == 2', errors: ['R112 0-1', 'R112 14-15'] },
    { title: 'a closing parenthesis too many', text: 'a.b == 1) and a.c == x', errors: ['R112 8-9', 'R108 21-22'] },
    { title: 'an open list', text: 'a.b in ["x" and a.c == x', errors: ['R112 7-8', 'R108 23-24'] },
    {
      title: 'several mistakes in a list',
      text: 'a.b in [x, "b" "c", 1, /]',
      errors: ['R108 8-9', 'R101 15-18', 'R102 23-24'],
    },
    { title: 'a position in a path', text: 'a.b[0].c == 1', errors: ['R116 3-6'] },
    { title: 'an unquoted slash in a path', text: 'a.b/c == 1', errors: ['R116 3-4'] },
    { title: 'a path that ends in a dot', text: 'a.b. == 1', errors: ['R116 3-4'] },
    { title: 'not in the wrong place', text: 'a.b not contains "x"', errors: ['R117 4-16'] },
    { title: 'an operator as a function', text: 'contains(a.b, "x") or a.c == x', errors: ['R118 0-8', 'R108 29-30'] },
    { title: 'a comment', text: 'a.b == 1 # one', errors: ['R119 9-14'] },
    { title: 'a list where one value belongs', text: 'a.b == ["x"] or a.c == x', errors: ['R120 7-8', 'R108 23-24'] },
    { title: 'an unknown operator', text: 'a.b contain "x"', errors: ['R115 4-11'] },
    { title: 'two tests without a joint', text: 'a.b == 1 a.c == 2', errors: ['R101 9-12'] },
    { title: 'a dangling joint', text: 'a.b == 1 and', errors: ['R101 12-12'] },
    { title: 'curly quotes', text: 'a.b == “x” and a.c == x', errors: ['R102 7-10', 'R108 22-23'] },
    { title: 'an open string', text: 'a.b == "x\nand a.c == x', errors: ['R103 7-9', 'R108 21-22'] },
    { title: 'an escape that is none', text: String.raw`a.b matches "\d"`, errors: ['R104 13-15'] },
    { title: 'a backslash at the very end', text: 'a.b == "\\', errors: ['R103 7-9', 'R104 8-9'] },
    { title: 'an address without quotes', text: 'a.b == 203.0.113.9', errors: ['R105 7-18'] },
    { title: 'an integer that no double holds', text: 'a.b == 9007199254740993', errors: ['R105 7-23'] },
    { title: 'an infinite number', text: 'a.b == 1e999', errors: ['R105 7-12'] },
    { title: 'a later operator', text: 'a.b like "x*" and a.c == x', errors: ['R501 4-8', 'R108 25-26'] },
    { title: 'a network', text: 'a.b in cidr "10.0.0.0/8"', errors: ['R501 7-11'] },
    { title: 'a function', text: 'lower(a.b) == "x"', errors: ['R501 0-5'] },
    {
      title: 'a quantifier',
      text: '(any c in a.b: c.d == 1 and c.e == 2) or a.c == x',
      errors: ['R502 1-4', 'R108 48-49'],
    },
    { title: 'a duration', text: 'a.b > 5m', errors: ['R503 6-8'] },
    { title: 'no test at all', text: ' \n', errors: ['R114 0-1'] },
  ])('reports $title', ({ text, errors }) => {
    expect(errorsOf(text)).toEqual(errors);
    expect(parseCondition(text).expr).toBeUndefined();
  });

  test.each([
    { title: 'parentheses', open: '(', close: ')' },
    { title: 'not', open: 'not ', close: '' },
  ])('reads $title down to the deepest level and says so below it', ({ open, close }) => {
    const nested = (levels: number): string => open.repeat(levels) + 'a.b exists' + close.repeat(levels);
    expect(errorsOf(nested(DEEPEST_LEVEL))).toEqual([]);
    expect(parseCondition(nested(DEEPEST_LEVEL + 1)).errors.map(({ code }) => code)).toEqual(['R113']);
    expect(parseCondition(nested(100_000)).errors.map(({ code }) => code)).toEqual(['R113']);
  });

  test('stops after fifty errors', () => {
    expect(parseCondition('a.b == x and '.repeat(1000)).errors).toHaveLength(50);
    expect(parseCondition('@ $ '.repeat(1000)).errors.length).toBeLessThan(110);
  });

  const soup = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          'a.b',
          'x',
          'and',
          'or',
          'not',
          'in',
          'exists',
          'contains',
          '==',
          '<',
          '(',
          ')',
          '[',
          ']',
          ',',
          ':',
          '"s"',
          '5',
          'true',
          'any',
          'cidr',
          'like',
          '.',
          '["',
          "'",
          '\\',
          '\n',
          '=',
        ),
        fc.string({ unit: 'binary', maxLength: 3 }),
      ),
      { maxLength: 40 },
    )
    .chain((parts) => fc.constantFrom(' ', '').map((space) => parts.join(space)));

  test('gives a tree or errors inside the text for whatever it is given, and never throws', () => {
    fc.assert(
      fc.property(soup, (text) => {
        const { expr, errors } = parseCondition(text);
        expect(expr === undefined).toBe(errors.length > 0);
        for (const { span } of errors) {
          expect(span.start).toBeGreaterThanOrEqual(0);
          expect(span.start).toBeLessThanOrEqual(text.length);
          expect(span.end).toBeGreaterThanOrEqual(span.start);
          expect(span.end).toBeLessThanOrEqual(Math.max(1, text.length + 1));
        }
      }),
      { seed, numRuns: 1500 },
    );
  });

  test.each([
    { title: 'opening quotes', text: '“'.repeat(200_000) },
    { title: 'brackets', text: 'a' + '["x"]'.repeat(50_000) },
    { title: 'dashes', text: 'a' + '-a'.repeat(100_000) + '- ==' },
    { title: 'tests', text: 'a.b == 1 and '.repeat(20_000) + 'a.b == 1' },
    { title: 'items', text: `a.b in [${'1,'.repeat(50_000)}]` },
    { title: 'slashes', text: '/'.repeat(200_000) },
  ])(
    'takes time in proportion to the text: $title',
    ({ text }) => {
      const start = performance.now();
      parseCondition(text);
      expect(performance.now() - start).toBeLessThan(10_000);
    },
    20_000,
  );
});
