/** JSON that an application logged, for rules to read below `log.parsed`. */
import type { JsonObject } from '../contract/event';
import { parseObject } from './json';

const KEY = 'parsed';
/** A longer message is not read through for rules; what stands in it is unknown then. */
const LONGEST = 256 * 1024;

const NOTHING: readonly string[] = [];
const UNREAD: readonly string[] = [`log.${KEY}`];

export interface ParsedLog {
  readonly log: JsonObject;
  readonly unrecorded: readonly string[];
}

/**
 * The record, with what its message spells as JSON under `parsed`. It is read when a rule asks for it and not before,
 * and does not show in samples, which have the message.
 */
export function withParsedMessage(record: JsonObject): ParsedLog {
  const message = record['message'];
  if (typeof message !== 'string' || !isObjectText(message) || Object.hasOwn(record, KEY)) {
    return { log: record, unrecorded: NOTHING };
  }
  if (message.length > LONGEST) return { log: record, unrecorded: UNREAD };
  const log = { ...record };
  Object.defineProperty(log, KEY, {
    configurable: true,
    get: () => {
      const value = parseObject(message);
      keep(log, value);
      return value;
    },
  });
  return { log, unrecorded: NOTHING };
}

/** The record, with the object that its message was found to spell under `parsed`. */
export function withParsed(record: JsonObject, value: JsonObject | undefined): JsonObject {
  if (value === undefined || Object.hasOwn(record, KEY)) return record;
  const log = { ...record };
  keep(log, value);
  return log;
}

function keep(log: JsonObject, value: JsonObject | undefined): void {
  Object.defineProperty(log, KEY, { configurable: true, value });
}

const OPENING = 123;
const CLOSING = 125;

/** A line may end in a line feed, but begins with what it says. */
function isObjectText(message: string): boolean {
  if (message.charCodeAt(0) !== OPENING) return false;
  let end = message.length - 1;
  while (end > 0 && message.charCodeAt(end) <= 32) end--;
  return message.charCodeAt(end) === CLOSING;
}
