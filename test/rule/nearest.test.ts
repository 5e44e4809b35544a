import { nearest } from '../../src/rule/nearest';

describe('nearest', () => {
  test.each([
    { title: 'a missing letter', word: 'contain', expected: 'contains' },
    { title: 'two swapped letters', word: 'exitss', expected: 'exists' },
    { title: 'the other case', word: 'MATCHES', expected: 'matches' },
    { title: 'nothing alike', word: 'frobnicate', expected: undefined },
    { title: 'a short word that differs in one letter', word: 'in', expected: undefined },
    { title: 'a word nobody can mistype', word: 'contains'.repeat(20), expected: undefined },
  ])('knows $title', ({ word, expected }) => {
    expect(nearest(word, ['contains', 'exists', 'matches', 'or'])).toBe(expected);
  });

  test('prefers the closest, and of equals the first', () => {
    expect(nearest('cats', ['carts', 'cat', 'bats'])).toBe('carts');
    expect(nearest('evict', ['edict', 'evict'])).toBe('evict');
  });
});
