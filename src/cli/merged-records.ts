import type { SecurityEvent } from '../contract/event';
import type { SplitLine } from '../event/line-splitter';
import { RecordReader, type RecordReaderOptions, type ReadResult } from '../event/record-reader';
import { joinContainerLines } from './container-lines';
import type { LogInput } from './log-input';
import { joinPrettyPrinted } from './pretty-printed';
import type { InputPosition } from './replay-row';

/** What was read, for the closing line on standard error. */
export interface ReadCounts {
  records: number;
  events: number;
  ignored: number;
  unknown: number;
  malformed: number;
}

/** An event and the record that it came from. */
export interface PositionedEvent {
  readonly event: SecurityEvent;
  readonly input: InputPosition;
}

export interface MergeOptions {
  readonly reader: RecordReaderOptions;
  readonly onBytes: (bytes: number) => void;
  /** Hears of a record that gave no event though it should have. */
  readonly onProblem: (kind: 'unknown' | 'malformed', reason: string, input: InputPosition) => void;
}

/**
 * The events of all inputs as one stream in event time, as the detector would have seen them: each input keeps its own
 * order, and of their next events the earliest comes first. Holds one record of each input in memory.
 */
export async function* mergedEvents(
  inputs: readonly LogInput[],
  counts: ReadCounts,
  options: MergeOptions,
): AsyncGenerator<PositionedEvent> {
  const streams = inputs.map((input) => eventsOf(input, counts, options));
  const heads = await Promise.all(streams.map(async (stream) => (await stream.next()).value));
  for (;;) {
    const index = earliest(heads);
    const head = heads[index];
    if (head === undefined) return;
    yield head;
    heads[index] = (await streams[index]?.next())?.value;
  }
}

function earliest(heads: readonly (PositionedEvent | undefined)[]): number {
  let best = -1;
  let bestUs = Infinity;
  for (const [index, head] of heads.entries()) {
    if (head === undefined || (best !== -1 && head.event.timeUs >= bestUs)) continue;
    best = index;
    bestUs = head.event.timeUs;
  }
  return best;
}

async function* eventsOf(
  input: LogInput,
  counts: ReadCounts,
  options: MergeOptions,
): AsyncGenerator<PositionedEvent, undefined> {
  const reader = new RecordReader(options.reader);
  let number = 0;
  const whole = joinContainerLines(joinPrettyPrinted(input.lines(options.onBytes)), input.name);
  const lines = untilBroken(whole, (reason) => {
    count(counts, { kind: 'malformed', reason });
    options.onProblem('malformed', reason, { file: input.name, line: number + 1 });
  });
  for await (const line of lines) {
    number = line.number;
    const position = { file: input.name, line: number };
    const result = readLine(reader, line, input.receivedUs);
    count(counts, result);
    if (result.kind === 'unknown' || result.kind === 'malformed')
      options.onProblem(result.kind, result.reason, position);
    if (result.kind === 'events') for (const event of inTime(result.events)) yield { event, input: position };
  }
  const held = reader.end();
  counts.events += held.length;
  for (const event of inTime(held)) yield { event, input: { file: input.name, line: number } };
  return undefined;
}

/** Exports hold their newest record first; those of one document are put in order. */
function inTime(events: readonly SecurityEvent[]): readonly SecurityEvent[] {
  return events.length < 2 ? events : [...events].sort((a, b) => a.timeUs - b.timeUs);
}

/** The lines up to where the compressed stream breaks off: what came before is good, and what follows cannot be read. */
async function* untilBroken(
  lines: AsyncIterable<SplitLine>,
  onBroken: (reason: string) => void,
): AsyncGenerator<SplitLine> {
  try {
    yield* lines;
  } catch (error) {
    if (!isBrokenGzip(error)) throw error;
    onBroken(`the compressed data breaks off here (${error.message})`);
  }
}

/** zlib's own codes, such as `Z_BUF_ERROR` for a file that was cut off. */
function isBrokenGzip(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && /^Z_/.test((error as NodeJS.ErrnoException).code ?? '');
}

function readLine(reader: RecordReader, line: SplitLine, receivedUs: number): ReadResult {
  if (line.kind === 'line') return reader.read(line.text, receivedUs);
  return { kind: 'malformed', reason: `a line of ${line.bytes} bytes is over the limit` };
}

function count(counts: ReadCounts, result: ReadResult): void {
  counts.records += 1;
  switch (result.kind) {
    case 'events':
      counts.events += result.events.length;
      counts.malformed += result.rejected ?? 0;
      return;
    case 'ignored':
      counts.ignored += 1;
      return;
    case 'unknown':
      counts.unknown += 1;
      return;
    case 'malformed':
      counts.malformed += 1;
  }
}
