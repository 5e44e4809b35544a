import { OccurrenceLog } from '../../src/engine/occurrence-log';

const WINDOW_US = 300_000_000;

/** The times and weights of a busy key, with nothing forgotten. */
function weightIn(occurrences: readonly [number, number][], fromUs: number, toUs: number): number {
  return occurrences.reduce((sum, [timeUs, weight]) => sum + (timeUs >= fromUs && timeUs <= toUs ? weight : 0), 0);
}

test('occurrences at the same time share an entry', () => {
  const log = new OccurrenceLog();
  for (const weight of [1, 2, 3]) log.add(1_000, weight, WINDOW_US);
  expect(log.size).toBe(1);
  expect(log.weightIn(1_000, 1_000)).toBe(6);
});

test('both bounds belong to the stretch', () => {
  const log = new OccurrenceLog();
  for (const timeUs of [10, 20, 30]) log.add(timeUs, 1, WINDOW_US);
  expect([log.weightIn(10, 30), log.weightIn(11, 30), log.weightIn(10, 29), log.weightIn(31, 40)]).toEqual([
    3, 2, 2, 0,
  ]);
});

test('a log of few entries forgets nothing, however far apart they are', () => {
  const log = new OccurrenceLog();
  for (let i = 0; i < 200; i += 1) log.add(i * 86_400_000_000, 1, WINDOW_US);
  log.add(0, 1, WINDOW_US);
  expect(log.remembers(-WINDOW_US, 0)).toBe(true);
  expect(log.weightIn(-WINDOW_US, 0)).toBe(2);
});

test('a growing log drops what is more than two windows away from the present, and knows it', () => {
  const log = new OccurrenceLog();
  for (let i = 0; i < 5_000; i += 1) log.add(i * 60_000_000, 1, WINDOW_US);
  expect(log.size).toBeLessThanOrEqual(512);
  const newest = 4_999 * 60_000_000;
  expect(log.remembers(newest - WINDOW_US, newest)).toBe(true);
  expect(log.weightIn(newest - WINDOW_US, newest)).toBe(6);
  expect(log.remembers(0, WINDOW_US)).toBe(false);
});

test('a burst far ahead does not hide what happens now', () => {
  const log = new OccurrenceLog();
  const ahead = 86_400_000_000;
  for (let i = 0; i < 1_020; i += 1) log.add(ahead + i, 1, WINDOW_US);
  for (let i = 0; i < 6; i += 1) log.add(i, 1, WINDOW_US);
  expect(log.weightIn(5 - WINDOW_US, 5)).toBe(6);
  expect(log.remembers(5 - WINDOW_US, 5)).toBe(true);
  expect(log.remembers(ahead, ahead + 1_019)).toBe(false);
  expect(log.remembers(ahead + 1_020, ahead + 1_020 + WINDOW_US)).toBe(true);
});

test('a busy key stays bounded, and counts at most one grid step more than the window, never less', () => {
  const log = new OccurrenceLog();
  const occurrences: [number, number][] = [];
  const stepUs = WINDOW_US / 512;
  let largest = 0;
  for (let i = 0; i < 60_000; i += 1) {
    const timeUs = i * 10_007;
    occurrences.push([timeUs, 1]);
    log.add(timeUs, 1, WINDOW_US);
    largest = Math.max(largest, log.size);
    if (i % 997 !== 0) continue;
    const counted = log.weightIn(timeUs - WINDOW_US, timeUs);
    expect(counted).toBeGreaterThanOrEqual(weightIn(occurrences, timeUs - WINDOW_US, timeUs));
    expect(counted).toBeLessThanOrEqual(weightIn(occurrences, timeUs - WINDOW_US - stepUs, timeUs));
  }
  expect(largest).toBeLessThanOrEqual(2 * 4_096);
});

test('after a quiet window a busy key is exact again', () => {
  const log = new OccurrenceLog();
  for (let i = 0; i < 20_000; i += 1) log.add(i * 10_000, 1, WINDOW_US);
  const later = 20_000 * 10_000 + 2 * WINDOW_US;
  for (const timeUs of [later, later + WINDOW_US, later + WINDOW_US + 1]) log.add(timeUs, 1, WINDOW_US);
  expect(log.weightIn(later, later + WINDOW_US)).toBe(2);
  expect(log.weightIn(later + 1, later + WINDOW_US + 1)).toBe(2);
  expect(log.remembers(0, WINDOW_US)).toBe(false);
});
