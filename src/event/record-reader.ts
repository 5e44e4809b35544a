/** Records of any known shape → normalised events. */
import { EVENT_SOURCES } from '../contract/event';
import type { EventSource, Json, JsonObject } from '../contract/event';
import { RECORD_KEY, UNMATCHED_LINE_KEY } from '../contract/record';
import { containerEvent } from './container-log';
import { isJournalEntry, readJournalEntry } from './journal-entry';
import { asObject, asText, isObject } from './json';
import { isAuditEvent, readAuditEvent, readAuditList } from './kubernetes-audit';
import type { AuditContext } from './kubernetes-audit';
import { loginEvent } from './login-event';
import { LoginLines } from './login-lines';
import { NO_EVENT, malformed, unknown } from './read-result';
import type { ReadResult } from './read-result';
import { sourceAddressReader } from './source-address';
import type { SourceAddressReader } from './source-address';
import { readSyslogLine } from './syslog-line';
import type { ProgramLine } from './syslog-line';
import { parseRfc3339 } from './time';

export type { ReadResult } from './read-result';

export interface RecordReaderOptions {
  /** Addresses and networks of proxies in front of the API server. */
  readonly trustedProxies?: readonly string[];
  /** Name of the cluster, for records that do not say it. */
  readonly cluster?: string;
  /** Year of stamps without one; by default the last that puts them at or before their receipt. */
  readonly year?: number;
  /** Minutes east of UTC of stamps without a zone. */
  readonly zoneMinutes?: number;
  /** Bound of what the reader keeps in mind of logins. */
  readonly stateKeys?: number;
}

/** Where a record came from, as far as it says. */
interface Origin {
  readonly source: EventSource | undefined;
  readonly cluster: string | undefined;
  readonly node: string | undefined;
}

/**
 * Turns records into events, whatever stands in them: it never throws on a record. It reads one stream in its order,
 * because two lines of sshd can report one attempt, and keeps a bounded memory of those.
 */
export class RecordReader {
  private readonly sourceAddress: SourceAddressReader;
  private readonly logins: LoginLines;

  /** @throws RangeError where a trusted proxy is no network */
  public constructor(private readonly options: RecordReaderOptions = {}) {
    this.sourceAddress = sourceAddressReader(options.trustedProxies ?? []);
    this.logins = new LoginLines(options.stateKeys);
  }

  /** Attempts that were forgotten for want of room. */
  public get evictions(): number {
    return this.logins.evictions;
  }

  /** Reads one line: JSON, or a line of a host's auth log. */
  public read(line: string, receivedUs: number): ReadResult {
    const trimmed = line.trim();
    const text = trimmed.startsWith('{') ? trimmed : withoutTag(trimmed);
    if (text === '') return NO_EVENT;
    if (!text.startsWith('{')) return this.readSyslog(text, receivedUs, this.originOf(undefined), { message: text });
    let value: Json;
    try {
      value = JSON.parse(text) as Json;
    } catch {
      return malformed('not JSON');
    }
    return this.readValue(value, receivedUs);
  }

  /** Reads one record that was parsed already. */
  public readValue(value: Json, receivedUs: number): ReadResult {
    if (!isObject(value)) return unknown('not an object');
    if (value[UNMATCHED_LINE_KEY] !== undefined) return malformed('refused by the parser of the collector');
    const origin = this.originOf(value[RECORD_KEY]);
    // A log line can spell an audit event; one that says where it comes from is believed about that only.
    if (origin.source !== undefined && origin.source !== 'kubernetes-audit') {
      return this.readLog(value, receivedUs, origin);
    }
    if (value['kind'] === 'EventList') return readAuditList(value, this.auditContext(receivedUs, origin));
    if (isAuditEvent(value)) return readAuditEvent(value, this.auditContext(receivedUs, origin));
    return origin.source === undefined ? this.readLog(value, receivedUs, origin) : unknown('no audit event');
  }

  private auditContext(receivedUs: number, { cluster, node }: Origin): AuditContext {
    return { sourceAddress: this.sourceAddress, receivedUs, cluster, node };
  }

  private readLog(record: JsonObject, receivedUs: number, origin: Origin): ReadResult {
    const message = record['message'];
    const isPod = origin.source === undefined && isObject(record['kubernetes']) && message !== undefined;
    if (isPod || origin.source === 'container') {
      if (typeof message !== 'string') return malformed('container record: message is not a string');
      return {
        kind: 'events',
        events: [containerEvent(record, { receivedUs, cluster: origin.cluster, node: origin.node })],
      };
    }
    if (isJournalEntry(record)) {
      const line = readJournalEntry(record, receivedUs);
      if (line === undefined) return malformed('journal record: message is not a string');
      return this.readLogin(line, origin, { ...record, message: line.message });
    }
    if (typeof message !== 'string') return unknown('record of no known shape');
    return this.readSyslog(message.trim(), receivedUs, origin, record);
  }

  private readSyslog(text: string, receivedUs: number, origin: Origin, log: JsonObject): ReadResult {
    const { year, zoneMinutes = 0 } = this.options;
    const line = readSyslogLine(text, { receivedUs, zoneMinutes, ...(year === undefined ? {} : { year }) });
    if (line === 'no-syslog') return unknown('neither JSON nor a syslog line');
    return line === 'no-program' ? NO_EVENT : this.readLogin(line, origin, log);
  }

  private readLogin(line: ProgramLine, origin: Origin, log: JsonObject): ReadResult {
    const attempt = this.logins.read(line);
    if (attempt === undefined) return NO_EVENT;
    const { cluster, node } = origin;
    const source = origin.source ?? 'host-auth';
    return { kind: 'events', events: [loginEvent(attempt, line, { source, cluster, node, log })] };
  }

  private originOf(value: Json | undefined): Origin {
    const origin = asObject(value);
    const source = asText(origin?.['source']);
    return {
      source: EVENT_SOURCES.find((each) => each === source),
      cluster: asText(origin?.['cluster']) ?? this.options.cluster,
      node: asText(origin?.['node']),
    };
  }
}

/** A file that Fluentd wrote has the time and the tag before each record: `<time>\t<tag>\t{…}`. */
function withoutTag(text: string): string {
  const start = text.indexOf('\t{');
  const [time = '', tag, ...more] = text.slice(0, Math.max(start, 0)).split('\t', 3);
  return tag !== undefined && more.length === 0 && parseRfc3339(time) !== undefined ? text.slice(start + 1) : text;
}
