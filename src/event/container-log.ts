/** Lines that containers wrote, and other lines that report nothing in particular → events of type `log`. */
import type { EventFields, EventSource, JsonObject, SecurityEvent } from '../contract/event';
import { asObject, cut, textOf } from './json';
import { withParsedMessage } from './parsed-log';
import { formatTime, parseRfc3339 } from './time';

const LABEL_LIMIT = 200;

/** What the record does not say by itself. */
export interface LogContext {
  readonly receivedUs: number;
  /** `container` if absent. */
  readonly source?: EventSource | undefined;
  readonly cluster?: string | undefined;
  readonly node?: string | undefined;
}

/** The time is the runtime's stamp, where the record has it. */
export function containerEvent(record: JsonObject, context: LogContext): SecurityEvent {
  const stamp = textOf(record['time']);
  const stampUs = parseRfc3339(stamp);
  const timeUs = stampUs ?? context.receivedUs;
  const time = stampUs === undefined ? formatTime(timeUs) : stamp;
  const event: EventFields = {
    time,
    source: context.source ?? 'container',
    id: lineId(time, record),
    type: 'log',
    result: 'unknown',
  };
  if (context.cluster !== undefined) event.cluster = context.cluster;
  if (context.node !== undefined) event.node = context.node;
  const { log, unrecorded } = withParsedMessage(record);
  const base = { timeUs, occurrences: 1, hasStableId: false, unrecorded, event, log };
  const pod = asObject(record['kubernetes']);
  return pod === undefined ? base : { ...base, kubernetes: pod };
}

/** Names a line by when, where and what. */
export function lineId(time: string, record: JsonObject): string {
  const pod = asObject(record['kubernetes']);
  const place = [pod?.['namespace_name'], pod?.['pod_name'], pod?.['container_name']].map(textOf).join('/');
  return `${time} ${cut(place, LABEL_LIMIT)} ${cut(textOf(record['message']), LABEL_LIMIT)}`;
}
