/** The classic syslog stamp, `Jan  2 15:04:05`, which names neither year nor zone. */
import {
  US_PER_DAY,
  US_PER_MINUTE,
  clockAt,
  daysOfMonth,
  daysSinceEpoch,
  digitsAt,
  formatTime,
  fractionAt,
} from './time';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** How far a host's clock may run ahead of ours before its stamp is taken for one of an earlier year. */
const CLOCK_SKEW_US = 5 * US_PER_MINUTE;
/** The longest time between two leap days. */
const LEAP_GAP_YEARS = 8;

export interface SyslogStamp {
  readonly month: number;
  readonly day: number;
  /** Microseconds since midnight. */
  readonly clockUs: number;
  /** Index behind the stamp. */
  readonly end: number;
}

/** What a stamp leaves open. */
export interface StampContext {
  readonly receivedUs: number;
  /** The year, where the caller knows it. */
  readonly year?: number;
  /** Minutes east of UTC of the host's clock. */
  readonly zoneMinutes: number;
}

/** The stamp at `at`, if one stands there. */
export function parseSyslogStamp(text: string, at: number): SyslogStamp | undefined {
  const month = MONTHS.indexOf(text.slice(at, at + 3)) + 1;
  if (month === 0 || text[at + 3] !== ' ') return undefined;
  const dayAt = text[at + 4] === ' ' ? at + 5 : at + 4;
  const width = text[dayAt + 1] === ' ' ? 1 : 2;
  const day = digitsAt(text, dayAt, width);
  const clockStart = dayAt + width + 1;
  const clockUs = clockAt(text, clockStart);
  const fraction = fractionAt(text, clockStart + 8);
  if (day < 1 || day > 31 || text[clockStart - 1] !== ' ' || clockUs < 0 || fraction === undefined) return undefined;
  return { month, day, clockUs: clockUs + fraction.us, end: fraction.end };
}

/** The time of a stamp: in the given year, or in the last one that puts it at or before its receipt. */
export function stampTime(stamp: SyslogStamp, context: StampContext): number | undefined {
  if (context.year !== undefined) return timeIn(context.year, stamp, context.zoneMinutes);
  const latest = context.receivedUs + CLOCK_SKEW_US;
  const receivedYear = Number(formatTime(latest + context.zoneMinutes * US_PER_MINUTE).slice(0, 4));
  for (let year = receivedYear; year >= receivedYear - LEAP_GAP_YEARS; year--) {
    const us = timeIn(year, stamp, context.zoneMinutes);
    if (us !== undefined && us <= latest) return us;
  }
  return undefined;
}

function timeIn(year: number, stamp: SyslogStamp, zoneMinutes: number): number | undefined {
  if (stamp.day > daysOfMonth(year, stamp.month)) return undefined;
  const us = daysSinceEpoch(year, stamp.month, stamp.day) * US_PER_DAY + stamp.clockUs - zoneMinutes * US_PER_MINUTE;
  return Number.isSafeInteger(us) ? us : undefined;
}
