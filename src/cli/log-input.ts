import * as fs from 'node:fs';
import { stdin } from 'node:process';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { LineSplitter, type SplitLine } from '../event/line-splitter';
import { UsageError } from './usage-error';

/** One log to read: a file, or standard input. */
export interface LogInput {
  /** As the user spelled it; `-` is standard input. */
  readonly name: string;
  /** When the records are taken to have been received, in microseconds: the file's modification time. */
  readonly receivedUs: number;
  /** Size in bytes, where it is known. */
  readonly bytes: number | undefined;
  /** The lines, in order. `onBytes` hears of every piece read, before unpacking. */
  readonly lines: (onBytes: (bytes: number) => void) => AsyncGenerator<SplitLine>;
}

/** A line above it is counted as malformed; an API server's list of 5,000 pods with bodies stays below. */
const LINE_LIMIT_BYTES = 64 * 1024 * 1024;

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

/** Opens nothing yet, but refuses names that cannot be read. */
export function logInputs(names: readonly string[], nowUs: number): LogInput[] {
  const chosen = names.length === 0 ? ['-'] : names;
  if (chosen.filter((name) => name === '-').length > 1) throw new UsageError("'-' (standard input) is named twice");
  return chosen.map((name) => (name === '-' ? standardInput(nowUs) : fileInput(name)));
}

function standardInput(nowUs: number): LogInput {
  return { name: '-', receivedUs: nowUs, bytes: undefined, lines: (onBytes) => linesOf('-', stdin, onBytes) };
}

function fileInput(name: string): LogInput {
  const stat = fs.statSync(name, { throwIfNoEntry: false });
  if (stat === undefined) throw new UsageError(`there is no file '${name}'`);
  if (stat.isDirectory()) throw new UsageError(`'${name}' is a folder; name the log files in it`);
  return {
    name,
    receivedUs: Math.floor(stat.mtimeMs * 1_000),
    bytes: stat.size,
    lines: (onBytes) => linesOf(name, fs.createReadStream(name), onBytes),
  };
}

/** Unpacks where the stream begins like gzip, whatever its name, and cuts it into lines. */
async function* linesOf(
  name: string,
  source: NodeJS.ReadableStream,
  onBytes: (bytes: number) => void,
): AsyncGenerator<SplitLine> {
  const splitter = new LineSplitter(LINE_LIMIT_BYTES);
  for await (const chunk of inUtf8(name, unpacked(counted(source, onBytes)))) yield* splitter.push(chunk);
  yield* splitter.end();
}

/** Refuses what Windows calls Unicode: a mark of the byte order, or every other byte of the first characters zero. */
async function* inUtf8(name: string, source: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const head = await firstBytes(source, 2);
  const mark = head.subarray(0, 2).toString('hex');
  if (mark === 'fffe' || mark === 'feff' || (head.length >= 2 && (head[0] === 0) !== (head[1] === 0))) {
    throw new UsageError(`'${name}' is UTF-16, not UTF-8; convert it with: iconv -f UTF-16 -t UTF-8`);
  }
  yield* restored(head, source);
}

async function* counted(source: NodeJS.ReadableStream, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    const bytes = Buffer.from(chunk as Buffer);
    onBytes(bytes.length);
    yield bytes;
  }
}

async function* unpacked(source: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const head = await firstBytes(source, GZIP_MAGIC.length);
  const whole = restored(head, source);
  if (!head.subarray(0, GZIP_MAGIC.length).equals(GZIP_MAGIC)) {
    yield* whole;
    return;
  }
  const gunzip = createGunzip();
  // An error on either side ends the iteration below, which reports it.
  pipeline(whole, gunzip, () => undefined);
  for await (const chunk of gunzip) yield chunk as Buffer;
}

async function firstBytes(source: AsyncGenerator<Buffer>, wanted: number): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < wanted) {
    const next = await source.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  return head;
}

async function* restored(head: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  yield* rest;
}
