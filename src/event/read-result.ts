/** What reading a record gave. */
import type { SecurityEvent } from '../contract/event';

/** Nothing to evaluate: an early stage of a request, or a line that reports nothing. */
export interface IgnoredRecord {
  readonly kind: 'ignored';
  readonly reason: 'stage' | 'no-event';
}

/** A record of a shape that no reader knows. */
export interface UnknownRecord {
  readonly kind: 'unknown';
  readonly reason: string;
}

/** A record that claims a known shape and breaks it. Reasons come from a short list and quote nothing. */
export interface MalformedRecord {
  readonly kind: 'malformed';
  readonly reason: string;
}

export interface EventsRead {
  readonly kind: 'events';
  readonly events: SecurityEvent[];
  /** Malformed and unknown items of a list whose other items are `events`. */
  readonly rejected?: number;
}

export type ReadResult = EventsRead | IgnoredRecord | UnknownRecord | MalformedRecord;

export const IGNORED_STAGE: IgnoredRecord = { kind: 'ignored', reason: 'stage' };
export const NO_EVENT: IgnoredRecord = { kind: 'ignored', reason: 'no-event' };

export function malformed(reason: string): MalformedRecord {
  return { kind: 'malformed', reason };
}

export function unknown(reason: string): UnknownRecord {
  return { kind: 'unknown', reason };
}

/** What several records of one delivery gave together. What is wrong with some of them does not touch the others. */
export function merged(results: readonly ReadResult[]): ReadResult {
  const events: SecurityEvent[] = [];
  let rejected = 0;
  let last: ReadResult | undefined;
  for (const result of results) {
    if (result.kind === 'events') {
      for (const event of result.events) events.push(event);
      rejected += result.rejected ?? 0;
    } else if (result.kind !== 'ignored') {
      rejected++;
      last = result;
    }
  }
  if (events.length > 0) return rejected === 0 ? { kind: 'events', events } : { kind: 'events', events, rejected };
  return last ?? results[0] ?? NO_EVENT;
}
