import fc from 'fast-check';
import { daysOfMonth, daysSinceEpoch, formatTime, parseRfc3339 } from '../../src/event/time';

describe('an RFC 3339 time', () => {
  test.each([
    { title: 'microseconds', text: '2026-03-14T09:00:00.004200Z', us: Date.UTC(2026, 2, 14, 9) * 1000 + 4200 },
    { title: 'seconds', text: '2026-03-14T09:00:00Z', us: Date.UTC(2026, 2, 14, 9) * 1000 },
    {
      title: 'nanoseconds, cut to microseconds',
      text: '2026-03-14T09:00:00.000001999Z',
      us: Date.UTC(2026, 2, 14, 9) * 1000 + 1,
    },
    { title: 'one decimal', text: '2026-03-14T09:00:00.5Z', us: Date.UTC(2026, 2, 14, 9) * 1000 + 500_000 },
    { title: 'a zone to the east', text: '2026-03-14T09:00:00+01:30', us: Date.UTC(2026, 2, 14, 7, 30) * 1000 },
    {
      title: 'a zone to the west',
      text: '2026-03-14T09:00:00.25-08:00',
      us: Date.UTC(2026, 2, 14, 17) * 1000 + 250_000,
    },
    { title: 'a zone without a colon', text: '2026-03-14T09:00:00+0100', us: Date.UTC(2026, 2, 14, 8) * 1000 },
    { title: 'lower-case marks', text: '2026-03-14t09:00:00z', us: Date.UTC(2026, 2, 14, 9) * 1000 },
    { title: 'a leap day', text: '2028-02-29T00:00:00Z', us: Date.UTC(2028, 1, 29) * 1000 },
    { title: 'a leap second, which is the next one', text: '2016-12-31T23:59:60Z', us: Date.UTC(2017, 0, 1) * 1000 },
    { title: 'a time before the epoch', text: '1969-12-31T23:59:59.999999Z', us: -1 },
  ])('is read with $title', ({ text, us }) => {
    expect(parseRfc3339(text)).toBe(us);
  });

  test.each([
    { title: 'nothing', text: '' },
    { title: 'a date', text: '2026-03-14' },
    { title: 'no zone', text: '2026-03-14T09:00:00' },
    { title: 'a month that does not exist', text: '2026-13-14T09:00:00Z' },
    { title: 'a day that does not exist', text: '2026-02-29T09:00:00Z' },
    { title: 'hour 24', text: '2026-03-14T24:00:00Z' },
    { title: 'minute 60', text: '2026-03-14T09:60:00Z' },
    { title: 'second 61', text: '2026-03-14T09:00:61Z' },
    { title: 'a point without decimals', text: '2026-03-14T09:00:00.Z' },
    { title: 'letters for digits', text: '2026-o3-14T09:00:00Z' },
    { title: 'signs for digits', text: '2026-03-14T09:-1:00Z' },
    { title: 'something behind it', text: '2026-03-14T09:00:00Z ' },
    { title: 'something behind its zone', text: '2026-03-14T09:00:00+01:000' },
    { title: 'a year beyond exact integers', text: '9999-01-01T00:00:00Z' },
    { title: 'the zero time of Go, beyond exact integers', text: '0001-01-01T00:00:00Z' },
  ])('is not $title', ({ text }) => {
    expect(parseRfc3339(text)).toBeUndefined();
  });

  test('agrees with Date at every millisecond of two centuries', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1900), max: Date.UTC(2200) }), (ms) => {
        expect(parseRfc3339(new Date(ms).toISOString())).toBe(ms * 1000);
      }),
      { numRuns: 2000, seed: 3 },
    );
  });

  test('is written with microseconds, and read back', () => {
    expect(formatTime(Date.UTC(2026, 2, 14, 9) * 1000 + 4200)).toBe('2026-03-14T09:00:00.004200Z');
    fc.assert(
      fc.property(fc.integer({ min: -1e15, max: 7e15 }), (us) => {
        expect(parseRfc3339(formatTime(us))).toBe(us);
      }),
      { numRuns: 2000, seed: 3 },
    );
  });

  test('never throws, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseRfc3339(text)));
  });
});

describe('the calendar', () => {
  test('counts days as Date does, from year 0 on', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5000 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 28 }),
        (year, month, day) => {
          const date = new Date(0);
          date.setUTCFullYear(year, month - 1, day);
          expect(daysSinceEpoch(year, month, day)).toBe(date.getTime() / 86_400_000);
        },
      ),
      { numRuns: 2000, seed: 3 },
    );
  });

  test('knows the length of February', () => {
    expect([2023, 2024, 2100, 2000].map((year) => daysOfMonth(year, 2))).toEqual([28, 29, 28, 29]);
    expect(daysOfMonth(2026, 13)).toBe(0);
  });
});
