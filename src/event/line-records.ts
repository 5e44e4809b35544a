/** Records around a line of a known application, or of none → events. */
import type { EventSource, JsonObject, SecurityEvent } from '../contract/event';
import type { LogFormat } from '../contract/record';
import { containerEvent } from './container-log';
import { auditdParsed, auditdReading } from './formats/auditd';
import { AuditdEvents } from './formats/auditd-events';
import type { HeldEvent } from './formats/auditd-events';
import { parseAuditdLine } from './formats/auditd-record';
import { lineEvent } from './formats/line-event';
import { lineFormat, recognise } from './formats/line-formats';
import type { LineContext, SourceLine } from './formats/line-reader';
import { isObject, parseObject } from './json';
import { NO_EVENT, malformed } from './read-result';
import type { ReadResult } from './read-result';

/** Where a record came from. */
export interface RecordContext {
  readonly source?: EventSource | undefined;
  readonly receivedUs: number;
  readonly cluster?: string | undefined;
  readonly node?: string | undefined;
}

/** A line of the audit daemon, and where it came from. */
interface AuditdContext {
  readonly record: JsonObject;
  readonly context: RecordContext;
}

/** Sources whose records hold lines of applications. */
const LINE_SOURCES: ReadonlySet<EventSource> = new Set(['ingress', 'dns', 'network', 'security-event']);
const AUDITD_SOURCE = 'security-event';
const AUDITD_START = /^(?:node=\S{1,255} )?type=[A-Z]/;

export function isLineSource(source: EventSource): boolean {
  return LINE_SOURCES.has(source);
}

export function isAuditdLine(text: string): boolean {
  return AUDITD_START.test(text);
}

/** Reads lines in their order: of the audit daemon's events it keeps a bounded number in mind until they are whole. */
export class LineRecords {
  private readonly auditd: AuditdEvents<AuditdContext>;

  public constructor(
    private readonly lines: LineContext,
    openEvents?: number,
  ) {
    this.auditd = new AuditdEvents(openEvents);
  }

  /** Reads a record whose format is named. A line that the application says beside its log is an event of type `log`. */
  public readNamed(format: LogFormat, record: JsonObject, context: RecordContext): ReadResult {
    if (format === 'auditd') return this.readAuditd(record, context);
    const known = lineFormat(format);
    if (known === undefined) return malformed('the format is none of a line');
    const line = lineOf(record);
    const source = context.source ?? known.source;
    const json = line.json ?? (known.isJson ? record : undefined);
    const reading = known.read({ text: line.text, json }, this.lines);
    if (reading !== undefined) return found(lineEvent(reading, record, json, { ...context, source }));
    if (known.isJson && line.json === undefined && !isObject(record['kubernetes'])) {
      return malformed(`${format}: not JSON`);
    }
    return typeof record['message'] === 'string'
      ? found(containerEvent(record, { ...context, source }))
      : malformed(`${format}: message is not a string`);
  }

  /** Reads a record by the shape of its line, of any format or of one that belongs to its source. */
  public readByShape(record: JsonObject, context: RecordContext): ReadResult | undefined {
    const line = lineOf(record);
    if (isAuditdLine(line.text) && (context.source === undefined || context.source === AUDITD_SOURCE)) {
      return this.readAuditd(record, context);
    }
    // Collectors may have parsed the line: the record is then what it spells.
    for (const each of [line, { text: '', json: record }]) {
      const match = recognise(each, this.lines, context.source);
      if (match !== undefined) {
        return found(lineEvent(match.reading, record, each.json, { ...context, source: match.source }));
      }
    }
    return undefined;
  }

  /** Reads a record that holds a line and no more than that. */
  public readPlain(record: JsonObject, context: RecordContext): ReadResult {
    if (typeof record['message'] !== 'string') return malformed('log record: message is not a string');
    return found(containerEvent(record, context));
  }

  /** What was held back, because more of it could have come. */
  public end(): SecurityEvent[] {
    return this.auditd.end().flatMap(auditdEvent);
  }

  private readAuditd(record: JsonObject, context: RecordContext): ReadResult {
    const { text } = lineOf(record);
    const parsed = parseAuditdLine(text);
    if (parsed === undefined) return malformed('auditd: no record');
    const host = context.node ?? parsed.node ?? '';
    const { receivedUs } = context;
    const whole = this.auditd.take(parsed, { line: text, host, receivedUs, about: { record, context } });
    const events = whole.flatMap(auditdEvent);
    return events.length === 0 ? NO_EVENT : { kind: 'events', events };
  }
}

function auditdEvent({ event, about }: HeldEvent<AuditdContext>): SecurityEvent[] {
  const reading = auditdReading(event);
  if (reading === undefined) return [];
  const { record, context } = about;
  const origin = { ...context, source: context.source ?? AUDITD_SOURCE } as const;
  return [lineEvent(reading, { ...record, message: event.text }, auditdParsed(event), origin)];
}

function lineOf(record: JsonObject): SourceLine {
  const { message } = record;
  const text = typeof message === 'string' ? message.trim() : '';
  return { text, json: text.startsWith('{') ? parseObject(text) : undefined };
}

function found(event: SecurityEvent): ReadResult {
  return { kind: 'events', events: [event] };
}
