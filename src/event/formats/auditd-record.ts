/** Lines of the Linux audit daemon: `type=… msg=audit(<time>:<serial>): key=value …`. */

export interface AuditdRecord {
  readonly type: string;
  readonly timeUs: number;
  /** The records of one event share it; on another host, or after a start of the kernel, it comes again. */
  readonly serial: string;
  /** As the line names it. */
  readonly node: string | undefined;
  /** Values decoded. Names that the daemon looked up have keys in capitals. */
  readonly fields: ReadonlyMap<string, string>;
}

const HEAD = /^(?:node=(\S{1,255}) )?type=([A-Z0-9_[\]]{1,40}) msg=audit\((\d{1,11})\.(\d{3}):(\d{1,20})\): ?/;
const MOST_FIELDS = 512;

export function parseAuditdLine(text: string): AuditdRecord | undefined {
  const head = HEAD.exec(text);
  if (head === null) return undefined;
  const [whole, node, type = '', seconds, millis, serial = ''] = head;
  const timeUs = Number(seconds) * 1_000_000 + Number(millis) * 1_000;
  if (!Number.isSafeInteger(timeUs)) return undefined;
  const fields = new Map<string, string>();
  readFields(text.slice(whole.length), fields);
  return { type, timeUs, serial, node, fields };
}

const LONGEST_KEY = 64;
const KEY = /[A-Za-z0-9_[\]-]{1,64}$/;
/** Between values there are blanks, and before the names that were looked up a group separator. */
const SEPARATOR = /[\s\x1d]/g;

/** Of fields of the same name the first counts. */
function readFields(text: string, fields: Map<string, string>): void {
  let at = text.indexOf('=');
  for (let count = 0; at >= 0 && count < MOST_FIELDS; count++) {
    const key = KEY.exec(text.slice(Math.max(0, at - LONGEST_KEY), at))?.[0];
    const start = at + 1;
    const quote = text[start] === '"' || text[start] === "'" ? text[start] : undefined;
    const end = quote === undefined ? endOfWord(text, start) : endOfQuoted(text, start + 1, quote);
    if (key !== undefined) addField(key, quote, text.slice(quote === undefined ? start : start + 1, end), fields);
    at = text.indexOf('=', end);
  }
}

function endOfWord(text: string, start: number): number {
  SEPARATOR.lastIndex = start;
  return SEPARATOR.exec(text)?.index ?? text.length;
}

function endOfQuoted(text: string, start: number, quote: string): number {
  const end = text.indexOf(quote, start);
  return end < 0 ? text.length : end;
}

/** What a program says stands in single quotes, and is made of fields itself. */
function addField(key: string, quote: string | undefined, value: string, fields: Map<string, string>): void {
  if (quote === "'" && key === 'msg') readFields(value, fields);
  else if (!fields.has(key)) fields.set(key, quote === undefined ? decoded(key, value) : value);
}

/** Values that a user can choose are written in hexadecimal where they hold a quote, a blank or a control character. */
const ENCODED = /^(?:acct|cmd|comm|cwd|exe|key|name|proctitle|a\d{1,6}(?:\[\d{1,6}\])?)$/;
/** The kernel writes no longer record than 9,000 characters. */
const LONGEST_ENCODED = 64 * 1024;
const HEX = /^(?:[0-9A-F]{2})+$/;

function decoded(key: string, value: string): string {
  if (value.length > LONGEST_ENCODED || !ENCODED.test(key) || !HEX.test(value)) return value;
  const bytes = new Uint8Array(value.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(value.slice(2 * i, 2 * i + 2), 16);
  return new TextDecoder().decode(bytes);
}
