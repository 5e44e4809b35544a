import fc from 'fast-check';
import { parseCondition } from '../../src/rule/parser';
import { printCondition, printExpr, printText } from '../../src/rule/printer';
import { hostileText, tree, withoutSpans } from './trees';

const seed = 20240517;

describe('printing a condition', () => {
  test('parse(print(x)) = x, on one line', () => {
    fc.assert(
      fc.property(tree, (expr) => {
        const { expr: again, errors } = parseCondition(printExpr(expr));
        expect(errors).toEqual([]);
        expect(withoutSpans(again)).toEqual(withoutSpans(expr));
      }),
      { seed, numRuns: 250 },
    );
  });

  test('parse(print(x)) = x, broken over lines', () => {
    fc.assert(
      fc.property(tree, (expr) => {
        const { expr: again, errors } = parseCondition(printCondition(expr));
        expect(errors).toEqual([]);
        expect(withoutSpans(again)).toEqual(withoutSpans(expr));
      }),
      { seed, numRuns: 250 },
    );
  });

  test('printing what was parsed from print changes nothing', () => {
    fc.assert(
      fc.property(tree, (expr) => {
        const text = printCondition(expr);
        const again = parseCondition(text).expr;
        expect(again && printCondition(again)).toBe(text);
      }),
      { seed, numRuns: 200 },
    );
  });

  test('a printed string holds no character that hides or that YAML refuses', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(printText(text)).not.toMatch(/[\0-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\u202a-\u202e]/);
        expect(printText(text)).not.toMatch(/\p{Cs}/u);
      }),
      { seed, numRuns: 250 },
    );
  });

  const deep = `${'not ('.repeat(50)}event.type exists${')'.repeat(50)}`;

  test.each([
    {
      title: 'parentheses that precedence gives anyway',
      text: '((a.b == 1) and (a.c == 2)) or (not (a.d exists))',
      printed: 'a.b == 1 and a.c == 2 or not a.d exists',
    },
    {
      title: 'parentheses that are needed',
      text: '(a.b == 1 or a.c == 2) and not (a.d exists and a.e exists)',
      printed: '(a.b == 1 or a.c == 2) and not (a.d exists and a.e exists)',
    },
    {
      title: 'joints of the same kind',
      text: 'a.b == 1 and (a.c == 2 and (a.d == 3 and a.e == 4))',
      printed: 'a.b == 1 and a.c == 2 and a.d == 3 and a.e == 4',
    },
    { title: 'not of a negated test', text: 'not a.b not in admins', printed: 'not a.b not in admins' },
    { title: 'single quotes', text: `a.b == 'say "hi"'`, printed: 'a.b == "say \\"hi\\""' },
    { title: 'numbers', text: 'a.b in [1.50, -0, 1e3, -2,]', printed: 'a.b in [1.5, 0, 1000, -2]' },
    { title: 'segments in brackets', text: `a['b']["c.d/e"].f-g == "x"`, printed: 'a.b["c.d/e"].f-g == "x"' },
    { title: 'fifty levels', text: deep, printed: `${'not '.repeat(50)}event.type exists` },
  ])('prints in one way: $title', ({ text, printed }) => {
    const { expr, errors } = parseCondition(text);
    expect(errors).toEqual([]);
    expect(expr && printExpr(expr)).toBe(printed);
  });

  test('breaks a long condition at its joints and keeps a short one whole', () => {
    const items = Array.from({ length: 9 }, (_, i) => `"namespace-${String(i)}"`).join(', ');
    const { expr } = parseCondition(
      `event.type == "authorization" and (event.action == "escalate" or event.action == "bind" or (event.action == "grant" and ` +
        `event.object.name != "viewer")) and not (event.user in admins or event.object.namespace in [${items}])`,
    );
    expect(expr && printCondition(expr)).toMatchInlineSnapshot(`
      "event.type == "authorization" and
      (
        event.action == "escalate" or
        event.action == "bind" or
        event.action == "grant" and event.object.name != "viewer"
      ) and
      not (
        event.user in admins or
        event.object.namespace in [
          "namespace-0",
          "namespace-1",
          "namespace-2",
          "namespace-3",
          "namespace-4",
          "namespace-5",
          "namespace-6",
          "namespace-7",
          "namespace-8"
        ]
      )"
    `);
    const short = 'event.type == "exec" and event.result == "success"';
    const { expr: whole } = parseCondition(short);
    expect(whole && printCondition(whole)).toBe(short);
  });
});
