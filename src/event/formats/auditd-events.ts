/** Records of the Linux audit daemon → whole events: a system call is written as several records. */
import { BoundedMap } from '../bounded-map';
import type { AuditdRecord } from './auditd-record';

/** All records of one event, the system call first where there is one. */
export interface AuditdEvent {
  readonly records: readonly AuditdRecord[];
  /** The lines, as written, joined by line feeds. */
  readonly text: string;
}

/** An event, and what the reader of records knows about it beside. */
export interface HeldEvent<T> {
  readonly event: AuditdEvent;
  readonly about: T;
}

/** How a record came in. */
export interface Arrival<T> {
  readonly line: string;
  readonly host: string;
  readonly receivedUs: number;
  /** Kept with the first record of each event. */
  readonly about: T;
}

interface Open<T> {
  readonly host: string;
  readonly timeUs: number;
  readonly receivedUs: number;
  readonly records: AuditdRecord[];
  readonly lines: string[];
  length: number;
  readonly about: T;
}

/** Records that belong to a system call. All others are events of their own. */
const PARTS: ReadonlySet<string> = new Set([
  'SYSCALL',
  'EXECVE',
  'CWD',
  'PATH',
  'SOCKADDR',
  'PROCTITLE',
  'EOE',
  'AVC',
  'SECCOMP',
  'BPRM_FCAPS',
  'CAPSET',
  'FD_PAIR',
  'IPC',
  'MMAP',
  'OBJ_PID',
  'OPENAT2',
  'KERN_MODULE',
  'NETFILTER_CFG',
]);
/** The kernel writes these last. */
const LAST: ReadonlySet<string> = new Set(['PROCTITLE', 'EOE']);

const DEFAULT_EVENTS = 1_000;
const MOST_RECORDS = 64;
const MOST_TEXT = 64 * 1024;
/** The records of one event follow each other at once; where the last is missing it will not come any more. */
const STALE_US = 5_000_000;
const SILENT_US = 30_000_000;

/**
 * Puts events together as their records come. At most `limit` are open: one more closes the oldest. What stays open for
 * long is closed as well, so that a lost record delays its event and never loses it. Parts of an event beyond a bound
 * of records and of text are left out of it.
 */
export class AuditdEvents<T> {
  private readonly open: BoundedMap<Open<T>>;

  public constructor(limit: number = DEFAULT_EVENTS) {
    this.open = new BoundedMap(limit);
  }

  /** Takes one record and returns the events that are complete now. */
  public take(record: AuditdRecord, { line, host, receivedUs, about }: Arrival<T>): HeldEvent<T>[] {
    const closed = this.stale(record.timeUs, host, receivedUs);
    if (!PARTS.has(record.type)) return [...closed, { event: { records: [record], text: line }, about }];
    const key = `${host} ${record.serial}`;
    const known = this.open.peek(key);
    const event = known ?? { host, timeUs: record.timeUs, receivedUs, records: [], lines: [], length: 0, about };
    add(event, record, line);
    if (LAST.has(record.type)) {
      this.open.delete(key);
      // An end mark behind the title finds its event gone.
      return event.records.some(({ type }) => !LAST.has(type)) ? [...closed, held(event)] : closed;
    }
    const evicted = known === undefined ? this.open.set(key, event) : undefined;
    return evicted === undefined ? closed : [...closed, held(evicted)];
  }

  /** Closes all that are open. */
  public end(): HeldEvent<T>[] {
    const events: HeldEvent<T>[] = [];
    for (let next = this.open.takeOldest(); next !== undefined; next = this.open.takeOldest()) events.push(held(next));
    return events;
  }

  private stale(timeUs: number, host: string, receivedUs: number): HeldEvent<T>[] {
    const events: HeldEvent<T>[] = [];
    if (this.open.size === 0) return events;
    for (const oldest of this.open.values()) {
      const isPast = oldest.host === host && timeUs - oldest.timeUs > STALE_US;
      if (!isPast && receivedUs - oldest.receivedUs <= SILENT_US) break;
      this.open.takeOldest();
      events.push(held(oldest));
    }
    return events;
  }
}

function add<T>(event: Open<T>, record: AuditdRecord, line: string): void {
  const isFull = event.records.length >= MOST_RECORDS || event.length + line.length > MOST_TEXT;
  if (isFull && record.type !== 'SYSCALL') return;
  if (record.type === 'SYSCALL') event.records.unshift(record);
  else event.records.push(record);
  event.lines.push(line);
  event.length += line.length;
}

function held<T>({ records, lines, about }: Open<T>): HeldEvent<T> {
  return { event: { records, text: lines.join('\n') }, about };
}
