import { RecentFindings } from '../../src/detector/recent-findings';

const MINUTE = 60_000_000;

test('without findings, alerts expire by the wall clock', () => {
  expect(new RecentFindings(600).expireBefore(100 * MINUTE)).toBe(100 * MINUTE);
});

test('an alert over records that came an hour late does not expire while findings keep coming', () => {
  const recent = new RecentFindings(600);
  for (let minute = 0; minute < 30; minute += 1) {
    const wall = (100 + minute) * MINUTE;
    const event = (40 + minute) * MINUTE;
    recent.note('late', event, wall);
    // The book ends what had no finding for ten minutes before this.
    expect(recent.expireBefore(wall) - 10 * MINUTE).toBeLessThanOrEqual(event);
  }
});

test('once none came for long enough, it does', () => {
  const recent = new RecentFindings(600);
  recent.note('late', 40 * MINUTE, 100 * MINUTE);
  expect(recent.expireBefore(110 * MINUTE)).toBe(50 * MINUTE);
  expect(recent.expireBefore(110 * MINUTE + 1)).toBe(110 * MINUTE + 1);
});

test('an earlier finding does not set an alert back', () => {
  const recent = new RecentFindings(600);
  recent.note('a', 90 * MINUTE, 100 * MINUTE);
  recent.note('a', 20 * MINUTE, 100 * MINUTE);
  expect(recent.expireBefore(101 * MINUTE)).toBe(100 * MINUTE);
});
