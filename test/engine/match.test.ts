import { comparisonTest, membershipTest, textTest } from '../../src/engine/match';
import type { LiteralValue } from '../../src/rule';

const ODD_VALUES: readonly unknown[] = [null, {}, { a: 1 }, [], NaN];

test.each<{ title: string; literal: LiteralValue; equal: unknown; unequal: unknown[] }>([
  { title: 'text', literal: 'a', equal: 'a', unequal: ['A', 'a ', '', true, ...ODD_VALUES] },
  { title: 'the empty text', literal: '', equal: '', unequal: [' ', 0, false, ...ODD_VALUES] },
  { title: 'a number', literal: 5, equal: 5.0, unequal: ['5', 5.1, true, ...ODD_VALUES] },
  { title: 'zero', literal: 0, equal: -0, unequal: ['0', '', false, ...ODD_VALUES] },
  { title: 'true', literal: true, equal: true, unequal: ['true', 1, false, ...ODD_VALUES] },
])('$title equals only itself', ({ literal, equal, unequal }) => {
  const equals = comparisonTest('==', literal);
  expect(equals(equal)).toBe(true);
  expect(unequal.filter(equals)).toEqual([]);
  const isMember = membershipTest([literal, 'another']);
  expect(isMember(equal)).toBe(true);
  expect(unequal.filter(isMember)).toEqual([]);
});

test.each([
  { comparison: '<', below: true, same: false, above: false },
  { comparison: '<=', below: true, same: true, above: false },
  { comparison: '>', below: false, same: false, above: true },
  { comparison: '>=', below: false, same: true, above: true },
] as const)('$comparison orders numbers and nothing else', ({ comparison, below, same, above }) => {
  const test = comparisonTest(comparison, 5);
  expect([4.5, 5, 6].map(test)).toEqual([below, same, above]);
  expect(['4', '6', true, ...ODD_VALUES].filter(test)).toEqual([]);
  expect(['a', 'c', 4, 6].filter(comparisonTest(comparison, 'b'))).toEqual([]);
});

test.each([
  { test: 'contains', literal: 'ell', fits: ['hello', 'ell'], others: ['HELLO', 'el', ''] },
  { test: 'contains', literal: '', fits: ['', 'x'], others: [] },
  { test: 'startswith', literal: 'system:', fits: ['system:node:a', 'system:'], others: ['xsystem:', 'System:'] },
  { test: 'endswith', literal: '/exec', fits: ['pods/exec'], others: ['pods/exec/', 'EXEC'] },
  { test: 'matches', literal: 'b+c', fits: ['abbcd', 'bc'], others: ['ac', 'BC'] },
  { test: 'matches', literal: '^(?i)root$', fits: ['root', 'ROOT'], others: ['root ', 'xroot', 'root\n'] },
] as const)('$test "$literal" reads text only', ({ test, literal, fits, others }) => {
  const isFit = textTest(test, literal);
  expect(fits.filter(isFit)).toEqual(fits);
  expect([...others, 5, true, ...ODD_VALUES].filter(isFit)).toEqual([]);
});

test('a pattern takes linear time where a backtracking engine would not return', () => {
  expect(textTest('matches', '^(a+)+$')(`${'a'.repeat(5_000)}b`)).toBe(false);
});
