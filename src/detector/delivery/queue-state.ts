/** What the queue file says, in memory: open alerts, what is still to be delivered, and the chunks already taken. */
import type { Alert } from '../../contract/alert';
import { encodeRecord, QUEUE_FORMAT, type QueueRecord } from './queue-record';

/** One alert in one status on its way to its receivers. */
export interface Notification {
  /** Alert id and status; the same on every repetition. */
  readonly key: string;
  readonly alert: Alert;
}

interface Entry {
  alert: Alert;
  readonly pending: Set<string>;
  /** False for what is resolved: it lives on only until it is delivered. */
  isOpen: boolean;
  readonly bytes: number;
}

const CHUNK_BYTES = 96;

/** `chunkMemory` bounds how many chunk ids are remembered; the oldest is forgotten first. */
export class QueueState {
  private readonly entries = new Map<string, Entry>();
  private readonly chunks = new Set<string>();
  /** Keys of what a receiver has not got yet, oldest first. */
  private readonly pending = new Map<string, Set<string>>();
  private entryBytes = 0;
  private open = 0;

  public constructor(private readonly chunkMemory: number) {}

  /** Bytes of what a compacted file would hold. */
  public get liveBytes(): number {
    return this.entryBytes + this.chunks.size * CHUNK_BYTES;
  }

  public get openCount(): number {
    return this.open;
  }

  public knowsChunk(id: string): boolean {
    return this.chunks.has(id);
  }

  public openAlerts(): Alert[] {
    return [...this.entries.values()].filter((entry) => entry.isOpen).map((entry) => entry.alert);
  }

  /** The oldest notification that `receiver` has not got. */
  public nextFor(receiver: string): Notification | undefined {
    for (const key of this.pending.get(receiver) ?? []) {
      const entry = this.entries.get(key);
      if (entry !== undefined) return { key, alert: entry.alert };
    }
    return undefined;
  }

  public pendingCount(receiver: string): number {
    return this.pending.get(receiver)?.size ?? 0;
  }

  /** Receivers that something waits for. */
  public receivers(): string[] {
    return [...this.pending].filter(([, keys]) => keys.size > 0).map(([receiver]) => receiver);
  }

  /** Keys of everything that waits for `receiver`. */
  public keysFor(receiver: string): string[] {
    return [...(this.pending.get(receiver) ?? [])];
  }

  public apply(record: QueueRecord): void {
    switch (record.kind) {
      case 'opened':
        this.put(record.alert, { receivers: record.receivers, isOpen: record.isClosed !== true, record });
        break;
      case 'joined':
        this.join(record);
        break;
      case 'resolved':
        this.resolve(record.alert.id);
        this.put(record.alert, { receivers: record.receivers, isOpen: false, record });
        break;
      case 'chunk':
        this.rememberChunk(record.id);
        break;
      case 'settled':
        this.settle(record.key, record.receiver);
        break;
      case 'header':
      case 'commit':
        break;
    }
  }

  /** The shortest file that says the same. */
  public *records(): Generator<QueueRecord> {
    yield { kind: 'header', format: QUEUE_FORMAT };
    for (const { alert, pending, isOpen } of this.entries.values()) {
      const receivers = [...pending];
      if (alert.status === 'resolved') yield { kind: 'resolved', alert, receivers };
      else yield isOpen ? { kind: 'opened', alert, receivers } : { kind: 'opened', alert, receivers, isClosed: true };
    }
    for (const id of this.chunks) yield { kind: 'chunk', id };
    yield { kind: 'commit' };
  }

  private put(
    alert: Alert,
    entry: { readonly receivers: readonly string[]; readonly isOpen: boolean; readonly record: QueueRecord },
  ): void {
    const key = keyOf(alert);
    this.drop(key);
    if (!entry.isOpen && entry.receivers.length === 0) return;
    const bytes = encodeRecord(entry.record).length;
    this.entries.set(key, { alert, pending: new Set(entry.receivers), isOpen: entry.isOpen, bytes });
    this.entryBytes += bytes;
    if (entry.isOpen) this.open += 1;
    for (const receiver of entry.receivers) this.pendingOf(receiver).add(key);
  }

  private join({ id, count, firstTime, lastTime }: Extract<QueueRecord, { kind: 'joined' }>): void {
    const entry = this.entries.get(`${id}:firing`);
    if (entry !== undefined) entry.alert = { ...entry.alert, count, firstTime, lastTime };
  }

  private resolve(id: string): void {
    const key = `${id}:firing`;
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    if (entry.isOpen) this.open -= 1;
    entry.isOpen = false;
    if (entry.pending.size === 0) this.drop(key);
  }

  private settle(key: string, receiver: string): void {
    this.pending.get(receiver)?.delete(key);
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    entry.pending.delete(receiver);
    if (!entry.isOpen && entry.pending.size === 0) this.drop(key);
  }

  private drop(key: string): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.entries.delete(key);
    this.entryBytes -= entry.bytes;
    if (entry.isOpen) this.open -= 1;
    for (const receiver of entry.pending) this.pending.get(receiver)?.delete(key);
  }

  private rememberChunk(id: string): void {
    this.chunks.delete(id);
    this.chunks.add(id);
    if (this.chunks.size <= this.chunkMemory) return;
    for (const oldest of this.chunks) {
      this.chunks.delete(oldest);
      break;
    }
  }

  private pendingOf(receiver: string): Set<string> {
    const keys = this.pending.get(receiver) ?? new Set<string>();
    this.pending.set(receiver, keys);
    return keys;
  }
}

function keyOf(alert: Alert): string {
  return `${alert.id}:${alert.status}`;
}
