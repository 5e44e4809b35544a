import fc from 'fast-check';
import type { SecurityEvent } from '../../src/contract/event';
import { FailureCounter } from '../../src/engine/failure-counter';
import { eventOf, SECOND_US, START_US } from '../support/events';

const ADDRESS = '203.0.113.7';

function counterOf(keys = 1_000): FailureCounter {
  return new FailureCounter({ windowSeconds: 300, keys });
}

function counts(events: readonly SecurityEvent[]): number[] {
  const counter = counterOf();
  return events.map((event) => counter.count(event));
}

test.each<{ title: string; events: SecurityEvent[]; expected: number[] }>([
  {
    title: 'one user from one address',
    events: [0, 10, 20].map((at) => eventOf({ user: 'mallory', source_ip: ADDRESS }, { at })),
    expected: [1, 2, 3],
  },
  {
    title: 'spraying: many users, one address',
    events: ['a', 'b', 'c'].map((user, at) => eventOf({ user, source_ip: ADDRESS }, { at })),
    expected: [1, 2, 3],
  },
  {
    title: 'guessing: one user, many addresses',
    events: [1, 2, 3].map((n) => eventOf({ user: 'root', source_ip: `198.51.100.${n}` }, { at: n })),
    expected: [1, 2, 3],
  },
  {
    title: 'the larger of the two counts, not their sum',
    events: [
      eventOf({ user: 'a', source_ip: ADDRESS }),
      eventOf({ user: 'a', source_ip: '198.51.100.1' }, { at: 1 }),
      eventOf({ user: 'b', source_ip: ADDRESS }, { at: 2 }),
      eventOf({ user: 'a', source_ip: ADDRESS }, { at: 3 }),
    ],
    expected: [1, 2, 2, 3],
  },
  {
    title: 'another type counts apart',
    events: [
      eventOf({ user: 'a' }),
      eventOf({ user: 'a', type: 'authorization' }, { at: 1 }),
      eventOf({ user: 'a', type: 'authorization' }, { at: 2 }),
    ],
    expected: [1, 1, 2],
  },
  {
    title: 'nobody from nowhere counts alone',
    events: [eventOf(), eventOf(), eventOf({ user: '', source_ip: '' }), eventOf({ user: '', source_ip: '' })],
    expected: [1, 1, 1, 1],
  },
  {
    title: 'a user and an address of the same text count apart',
    events: [eventOf({ user: ADDRESS }), eventOf({ source_ip: ADDRESS })],
    expected: [1, 1],
  },
  {
    title: 'a repeated message weighs what it says',
    events: [eventOf({ user: 'root' }, { occurrences: 5 }), eventOf({ user: 'root' }, { at: 1 })],
    expected: [5, 6],
  },
  {
    title: 'exactly 300 seconds ago counts',
    events: [eventOf({ user: 'root' }), eventOf({ user: 'root' }, { at: 300 })],
    expected: [1, 2],
  },
  {
    title: '300 seconds and a microsecond ago does not',
    events: [eventOf({ user: 'root' }), eventOf({ user: 'root' }, { timeUs: START_US + 300 * SECOND_US + 1 })],
    expected: [1, 1],
  },
  {
    title: 'a late failure counts the window that ends at its own time',
    events: [0, 400, 100, 350].map((at) => eventOf({ user: 'root' }, { at })),
    expected: [1, 1, 2, 2],
  },
  {
    title: 'a name of any length counts',
    events: ['x', 'y', 'x'].map((last) => eventOf({ user: `${'n'.repeat(100_000)}${last}` })),
    expected: [1, 1, 2],
  },
])('$title', ({ events, expected }) => {
  expect(counts(events)).toEqual(expected);
});

test('in any order, the count is that of a filtered list', () => {
  const failure = fc
    .record({
      user: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
      source_ip: fc.option(fc.constantFrom('203.0.113.1', '203.0.113.2'), { nil: undefined }),
      type: fc.constantFrom('authentication', 'authorization' as const),
      at: fc.integer({ min: 0, max: 900 }),
      occurrences: fc.integer({ min: 1, max: 3 }),
    })
    .map(({ user, source_ip, type, at, occurrences }) =>
      eventOf(
        { type, ...(user === undefined ? {} : { user }), ...(source_ip === undefined ? {} : { source_ip }) },
        { at, occurrences },
      ),
    );
  const naive = (events: readonly SecurityEvent[], i: number, key: 'user' | 'source_ip'): number => {
    const { event, timeUs, occurrences } = events[i]!;
    if (event[key] === undefined) return occurrences;
    return events
      .slice(0, i + 1)
      .filter((other) => other.event.type === event.type && other.event[key] === event[key])
      .filter((other) => other.timeUs <= timeUs && timeUs - other.timeUs <= 300 * SECOND_US)
      .reduce((sum, other) => sum + other.occurrences, 0);
  };
  fc.assert(
    fc.property(fc.array(failure, { maxLength: 60 }), (events) => {
      expect(counts(events)).toEqual(
        events.map((_, i) => Math.max(naive(events, i, 'user'), naive(events, i, 'source_ip'))),
      );
    }),
    { seed: 29, numRuns: 300 },
  );
});

test('a flood of names does not push out the address it comes from', () => {
  const counter = counterOf(10);
  let last = 0;
  for (let n = 0; n < 100; n += 1) last = counter.count(eventOf({ user: `name-${n}`, source_ip: ADDRESS }, { at: n }));
  expect(last).toBe(100);
  expect(counter.evictions).toEqual({ users: 90, addresses: 0 });
});

test('a failure that is late in both counts is late once', () => {
  const counter = counterOf();
  for (let n = 0; n < 1_000; n += 1) counter.count(eventOf({ user: 'root', source_ip: ADDRESS }, { at: n * 100 }));
  expect(counter.late).toBe(0);
  counter.count(eventOf({ user: 'root', source_ip: ADDRESS }, { at: 5_000 }));
  expect(counter.late).toBe(1);
});
