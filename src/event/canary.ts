/** Canary records: made by the agents, passed on by every hop, and no events. */
import { EVENT_SOURCES, type EventSource, type Json } from '../contract/event';
import { CANARY_SENT_KEY, RECORD_KEY } from '../contract/record';
import { asObject, asText } from './json';
import { parseRfc3339 } from './time';

export interface Canary {
  readonly source: EventSource;
  /** Empty where the source runs on no node. */
  readonly node: string;
  /** When it was made, by the clock of its node. */
  readonly sentUs: number | undefined;
}

/** A canary is a few hundred characters long. */
const LINE_LIMIT = 2048;
/** RFC 1123: no node has a longer name. */
const NODE_LIMIT = 253;

/** Whether a line is worth decoding in search of a canary; real records hardly ever are. */
export function mayBeCanary(line: string): boolean {
  return line.length <= LINE_LIMIT && line.includes('"canary"');
}

/** The canary that a line is. */
export function readCanaryLine(line: string): Canary | undefined {
  try {
    return readCanary(JSON.parse(line) as Json);
  } catch {
    return undefined;
  }
}

/** The canary that a record is. Its marker stands where the agents write and nobody else. */
function readCanary(value: Json): Canary | undefined {
  const record = asObject(value);
  const origin = asObject(record?.[RECORD_KEY]);
  if (origin?.['canary'] !== true) return undefined;
  const source = EVENT_SOURCES.find((each) => each === origin['source']);
  const node = asText(origin['node']) ?? '';
  if (source === undefined || node.length > NODE_LIMIT) return undefined;
  const sent = asText(record?.[CANARY_SENT_KEY]);
  return { source, node, sentUs: sent === undefined ? undefined : parseRfc3339(sent) };
}
