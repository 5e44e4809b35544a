import fc from 'fast-check';
import { performance } from 'node:perf_hooks';
import { BoundedMap } from '../../src/event/bounded-map';

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

/** The definition: a list of entries, oldest first. */
class OracleMap {
  private entries: [string, number][] = [];

  public constructor(private readonly limit: number) {}

  public touch(key: string): number | undefined {
    const value = this.entries.find(([name]) => name === key)?.[1];
    if (value !== undefined) this.set(key, value);
    return value;
  }

  public set(key: string, value: number): number | undefined {
    this.delete(key);
    this.entries.push([key, value]);
    return this.entries.length > this.limit ? this.takeOldest() : undefined;
  }

  public delete(key: string): boolean {
    const before = this.entries.length;
    this.entries = this.entries.filter(([name]) => name !== key);
    return this.entries.length < before;
  }

  public takeOldest(): number | undefined {
    return this.entries.shift()?.[1];
  }

  public values(): number[] {
    return this.entries.map(([, value]) => value);
  }
}

test('whatever is done in whatever order, it holds and gives back what its definition says', () => {
  const step = fc.record({
    verb: fc.constantFrom('set', 'set', 'set', 'touch', 'touch', 'delete', 'takeOldest'),
    key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 200 }), (limit, steps) => {
      const [map, oracle] = [new BoundedMap<number>(limit), new OracleMap(limit)];
      const run = (on: BoundedMap<number> | OracleMap, at: number, { verb, key }: (typeof steps)[number]): unknown => {
        if (verb === 'set') return on.set(key, at);
        if (verb === 'takeOldest') return on.takeOldest();
        return verb === 'touch' ? on.touch(key) : on.delete(key);
      };
      for (const [at, each] of steps.entries()) {
        expect(run(map, at, each)).toBe(run(oracle, at, each));
        expect([...map.values()]).toEqual(oracle.values());
      }
    }),
    { numRuns: 300, seed: 7 },
  );
});

test('pushing out an entry of a large map takes about as long as of a small one', () => {
  const msOf = (limit: number): number => {
    const map = new BoundedMap<number>(limit);
    const start = performance.now();
    for (let i = 0; i < 150_000; i += 1) map.set(`key-${i}`, i);
    return performance.now() - start;
  };
  msOf(100);
  expect(msOf(50_000) / msOf(100)).toBeLessThan(50);
});
