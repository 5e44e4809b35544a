import * as fc from 'fast-check';

const PIECES = ['a', 'b', '.', '.', '*', '**', '**.', '.**', '.**.', '\\a', '-'];

const plain = fc.array(fc.constantFrom(...PIECES), { maxLength: 5 }).map((pieces) => pieces.join(''));

/** Tag patterns of all shapes, also odd ones: braces in braces, dots and stars where they mean little. */
export const tagPattern: fc.Arbitrary<string> = fc
  .oneof(
    { weight: 3, arbitrary: plain },
    {
      weight: 2,
      arbitrary: fc
        .tuple(plain, fc.array(plain, { minLength: 1, maxLength: 3 }), plain)
        .map(([before, either, after]) => `${before}{${either.join(',')}}${after}`),
    },
    { weight: 1, arbitrary: fc.tuple(plain, plain).map(([a, b]) => `${a} ${b}`.trim()) },
  )
  .filter((pattern) => pattern !== '');

/** All tags of up to four characters, of those that the patterns name. */
export const ALL_TAGS: readonly string[] = [1, 2, 3, 4]
  .reduce<string[][]>(
    (shorter) => [...shorter, (shorter.at(-1) ?? []).flatMap((tag) => ['a', 'b', '.', '-'].map((char) => tag + char))],
    [['']],
  )
  .flat()
  .filter((tag) => tag !== '');
