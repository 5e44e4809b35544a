import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { Alert } from '../../contract/alert';
import { LineSplitter } from '../../event/line-splitter';
import { errorCode } from '../error-code';
import { decodeRecord, encodeRecord, QUEUE_FORMAT, type QueueRecord } from './queue-record';
import { QueueState, type Notification } from './queue-state';

export const QUEUE_FILE = 'queue.jsonl';

/** An alert and the receivers that shall hear of it. */
export interface Addressed {
  readonly alert: Alert;
  readonly receivers: readonly string[];
}

/** What belongs together: it stands in the file as a whole or not at all. */
export interface Commit {
  /** The chunk that it came from; known from then on. */
  readonly chunkId?: string;
  readonly opened: readonly Addressed[];
  /** Open alerts with their new count and last time. */
  readonly joined: readonly Alert[];
  readonly resolved: readonly Addressed[];
}

/** What the queue has to tell whoever counts and logs. */
export interface QueueReporter {
  /** Lines of the file that were no records of ours, or a file set aside. */
  damaged(reason: string, lines: number): void;
  /** A write, sync or rename failed with this error code. */
  writeFailed(code: string): void;
}

export interface QueueOptions {
  readonly directory: string;
  /** Alerts that wait may take so many bytes; the file on disk up to three times as many while it is rewritten. */
  readonly limitBytes: () => number;
  /** Chunk ids that are remembered. */
  readonly chunkMemory: number;
  readonly reporter: QueueReporter;
}

/** Bytes that the file may hold beyond twice what is alive before it is rewritten. */
const SLACK_BYTES = 1024 * 1024;
const WRITE_BYTES = 1024 * 1024;
/** An alert is far smaller; a longer line is damage. */
const LINE_BYTES = 16 * 1024 * 1024;

/**
 * Alerts on their way, on the pod's volume. A commit that returned `true` survives SIGKILL and power loss; a repeated
 * delivery after a crash carries the same alert id. A mark that an alert was delivered may be lost, never the alert.
 */
export class QueueFile {
  private readonly state: QueueState;
  private readonly file: string;
  private handle: fs.FileHandle | undefined;
  private fileBytes = 0;
  /** Size right after the last rewrite. */
  private rewrittenBytes = 0;
  /** True from a failed write until the whole file could be written anew: what stands at its end is not certain. */
  private isBroken = false;
  /** Every write waits for the one before it. */
  private tail: Promise<void> = Promise.resolve();

  private constructor(private readonly options: QueueOptions) {
    this.state = new QueueState(options.chunkMemory);
    this.file = path.join(options.directory, QUEUE_FILE);
  }

  /** Reads what an earlier process left, and begins a clean file. */
  public static async open(options: QueueOptions): Promise<QueueFile> {
    const queue = new QueueFile(options);
    await fs.mkdir(options.directory, { recursive: true });
    await queue.recover();
    await queue.inTurn(() => queue.rewrite());
    return queue;
  }

  /** True while no further alerts are taken: too much waits for its receivers. */
  public get isFull(): boolean {
    return this.state.liveBytes >= this.options.limitBytes();
  }

  public get bytes(): number {
    return this.fileBytes;
  }

  public get openCount(): number {
    return this.state.openCount;
  }

  public knowsChunk(id: string): boolean {
    return this.state.knowsChunk(id);
  }

  public openAlerts(): Alert[] {
    return this.state.openAlerts();
  }

  public nextFor(receiver: string): Notification | undefined {
    return this.state.nextFor(receiver);
  }

  public pendingCount(receiver: string): number {
    return this.state.pendingCount(receiver);
  }

  /** Keys of what waits for `receiver`, oldest first. */
  public pendingKeys(receiver: string): string[] {
    return this.state.keysFor(receiver);
  }

  /** Receivers that something waits for. */
  public receivers(): string[] {
    return this.state.receivers();
  }

  /** Makes good for a failed write. False: the volume still refuses, and nothing may be acknowledged. */
  public async repair(): Promise<boolean> {
    if (this.isBroken) await this.inTurn(() => this.rewrite());
    return !this.isBroken;
  }

  /**
   * Writes and syncs what belongs together. After `false` it is held in memory only: acknowledge nothing until
   * `repair` has succeeded.
   */
  public async commit(commit: Commit): Promise<boolean> {
    const records = recordsOf(commit);
    for (const record of records) this.state.apply(record);
    await this.inTurn(async () => {
      await this.append(records);
      await this.handle?.datasync();
      await this.rewriteIfLarge();
    });
    return !this.isBroken;
  }

  /** Notes that `receiver` needs no further attempt. Not synced: a lost mark means one repetition. */
  public async settle(key: string, receiver: string): Promise<void> {
    await this.write([{ kind: 'settled', key, receiver }]);
  }

  /** Gives up what waits for a receiver that no longer exists; returns how much that was. */
  public async forget(receiver: string): Promise<number> {
    const keys = this.pendingKeys(receiver);
    await this.write(keys.map((key) => ({ kind: 'settled', key, receiver })));
    return keys.length;
  }

  public async close(): Promise<void> {
    await this.inTurn(async () => {
      if (this.isBroken) await this.rewrite();
      await this.handle?.sync();
      await this.handle?.close();
      this.handle = undefined;
    });
  }

