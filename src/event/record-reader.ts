/** Records of any known shape → normalised events. */
import { EVENT_SOURCES } from '../contract/event';
import type { EventSource, Json, JsonObject, SecurityEvent } from '../contract/event';
import { LOG_FORMATS, RECORD_KEY, UNMATCHED_LINE_KEY } from '../contract/record';
import type { LogFormat } from '../contract/record';
import { isJournalEntry, readJournalEntry } from './journal-entry';
import { asObject, asText, isObject } from './json';
import { isAuditEvent, isAuditList, readAuditEvent, readAuditList } from './kubernetes-audit';
import type { AuditContext } from './kubernetes-audit';
import { LineRecords, isLineSource } from './line-records';
import { hostEvent, loginEvent } from './login-event';
import { LoginLines, isLoginProgram } from './login-lines';
import { readManagedAudit, readManagedRecord } from './managed/managed-audit';
import { NO_EVENT, malformed, merged, unknown } from './read-result';
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
  readonly format: LogFormat | undefined;
}

const NO_ORIGIN: Origin = { source: undefined, cluster: undefined, node: undefined, format: undefined };

/**
 * Turns records into events, whatever stands in them: it never throws on a record. It reads one stream in its order,
 * because several lines can report one thing, and keeps a bounded memory of those.
 */
export class RecordReader {
  private readonly sourceAddress: SourceAddressReader;
  private readonly logins: LoginLines;
  private readonly lines: LineRecords;

  /** @throws RangeError where a trusted proxy is no network */
  public constructor(private readonly options: RecordReaderOptions = {}) {
    this.sourceAddress = sourceAddressReader(options.trustedProxies ?? []);
    this.logins = new LoginLines(options.stateKeys);
    this.lines = new LineRecords({ sourceAddress: this.sourceAddress });
  }

  /** Attempts that were forgotten for want of room. */
  public get evictions(): number {
    return this.logins.evictions;
  }

  /** Reads one line: JSON, or text of an application or of a host's auth log. */
  public read(line: string, receivedUs: number): ReadResult {
    const trimmed = line.trim();
    const text = trimmed.startsWith('{') ? trimmed : withoutTag(trimmed);
    if (text === '') return NO_EVENT;
    const isObjectText = text.startsWith('{');
    if (!isObjectText && !text.startsWith('[')) return this.readText(text, receivedUs);
    let value: Json;
    try {
      value = JSON.parse(text) as Json;
    } catch {
      return isObjectText ? malformed('not JSON') : this.readText(text, receivedUs);
    }
    return this.readValue(value, receivedUs);
  }

  /** Reads one record that was parsed already, or a list of them. */
  public readValue(value: Json, receivedUs: number): ReadResult {
    const list = Array.isArray(value) ? value : itemsOf(value);
    if (list === undefined) return this.readItem(value, receivedUs);
    return merged(list.map((item) => this.readItem(item, receivedUs)));
  }

  /** What was held back, because more of it could have come; for the end of a stream. */
  public end(): SecurityEvent[] {
    return this.lines.end();
  }

  private readItem(value: Json, receivedUs: number): ReadResult {
    if (!isObject(value)) return unknown('not an object');
    if (value[UNMATCHED_LINE_KEY] !== undefined) return malformed('refused by the parser of the collector');
    const said = asObject(value[RECORD_KEY]);
    const ours = said === undefined ? undefined : readOurs(said);
    if (ours !== undefined) return ours;
    const origin = originOf(said);
    // A log line can spell an audit event; one that says where it comes from is believed about that only.
    if (origin.source !== undefined && origin.source !== 'kubernetes-audit') {
      return this.readLog(value, receivedUs, origin);
    }
    const audit = this.readAudit(value, receivedUs, origin);
    if (audit !== undefined) return audit;
    return origin.source === undefined ? this.readUnnamed(value, receivedUs) : unknown('no audit event');
  }

  /** Audit events, as the API server and as providers write them. */
  private readAudit(record: JsonObject, receivedUs: number, origin: Origin): ReadResult | undefined {
    if (record['kind'] === 'EventList') return readAuditList(record, this.auditContext(receivedUs, origin));
    if (isAuditEvent(record)) return readAuditEvent(record, this.auditContext(receivedUs, origin));
    const managed = readManagedRecord(record, origin.format);
    if (managed === undefined) return undefined;
    const context = { ...this.auditContext(receivedUs, origin), cluster: origin.cluster };
    return readManagedAudit(managed, context, this.options.cluster);
  }

  private auditContext(receivedUs: number, { cluster = this.options.cluster, node }: Origin): AuditContext {
    return { sourceAddress: this.sourceAddress, receivedUs, cluster, node };
  }

