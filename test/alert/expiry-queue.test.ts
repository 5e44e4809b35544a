import fc from 'fast-check';
import { ExpiryQueue } from '../../src/alert/expiry-queue';

test('gives the earliest first, and nothing that is not due', () => {
  const queue = new ExpiryQueue<string>();
  for (const [timeUs, item] of [
    [3, 'c'],
    [1, 'a'],
    [2, 'b'],
  ] as const)
    queue.push(timeUs, item);
  expect([queue.takeBefore(3), queue.takeBefore(3), queue.takeBefore(3)]).toEqual(['a', 'b', undefined]);
  expect(queue.size).toBe(1);
  queue.clear();
  expect(queue.takeBefore(Infinity)).toBeUndefined();
});

test('any mix of pushes and takes gives what sorting gives', () => {
  const step = fc.oneof(
    fc.record({ push: fc.integer({ min: 0, max: 50 }) }),
    fc.record({ takeBefore: fc.integer({ min: 0, max: 50 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const queue = new ExpiryQueue<number>();
      let held: number[] = [];
      for (const each of steps) {
        if ('push' in each) {
          queue.push(each.push, each.push);
          held = [...held, each.push].sort((a, b) => a - b);
        } else {
          const due = held[0] !== undefined && held[0] < each.takeBefore;
          expect(queue.takeBefore(each.takeBefore)).toBe(due ? held.shift() : undefined);
        }
        expect(queue.size).toBe(held.length);
      }
    }),
    { seed: 43, numRuns: 200 },
  );
});
