import { every, FALSE, not, some, TRUE, type Truth, UNKNOWN } from '../../src/engine/truth';

const [F, U, T]: readonly [Truth, Truth, Truth] = [FALSE, UNKNOWN, TRUE];

const TABLE: readonly { title: string; a: Truth; b: Truth; and: Truth; or: Truth }[] = [
  { title: 'false, false', a: F, b: F, and: F, or: F },
  { title: 'false, unknown', a: F, b: U, and: F, or: U },
  { title: 'false, true', a: F, b: T, and: F, or: T },
  { title: 'unknown, false', a: U, b: F, and: F, or: U },
  { title: 'unknown, unknown', a: U, b: U, and: U, or: U },
  { title: 'unknown, true', a: U, b: T, and: U, or: T },
  { title: 'true, false', a: T, b: F, and: F, or: T },
  { title: 'true, unknown', a: T, b: U, and: U, or: T },
  { title: 'true, true', a: T, b: T, and: T, or: T },
];

test.each(TABLE)('$title: and, or follow Kleene', ({ a, b, and, or }) => {
  const parts = [() => a, () => b];
  expect(every(parts, undefined)).toBe(and);
  expect(some(parts, undefined)).toBe(or);
});

test('not swaps true and false and leaves unknown', () => {
  expect([F, U, T].map(not)).toEqual([T, U, F]);
});

test('of no parts, every is true and some is false', () => {
  expect(every([], undefined)).toBe(T);
  expect(some([], undefined)).toBe(F);
});

test('a part behind the one that decides is not asked', () => {
  const fails = (): Truth => {
    throw new Error('asked');
  };
  expect(every([() => U, () => F, fails], undefined)).toBe(F);
  expect(some([() => U, () => T, fails], undefined)).toBe(T);
});
