/** Normalised events for tests of the layers above `event/`: written out where it matters, plain elsewhere. */
import type { EventFields, JsonObject, SecurityEvent } from '../../src/contract/event';
import { formatTime } from '../../src/event/time';

/** 2026-01-05T10:00:00Z. */
export const START_US = 1_767_607_200_000_000;
export const SECOND_US = 1_000_000;

export interface EventSpec {
  /** Seconds after `START_US`. */
  readonly at?: number;
  readonly timeUs?: number;
  readonly occurrences?: number;
  readonly hasStableId?: boolean;
  readonly unrecorded?: readonly string[];
  readonly audit?: JsonObject;
  readonly log?: JsonObject;
  readonly kubernetes?: JsonObject;
  readonly host?: JsonObject;
}

/** An event with these fields. Without further word it is a login line that failed. */
export function eventOf(fields: Partial<EventFields> = {}, spec: EventSpec = {}): SecurityEvent {
  const { at = 0, timeUs = START_US + at * SECOND_US, occurrences = 1, hasStableId = false, ...rest } = spec;
  return {
    timeUs,
    occurrences,
    hasStableId,
    unrecorded: [],
    ...rest,
    event: {
      time: formatTime(timeUs),
      source: 'host-auth',
      id: `${timeUs}/${fields.user ?? ''}/${fields.source_ip ?? ''}`,
      type: 'authentication',
      action: 'login',
      result: 'failure',
      ...fields,
    },
  };
}