  private async write(records: readonly QueueRecord[]): Promise<void> {
    for (const record of records) this.state.apply(record);
    await this.inTurn(async () => {
      await this.append(records);
      await this.rewriteIfLarge();
    });
  }

  private async inTurn(action: () => Promise<void>): Promise<void> {
    this.tail = this.tail.then(async () => {
      try {
        await action();
      } catch (error) {
        this.isBroken = true;
        this.options.reporter.writeFailed(errorCode(error) ?? 'unknown');
      }
    });
    await this.tail;
  }

  private async append(records: Iterable<QueueRecord>): Promise<void> {
    // Behind a torn line nothing may be appended; the next rewrite has it all.
    if (this.handle === undefined || this.isBroken) return;
    this.fileBytes += await writeRecords(this.handle, records);
  }

  private async rewriteIfLarge(): Promise<void> {
    const isLarge = this.fileBytes > 2 * Math.max(this.state.liveBytes, this.rewrittenBytes) + SLACK_BYTES;
    if (isLarge) await this.rewrite();
  }

  /** Writes what is alive into a new file and puts it in the place of the old one. */
  private async rewrite(): Promise<void> {
    const next = `${this.file}.new`;
    const handle = await fs.open(next, 'w', 0o600);
    try {
      const bytes = await writeRecords(handle, this.state.records());
      await handle.sync();
      await fs.rename(next, this.file);
      await syncDirectory(this.options.directory);
      const old = this.handle;
      this.handle = handle;
      this.fileBytes = bytes;
      this.rewrittenBytes = bytes;
      this.isBroken = false;
      await old?.close();
    } catch (error) {
      if (this.handle !== handle) await handle.close();
      throw error;
    }
  }

  private async recover(): Promise<void> {
    const handle = await openIfPresent(this.file);
    if (handle === undefined) return;
    const reading = new Recovery(this.state);
    try {
      const splitter = new LineSplitter(LINE_BYTES);
      const buffer = Buffer.allocUnsafe(64 * 1024);
      let { bytesRead } = await handle.read(buffer);
      while (bytesRead > 0 && reading.foreignFormat === undefined) {
        for (const line of splitter.push(buffer.subarray(0, bytesRead))) {
          reading.take(line.kind === 'line' ? line.text : line.sample);
        }
        ({ bytesRead } = await handle.read(buffer));
      }
      // A last line without its line feed is torn, even where its checksum happens to hold.
      reading.damaged += splitter.end().length;
    } finally {
      await handle.close();
    }
    if (reading.foreignFormat !== undefined) await this.setAside(reading.foreignFormat);
    else if (reading.damaged > 0) this.options.reporter.damaged('no record of ours', reading.damaged);
  }

  private async setAside(format: number): Promise<void> {
    await fs.rename(this.file, `${this.file}.format-${format}`);
    this.options.reporter.damaged(`format ${format} is not ${QUEUE_FORMAT}`, 0);
  }
}

/** Applies records up to the last commit. */
class Recovery {
  public damaged = 0;
  public foreignFormat: number | undefined;
  private open: QueueRecord[] = [];

  public constructor(private readonly state: QueueState) {}

  public take(line: string): void {
    if (this.foreignFormat !== undefined) return;
    const record = decodeRecord(line);
    if (record === undefined) this.damaged += 1;
    else if (record.kind === 'header' && record.format !== QUEUE_FORMAT) this.foreignFormat = record.format;
    else if (record.kind === 'settled') this.state.apply(record);
    else if (record.kind === 'commit') {
      for (const each of this.open) this.state.apply(each);
      this.open = [];
    } else this.open.push(record);
  }
}

function recordsOf(commit: Commit): QueueRecord[] {
  return [
    ...commit.opened.map(({ alert, receivers }): QueueRecord => ({ kind: 'opened', alert, receivers })),
    ...commit.joined.map(({ id, count, firstTime, lastTime }): QueueRecord => {
      return { kind: 'joined', id, count, firstTime, lastTime };
    }),
    ...commit.resolved.map(({ alert, receivers }): QueueRecord => ({ kind: 'resolved', alert, receivers })),
    ...(commit.chunkId === undefined ? [] : [{ kind: 'chunk', id: commit.chunkId } as const]),
    { kind: 'commit' },
  ];
}

/** Appends records in slices, so that a large batch is never one string; returns the bytes written. */
async function writeRecords(handle: fs.FileHandle, records: Iterable<QueueRecord>): Promise<number> {
  let written = 0;
  let slice = '';
  for (const record of records) {
    slice += encodeRecord(record);
    if (slice.length < WRITE_BYTES) continue;
    written += await writeAll(handle, slice);
    slice = '';
  }
  return written + (slice === '' ? 0 : await writeAll(handle, slice));
}

async function writeAll(handle: fs.FileHandle, text: string): Promise<number> {
  const bytes = Buffer.from(text);
  await handle.appendFile(bytes);
  return bytes.length;
}

async function openIfPresent(file: string): Promise<fs.FileHandle | undefined> {
  try {
    return await fs.open(file, 'r');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** A rename survives power loss only once its directory is synced. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await fs.open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
