import * as crypto from 'node:crypto';
import fc from 'fast-check';
import { sha256 } from '../../src/engine';

const reference = (text: string): string => crypto.createHash('sha256').update(text, 'utf8').digest('hex');

test('the digest of "abc" is that of the standard', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('every length around the block borders agrees with node:crypto', () => {
  for (let length = 0; length <= 200; length += 1) {
    const text = 'x'.repeat(length);
    expect(sha256(text)).toBe(reference(text));
  }
});

test('any text agrees with node:crypto, lone surrogates too', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expect(sha256(text)).toBe(reference(text));
    }),
    { seed: 3, numRuns: 100 },
  );
  expect(sha256('a\ud800b')).toBe(reference('a\ud800b'));
});
