import * as fc from 'fast-check';
import { isCovered, tagFitter } from '../../../src/model/fluentd/tag-pattern';
import { ALL_TAGS, tagPattern } from '../support/tag-patterns';

test.each([
  { pattern: '**', fits: ['a', 'a.b'], not: [] },
  { pattern: 'a', fits: ['a'], not: ['a.b', 'b'] },
  { pattern: 'a.*', fits: ['a.b', 'a.'], not: ['a', 'a.b.c'] },
  { pattern: 'a.**', fits: ['a', 'a.b', 'a.b.c'], not: ['ab', 'b'] },
  { pattern: '**.b', fits: ['b', 'a.b', 'a.a.b'], not: ['ab', 'b.a'] },
  { pattern: 'a.**.b', fits: ['a.b', 'a.x.b'], not: ['a', 'ab', 'a.b.x'] },
  { pattern: '{a,b.*}.c', fits: ['a.c', 'b.x.c'], not: ['b.c', 'a'] },
  { pattern: 'a b', fits: ['a', 'b'], not: ['a b'] },
  { pattern: '', fits: ['a', 'a.b'], not: [] },
])("'$pattern' fits what Fluentd says it fits", ({ pattern, fits, not }) => {
  expect(fits.map(tagFitter(pattern))).toEqual(fits.map(() => true));
  expect(not.map(tagFitter(pattern))).toEqual(not.map(() => false));
});

test('a pattern is covered exactly where each of its tags is taken by one of the others', () => {
  fc.assert(
    fc.property(tagPattern, fc.array(tagPattern, { maxLength: 3 }), (pattern, others) => {
      const fits = tagFitter(pattern);
      const taken = others.map(tagFitter);
      const escaped = ALL_TAGS.filter((tag) => fits(tag) === true && !taken.some((takes) => takes(tag) === true));
      // A tag that is longer than those tried can escape too, so only one direction is certain of every pattern.
      if (isCovered(pattern, others)) expect(escaped).toEqual([]);
      else if (escaped.length === 0) expect(/\*/.test(pattern + others.join('')) || pattern.length > 4).toBe(true);
    }),
    { numRuns: 500, seed: 6 },
  );
});

test.each([
  { title: 'a pattern in slashes is covered by ** only', pattern: '/a/', others: ['a'], covered: false },
  { title: 'by **', pattern: '/a/', others: ['**'], covered: true },
  { title: 'by itself', pattern: '/a/', others: ['/a/'], covered: true },
  { title: 'and covers nothing for certain', pattern: 'a', others: ['/a/'], covered: false },
  { title: 'parts by themselves do not cover everything', pattern: '**', others: ['*', '*.*'], covered: false },
  { title: 'every alternative must be covered', pattern: '{a,b}', others: ['a'], covered: false },
  { title: 'by several together', pattern: '{a,b}', others: ['a', 'b'], covered: true },
  { title: 'parts of any number', pattern: 'a.**', others: ['a', 'a.*', 'a.*.**'], covered: true },
])('$title', ({ pattern, others, covered }) => {
  expect(isCovered(pattern, others)).toBe(covered);
  expect(tagFitter('/a/')('a')).toBeUndefined();
});
