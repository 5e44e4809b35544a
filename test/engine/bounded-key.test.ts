import { boundedKey } from '../../src/engine/bounded-key';

test('a key of ordinary length stays readable', () => {
  expect(boundedKey('authentication\nalice@example.com')).toBe('authentication\nalice@example.com');
  expect(boundedKey('x'.repeat(512))).toHaveLength(512);
});

test('a longer key has a short stand-in of its own', () => {
  const [a, b] = [boundedKey(`${'x'.repeat(10_000)}a`), boundedKey(`${'x'.repeat(10_000)}b`)];
  expect(a).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(a).not.toBe(b);
});
