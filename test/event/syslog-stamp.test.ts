import fc from 'fast-check';
import { parseSyslogStamp, stampTime } from '../../src/event/syslog-stamp';
import type { StampContext } from '../../src/event/syslog-stamp';
import { formatTime, parseRfc3339 } from '../../src/event/time';

function read(text: string, received: string, more: Partial<StampContext> = {}): string | undefined {
  const stamp = parseSyslogStamp(text, 0);
  if (stamp === undefined) return undefined;
  const us = stampTime(stamp, { receivedUs: parseRfc3339(received)!, zoneMinutes: 0, ...more });
  return us === undefined ? undefined : formatTime(us);
}

describe('a stamp without a year', () => {
  test.each([
    {
      title: 'this year',
      text: 'Mar 14 09:00:00',
      received: '2026-03-14T09:00:01Z',
      time: '2026-03-14T09:00:00.000000Z',
    },
    {
      title: 'the very second of its receipt',
      text: 'Mar 14 09:00:00',
      received: '2026-03-14T09:00:00Z',
      time: '2026-03-14T09:00:00.000000Z',
    },
    {
      title: 'last year, where this one would be to come',
      text: 'Mar 14 10:00:00',
      received: '2026-03-14T09:00:00Z',
      time: '2025-03-14T10:00:00.000000Z',
    },
    {
      title: 'the old year on New Year',
      text: 'Dec 31 23:59:59',
      received: '2026-01-01T00:00:01Z',
      time: '2025-12-31T23:59:59.000000Z',
    },
    {
      title: 'the new year already, on a clock that runs a little ahead',
      text: 'Jan  1 00:00:02',
      received: '2025-12-31T23:59:59Z',
      time: '2026-01-01T00:00:02.000000Z',
    },
    {
      title: 'this year, on a clock that runs a minute ahead',
      text: 'Mar 14 09:01:00',
      received: '2026-03-14T09:00:00Z',
      time: '2026-03-14T09:01:00.000000Z',
    },
    {
      title: 'the last leap year',
      text: 'Feb 29 12:00:00',
      received: '2026-03-14T09:00:00Z',
      time: '2024-02-29T12:00:00.000000Z',
    },
    {
      title: 'the leap year before a century without',
      text: 'Feb 29 12:00:00',
      received: '2103-03-14T09:00:00Z',
      time: '2096-02-29T12:00:00.000000Z',
    },
    {
      title: 'a day of one digit behind two blanks',
      text: 'Mar  4 09:00:00',
      received: '2026-03-14T09:00:00Z',
      time: '2026-03-04T09:00:00.000000Z',
    },
    {
      title: 'a day of one digit behind one blank',
      text: 'Mar 4 09:00:00',
      received: '2026-03-14T09:00:00Z',
      time: '2026-03-04T09:00:00.000000Z',
    },
    {
      title: 'a day with a leading zero',
      text: 'Mar 04 09:00:00',
      received: '2026-03-14T09:00:00Z',
      time: '2026-03-04T09:00:00.000000Z',
    },
    {
      title: 'decimals',
      text: 'Mar 14 08:59:59.123456',
      received: '2026-03-14T09:00:00Z',
      time: '2026-03-14T08:59:59.123456Z',
    },
  ])('is taken for $title', ({ text, received, time }) => {
    expect(read(text, received)).toBe(time);
  });

  test('is taken for the given year, also one to come', () => {
    expect(read('Mar 14 09:00:00', '2026-03-14T10:00:00Z', { year: 2031 })).toBe('2031-03-14T09:00:00.000000Z');
    expect(read('Feb 29 09:00:00', '2026-03-14T10:00:00Z', { year: 2026 })).toBeUndefined();
  });

  test('is taken for UTC, or for the given zone', () => {
    const zone = { zoneMinutes: 120 };
    expect(read('Mar 14 11:00:00', '2026-03-14T09:00:00Z', zone)).toBe('2026-03-14T09:00:00.000000Z');
    expect(read('Jan  1 01:00:00', '2025-12-31T23:30:00Z', zone)).toBe('2025-12-31T23:00:00.000000Z');
  });

  test.each([
    '',
    'Mar',
    'Mrz 14 09:00:00',
    'Mar 0 09:00:00',
    'Mar 32 09:00:00',
    'Mar 14 25:00:00',
    'Mar 14 09:00',
    'mar 14 09:00:00',
  ])('is not %j', (text) => {
    expect(parseSyslogStamp(text, 0)).toBeUndefined();
  });

  test('lies within a year before its receipt, or a few minutes behind it', () => {
    const ms = fc.integer({ min: Date.UTC(2001), max: Date.UTC(2099) });
    fc.assert(
      fc.property(ms, ms, (stampMs, receivedMs) => {
        const stamp = new Date(stampMs).toUTCString().replace(/^\w+, (\d+) (\w+) \d+ (\S+) GMT$/, '$2 $1 $3');
        const us = stampTime(parseSyslogStamp(stamp, 0)!, { receivedUs: receivedMs * 1000, zoneMinutes: 0 })!;
        expect(us).toBeLessThanOrEqual(receivedMs * 1000 + 300e6);
        if (!stamp.startsWith('Feb 29')) expect(us).toBeGreaterThan((receivedMs - 366 * 86_400_000) * 1000);
        expect(formatTime(us).slice(5, 19)).toBe(new Date(stampMs).toISOString().slice(5, 19));
      }),
      { numRuns: 1000, seed: 3 },
    );
  });
});
