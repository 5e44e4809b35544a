import { section } from './elements';
import type { FluentdElement, FluentdParams } from './elements';

const MIB = 1024 * 1024;

/** The longest line that an agent reads; the API server's audit events are the long ones. */
export const LINE_LIMIT_BYTES = 8 * MIB;

/**
 * Every buffer takes the longest line with room for what is added to it. A record above the limit of a buffer would not
 * only be refused: its delivery would be repeated for ever and hold back all that come after it.
 */
const CHUNK_LIMIT_BYTES = 2 * LINE_LIMIT_BYTES;

export interface BufferOptions {
  readonly path: string;
  /** Chunks are kept apart by tag. */
  readonly byTag?: boolean;
  /** Chunks are kept apart by these fields. */
  readonly chunkKeys?: readonly string[];
  /** Largest chunk. A record above it is refused again and again, so it is only for those that cannot get this long. */
  readonly chunkBytes?: number;
  /** Chunks are kept apart by this much event time, and leave `timekeyWaitSeconds` after its end. */
  readonly timekeySeconds?: number;
  readonly timekeyWaitSeconds?: number;
  readonly totalBytes: number;
  /** Records in one delivery, at most. */
  readonly deliveryRecords?: number;
  readonly flushSeconds?: number;
  readonly flushThreads?: number;
  readonly overflow: 'pause' | 'drop-oldest';
  /** Longest pause between two attempts, in seconds; they go on for ever. */
  readonly retrySeconds: number;
  /** Whether a stop waits for what is buffered; otherwise it stays on the disk for the next start. */
  readonly flushAtShutdown: boolean;
}

/**
 * A buffer of files. Its overflow never blocks: a blocked Fluentd ignores its termination. `pause` refuses new records
 * instead, and who sent them waits.
 */
export function fileBuffer(options: BufferOptions): FluentdElement {
  return {
    ...section('buffer', {
      '@type': 'file',
      path: options.path,
      ...flushParams(options),
      flush_thread_count: options.flushThreads ?? 1,
      flush_thread_burst_interval: 0.05,
      chunk_limit_size: options.chunkBytes ?? CHUNK_LIMIT_BYTES,
      chunk_limit_records: options.deliveryRecords,
      total_limit_size: options.totalBytes,
      overflow_action: options.overflow === 'pause' ? 'throw_exception' : 'drop_oldest_chunk',
      retry_forever: true,
      retry_max_interval: options.retrySeconds,
      flush_at_shutdown: options.flushAtShutdown,
    }),
    argument: chunkKeys(options).join(','),
  };
}

function chunkKeys({ byTag = false, timekeySeconds, chunkKeys: fields = [] }: BufferOptions): string[] {
  return [...(byTag ? ['tag'] : []), ...(timekeySeconds === undefined ? [] : ['time']), ...fields];
}

function flushParams({ flushSeconds = 1, timekeySeconds, timekeyWaitSeconds = 30 }: BufferOptions): FluentdParams {
  if (timekeySeconds === undefined) return { flush_mode: 'interval', flush_interval: flushSeconds };
  return { flush_mode: 'lazy', timekey: timekeySeconds, timekey_wait: timekeyWaitSeconds, timekey_use_utc: true };
}
