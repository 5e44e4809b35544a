/** What a line says, and the record around it → the normalised event. */
import type { EventFields, EventSource, JsonObject, SecurityEvent } from '../../contract/event';
import { lineId } from '../container-log';
import { asObject, textOf } from '../json';
import { withParsed } from '../parsed-log';
import { formatTime, parseRfc3339 } from '../time';
import type { Reading } from './line-reader';

/** What the line does not say by itself. */
export interface LineOrigin {
  readonly source: EventSource;
  readonly receivedUs: number;
  readonly cluster?: string | undefined;
  readonly node?: string | undefined;
}

const NOTHING: readonly string[] = [];

/** `record` is the line as it came in, `json` what it spells. A stamp of the line counts before the runtime's. */
export function lineEvent(
  reading: Reading,
  record: JsonObject,
  json: JsonObject | undefined,
  origin: LineOrigin,
): SecurityEvent {
  const stampUs = parseRfc3339(textOf(record['time']));
  const saidUs = reading.isCoarse === true ? (stampUs ?? reading.timeUs) : (reading.timeUs ?? stampUs);
  const timeUs = saidUs ?? origin.receivedUs;
  const time = formatTime(timeUs);
  const node = origin.node ?? reading.node;
  const event: EventFields = { time, source: origin.source, id: lineId(time, record), ...reading.fields };
  if (origin.cluster !== undefined) event.cluster = origin.cluster;
  if (node !== undefined) event.node = node;
  const base = {
    timeUs,
    occurrences: reading.occurrences ?? 1,
    hasStableId: false,
    unrecorded: reading.unrecorded ?? NOTHING,
    event,
    log: withParsed(record, json),
  };
  const pod = asObject(record['kubernetes']);
  return pod === undefined ? base : { ...base, kubernetes: pod };
}
