/** Lines that containers wrote → events of type `log`. */
import type { EventFields, JsonObject, SecurityEvent } from '../contract/event';
import { asObject, cut, textOf } from './json';
import { formatTime, parseRfc3339 } from './time';

const LABEL_LIMIT = 200;
const NOTHING: readonly string[] = [];

/** What the record does not say by itself. */
export interface ContainerContext {
  readonly receivedUs: number;
  readonly cluster?: string | undefined;
  readonly node?: string | undefined;
}

/** The time is the runtime's stamp, where the record has it. */
export function containerEvent(record: JsonObject, context: ContainerContext): SecurityEvent {
  const stamp = textOf(record['time']);
  const stampUs = parseRfc3339(stamp);
  const timeUs = stampUs ?? context.receivedUs;
  const pod = asObject(record['kubernetes']);
  const place = [pod?.['namespace_name'], pod?.['pod_name'], pod?.['container_name']].map(textOf).join('/');
  const time = stampUs === undefined ? formatTime(timeUs) : stamp;
  const event: EventFields = {
    time,
    source: 'container',
    id: `${time} ${cut(place, LABEL_LIMIT)} ${cut(textOf(record['message']), LABEL_LIMIT)}`,
    type: 'log',
    result: 'unknown',
  };
  if (context.cluster !== undefined) event.cluster = context.cluster;
  if (context.node !== undefined) event.node = context.node;
  const base = { timeUs, occurrences: 1, hasStableId: false, unrecorded: NOTHING, event, log: record };
  return pod === undefined ? base : { ...base, kubernetes: pod };
}