  /** A record that says where it comes from. */
  private readLog(record: JsonObject, receivedUs: number, origin: Origin): ReadResult {
    const { source, format, cluster = this.options.cluster, node } = origin;
    const context = { source, receivedUs, cluster, node };
    if (format !== undefined) return this.lines.readNamed(format, record, context);
    if (source === 'container') return this.lines.readPlain(record, context);
    if (source !== undefined && isLineSource(source)) {
      return this.lines.readByShape(record, context) ?? this.lines.readPlain(record, context);
    }
    return this.readHostLine(record, receivedUs, origin);
  }

  /** A record that nobody put a name to: whatever it looks like. */
  private readUnnamed(record: JsonObject, receivedUs: number): ReadResult {
    const { message, raw } = record;
    const context = { receivedUs, cluster: this.options.cluster };
    if (typeof raw === 'string' && Object.keys(record).length === 1) return this.read(raw, receivedUs);
    const byShape = this.lines.readByShape(record, context);
    if (byShape !== undefined) return byShape;
    if (isContainerRecord(record)) return this.lines.readPlain(record, context);
    if (isJournalEntry(record) || typeof message === 'string') return this.readHostLine(record, receivedUs, NO_ORIGIN);
    return unknown('record of no known shape');
  }

  private readHostLine(record: JsonObject, receivedUs: number, origin: Origin): ReadResult {
    if (isJournalEntry(record)) {
      const line = readJournalEntry(record, receivedUs);
      if (line === undefined) return malformed('journal record: message is not a string');
      return this.readLogin(line, origin, { ...record, message: line.message });
    }
    const { message } = record;
    if (typeof message !== 'string') return unknown('record of no known shape');
    return this.readSyslog(message.trim(), receivedUs, origin, record);
  }

  private readText(text: string, receivedUs: number): ReadResult {
    const record = { message: text };
    const byShape = this.lines.readByShape(record, { receivedUs, cluster: this.options.cluster });
    return byShape ?? this.readSyslog(text, receivedUs, NO_ORIGIN, record);
  }

  private readSyslog(text: string, receivedUs: number, origin: Origin, log: JsonObject): ReadResult {
    const { year, zoneMinutes = 0 } = this.options;
    const line = readSyslogLine(text, { receivedUs, zoneMinutes, ...(year === undefined ? {} : { year }) });
    if (line === 'no-syslog') return unknown('neither JSON nor a syslog line');
    return line === 'no-program' ? NO_EVENT : this.readLogin(line, origin, log);
  }

  private readLogin(line: ProgramLine, origin: Origin, log: JsonObject): ReadResult {
    const { cluster = this.options.cluster, node } = origin;
    const attempt = this.logins.read(line);
    if (attempt === undefined) {
      // Other programs' entries were asked for by name where they come from the journal.
      if (origin.source !== 'journal' || isLoginProgram(line.process)) return NO_EVENT;
      return { kind: 'events', events: [hostEvent(line, { source: 'journal', cluster, node, log })] };
    }
    const source = origin.source ?? 'host-auth';
    return { kind: 'events', events: [loginEvent(attempt, line, { source, cluster, node, log })] };
  }
}

/** The items of a list of objects as `kubectl get` prints it; lists of audit events are read by their own rules. */
function itemsOf(value: Json): Json[] | undefined {
  if (!isObject(value) || !Array.isArray(value['items']) || value[RECORD_KEY] !== undefined) return undefined;
  const { kind, items } = value;
  return kind === 'List' || (kind === 'EventList' && !isAuditList(value)) ? items : undefined;
}

function originOf(said: JsonObject | undefined): Origin {
  if (said === undefined) return NO_ORIGIN;
  const source = said['source'];
  const format = said['format'];
  return {
    source: EVENT_SOURCES.find((each) => each === source),
    cluster: asText(said['cluster']),
    node: asText(said['node']),
    format: format === undefined ? undefined : LOG_FORMATS.find((each) => each === format),
  };
}

/** Records of pods have the pod's metadata, or at least the name of the stream that it wrote to. */
function isContainerRecord({ message, stream, kubernetes }: JsonObject): boolean {
  return message !== undefined && (isObject(kubernetes) || stream === 'stdout' || stream === 'stderr');
}

/** A file that Fluentd wrote has the time and the tag before each record: `<time>\t<tag>\t{…}`. */
function withoutTag(text: string): string {
  const start = text.indexOf('\t{');
  const [time = '', tag, ...more] = text.slice(0, Math.max(start, 0)).split('\t', 3);
  return tag !== undefined && more.length === 0 && parseRfc3339(time) !== undefined ? text.slice(start + 1) : text;
}

/** Records that the collector makes itself. */
function readOurs(said: JsonObject): ReadResult | undefined {
  if (said['quarantine'] !== undefined) return malformed('refused by the parser of the collector');
  return said['canary'] === true ? NO_EVENT : undefined;
}
