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
  const fields = new Map<string, string>();
  readFields(text.slice(whole.length), fields);
  return { type, timeUs: Number(seconds) * 1_000_000 + Number(millis) * 1_000, serial, node, fields };
}

/** Between values there are blanks, and before the names that were looked up a group separator. */
const FIELD = /([A-Za-z0-9_[\]-]{1,64})=(?:"([^"]*)"|'([^']*)'|([^\s\x1d]*))/g;

/** A value in single quotes holds fields of its own. */
function readFields(text: string, fields: Map<string, string>): void {
  for (const [, key = '', quoted, nested, bare] of text.matchAll(FIELD)) {
    if (fields.size >= MOST_FIELDS) return;
    if (nested !== undefined && key === 'msg') readFields(nested, fields);
    else if (!fields.has(key)) fields.set(key, quoted ?? nested ?? decoded(key, bare ?? ''));
  }
}

/** Values that a user can choose are written in hexadecimal where they hold a quote, a blank or a control character. */
const ENCODED = /^(?:acct|cmd|comm|cwd|exe|key|name|proctitle|a\d{1,6}(?:\[\d{1,6}\])?)$/;
const HEX = /^(?:[0-9A-F]{2})+$/;

function decoded(key: string, value: string): string {
  if (!ENCODED.test(key) || !HEX.test(value)) return value;
  const bytes = new Uint8Array(value.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(value.slice(2 * i, 2 * i + 2), 16);
  return new TextDecoder().decode(bytes);
}
