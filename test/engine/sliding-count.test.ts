import fc from 'fast-check';
import { SlidingCount } from '../../src/engine/sliding-count';

const WINDOW_US = 300_000_000;

interface Occurrence {
  readonly key: string;
  readonly timeUs: number;
  readonly weight: number;
}

/** What `SlidingCount` promises, by filtering a list. */
function naiveCounts(occurrences: readonly Occurrence[], windowUs: number): number[] {
  return occurrences.map(({ key, timeUs }, i) =>
    occurrences
      .slice(0, i + 1)
      .filter((other) => other.key === key && other.timeUs >= timeUs - windowUs && other.timeUs <= timeUs)
      .reduce((sum, { weight }) => sum + weight, 0),
  );
}

function counts(occurrences: readonly Occurrence[], windowUs: number, keys = 1_000): number[] {
  const sliding = new SlidingCount({ windowUs, keys });
  return occurrences.map(({ key, timeUs, weight }) => sliding.add(key, timeUs, weight));
}

test('the window is closed: exactly its length ago counts, a microsecond more does not', () => {
  const sliding = new SlidingCount({ windowUs: WINDOW_US, keys: 10 });
  expect(sliding.add('a', 0, 1)).toBe(1);
  expect(sliding.add('a', WINDOW_US, 1)).toBe(2);
  expect(sliding.add('a', WINDOW_US + 1, 1)).toBe(2);
  expect(sliding.add('b', WINDOW_US + 1, 1)).toBe(1);
});

test('a late occurrence counts the window that ends at its own time, and later ones count it', () => {
  const sliding = new SlidingCount({ windowUs: 100, keys: 10 });
  expect([50, 150, 100, 120, 150].map((timeUs) => sliding.add('a', timeUs, 1))).toEqual([1, 2, 2, 3, 5]);
});

test('in any order, counts are those of a filtered list', () => {
  const occurrence = fc.record({
    key: fc.constantFrom('a', 'b', 'c'),
    timeUs: fc.integer({ min: 0, max: 60 }),
    weight: fc.integer({ min: 1, max: 5 }),
  });
  fc.assert(
    fc.property(fc.array(occurrence, { maxLength: 80 }), fc.integer({ min: 0, max: 30 }), (occurrences, windowUs) => {
      expect(counts(occurrences, windowUs)).toEqual(naiveCounts(occurrences, windowUs));
    }),
    { seed: 7, numRuns: 400 },
  );
});

test('on a long stream, shuffled within one window, counts are exact while memory stays small', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: -100, max: 0 })), {
    minLength: 1_200,
    maxLength: 1_500,
  });
  fc.assert(
    fc.property(steps, (rows) => {
      let nowUs = 0;
      const occurrences = rows.map(([stepUs, lagUs]) => {
        nowUs += stepUs;
        return { key: 'a', timeUs: nowUs + lagUs, weight: 1 };
      });
      expect(counts(occurrences, 100)).toEqual(naiveCounts(occurrences, 100));
    }),
    { seed: 11, numRuns: 10 },
  );
});

test('what comes later than the memory reaches counts too little at worst, and is reported as late', () => {
  const sliding = new SlidingCount({ windowUs: 100, keys: 10 });
  for (let i = 0; i < 2_000; i += 1) sliding.add('a', i * 50, 1);
  expect(sliding.late).toBe(0);
  const counted = sliding.add('a', 1_000, 1);
  expect(sliding.late).toBe(1);
  expect(counted).toBeGreaterThanOrEqual(1);
  expect(counted).toBeLessThanOrEqual(4);
});

test('a log that is read after a newer one is counted all the same', () => {
  const sliding = new SlidingCount({ windowUs: WINDOW_US, keys: 10 });
  const day = 86_400_000_000;
  for (let i = 0; i < 1_000; i += 1) sliding.add('a', 7 * day + i * 60_000_000, 1);
  expect([0, 1, 2, 3, 4, 5].map((second) => sliding.add('a', second * 1_000_000, 1))).toEqual([1, 2, 3, 4, 5, 6]);
});

test('keys are bounded: the one counted longest ago is forgotten, and counted while it mattered', () => {
  const sliding = new SlidingCount({ windowUs: 100, keys: 2 });
  sliding.add('a', 0, 1);
  sliding.add('b', 1, 1);
  sliding.add('a', 2, 1);
  sliding.add('c', 3, 1);
  expect(sliding.evictions).toBe(1);
  expect(sliding.add('a', 4, 1)).toBe(3);
  expect(sliding.add('b', 5, 1)).toBe(1);
  expect(sliding.evictions).toBe(2);
});

test('forgetting a key whose window has passed is no eviction', () => {
  const sliding = new SlidingCount({ windowUs: 100, keys: 1 });
  sliding.add('a', 0, 1);
  sliding.add('b', 101, 1);
  expect(sliding.evictions).toBe(0);
});

test('entries are bounded over all keys', () => {
  const sliding = new SlidingCount({ windowUs: 1_000_000_000, keys: 100 });
  for (let key = 0; key < 60; key += 1) {
    for (let i = 0; i < 2_000; i += 1) sliding.add(`key-${key}`, key + i * 100, 1);
  }
  expect(sliding.evictions).toBe(10);
  expect(sliding.add('key-59', 0, 1)).toBe(1);
});
