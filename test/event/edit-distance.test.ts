import { editDistance } from '../../src/event/edit-distance';

test.each([
  { a: '', b: 'abc', distance: 3 },
  { a: 'abc', b: '', distance: 3 },
  { a: 'abcd', b: 'acbd', distance: 1 },
  { a: 'kitten', b: 'sitting', distance: 3 },
  { a: 'same', b: 'same', distance: 0 },
])('the distance of "$a" and "$b" is $distance', ({ a, b, distance }) => {
  expect(editDistance(a, b)).toBe(distance);
});
