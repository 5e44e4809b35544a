import { BoundedMap } from '../../src/engine';

test('one entry too many pushes out the one that was not touched for the longest time', () => {
  const map = new BoundedMap<number>(2);
  expect(map.set('a', 1)).toBeUndefined();
  expect(map.set('b', 2)).toBeUndefined();
  expect(map.touch('a')).toBe(1);
  expect(map.set('c', 3)).toBe(2);
  expect([...map.values()]).toEqual([1, 3]);
});

test('peeking does not make an entry younger, replacing does', () => {
  const map = new BoundedMap<number>(2);
  map.set('a', 1);
  map.set('b', 2);
  expect(map.peek('a')).toBe(1);
  expect(map.set('c', 3)).toBe(1);
  map.set('b', 4);
  expect(map.set('d', 5)).toBe(3);
  expect([...map.values()]).toEqual([4, 5]);
});

test('entries can be removed by key or by age', () => {
  const map = new BoundedMap<number>(3);
  for (const [i, key] of ['a', 'b', 'c'].entries()) map.set(key, i);
  expect([map.delete('b'), map.delete('b')]).toEqual([true, false]);
  expect([map.takeOldest(), map.takeOldest(), map.takeOldest()]).toEqual([0, 2, undefined]);
  expect(map.size).toBe(0);
});
