/** Times as integer microseconds since the epoch. */

const US_PER_SECOND = 1_000_000;
export const US_PER_MINUTE = 60 * US_PER_SECOND;
export const US_PER_DAY = 86_400 * US_PER_SECOND;

const ZERO = 48;

/** The number that `count` digits at `at` spell; -1 where one of them is none. */
export function digitsAt(text: string, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

const DAYS_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Length of a month, counted from 1. */
export function daysOfMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (DAYS_OF_MONTH[month - 1] ?? 0);
}

/** Days from 1970-01-01 in the Gregorian calendar; the year begins in March, so that the leap day comes last. */
export function daysSinceEpoch(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** Microseconds of `hh:mm:ss` at `at`; -1 where it is no time. Second 60 is a leap second and counts as the next. */
export function clockAt(text: string, at: number): number {
  const hour = digitsAt(text, at, 2);
  const minute = digitsAt(text, at + 3, 2);
  const second = digitsAt(text, at + 6, 2);
  const hasColons = text[at + 2] === ':' && text[at + 5] === ':';
  if (!hasColons || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return -1;
  return ((hour * 60 + minute) * 60 + second) * US_PER_SECOND;
}

export interface Fraction {
  /** Microseconds; what is finer is cut off. */
  readonly us: number;
  /** Index behind the last digit. */
  readonly end: number;
}

/** The fraction of a second at `at`, if one stands there. */
export function fractionAt(text: string, at: number): Fraction | undefined {
  if (text[at] !== '.' && text[at] !== ',') return { us: 0, end: at };
  let us = 0;
  let unit = US_PER_SECOND;
  let end = at + 1;
  for (; end < text.length; end++) {
    const digit = text.charCodeAt(end) - ZERO;
    if (!(digit >= 0 && digit <= 9)) break;
    unit = Math.floor(unit / 10);
    us += digit * unit;
  }
  return end === at + 1 ? undefined : { us, end };
}

/** Microseconds east of UTC that the zone at `at` says, where it ends the text: `Z`, `+01:00` or `+0100`. */
function zoneAt(text: string, at: number): number | undefined {
  const mark = text[at];
  if (mark === 'Z' || mark === 'z') return at + 1 === text.length ? 0 : undefined;
  if (mark !== '+' && mark !== '-') return undefined;
  const offset = offsetAt(text, at + 1);
  return offset === undefined || mark === '+' ? offset : -offset;
}

function offsetAt(text: string, at: number): number | undefined {
  const minuteAt = text[at + 2] === ':' ? at + 3 : at + 2;
  const hour = digitsAt(text, at, 2);
  const minute = digitsAt(text, minuteAt, 2);
  const isOffset = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && minuteAt + 2 === text.length;
  return isOffset ? (hour * 60 + minute) * US_PER_MINUTE : undefined;
}

function dateAtStart(text: string): number | undefined {
  const year = digitsAt(text, 0, 4);
  const month = digitsAt(text, 5, 2);
  const day = digitsAt(text, 8, 2);
  if (year < 0 || text[4] !== '-' || text[7] !== '-' || month < 1 || month > 12) return undefined;
  if (day < 1 || day > daysOfMonth(year, month)) return undefined;
  return daysSinceEpoch(year, month, day) * US_PER_DAY;
}

/** An RFC 3339 time, with up to any number of decimals; undefined where it is none or no exact integer. */
export function parseRfc3339(text: string): number | undefined {
  const mark = text[10];
  if (mark !== 'T' && mark !== 't' && mark !== ' ') return undefined;
  const date = dateAtStart(text);
  const clock = clockAt(text, 11);
  const fraction = fractionAt(text, 19);
  if (date === undefined || clock < 0 || fraction === undefined) return undefined;
  const zone = zoneAt(text, fraction.end);
  if (zone === undefined) return undefined;
  const us = date + clock + fraction.us - zone;
  return Number.isSafeInteger(us) ? us : undefined;
}

/** RFC 3339 in UTC with microseconds, as the API server writes it. `us` is a safe integer. */
export function formatTime(us: number): string {
  const ms = Math.floor(us / 1000);
  const rest = String(us - ms * 1000).padStart(3, '0');
  return `${new Date(ms).toISOString().slice(0, -1)}${rest}Z`;
}
