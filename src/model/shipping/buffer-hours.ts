/** How long the buffers of the destinations last. */

/** What is expected of a cluster where nothing was said. */
export interface ExpectedFlow {
  readonly recordsPerSecond: number;
  /** Bytes of a record in a buffer, which is not compressed. */
  readonly recordBytes: number;
}

/**
 * A busy cluster of three nodes: 70 audit events a second were measured on one, the rest are lines of containers and
 * hosts. An audit event at level Metadata has 850 bytes at the median, and the origin that the agents add.
 */
export const DEFAULT_FLOW: ExpectedFlow = { recordsPerSecond: 100, recordBytes: 1000 };

const SECONDS_PER_HOUR = 3600;

/** Hours until a buffer is full while its destination takes nothing. */
export function bufferHours(bufferBytes: number, flow: ExpectedFlow = DEFAULT_FLOW): number {
  return bufferBytes / (flow.recordsPerSecond * flow.recordBytes) / SECONDS_PER_HOUR;
}

export interface BufferedDestination {
  readonly id: string;
  readonly bufferBytes: number;
  readonly overflow: 'pause' | 'drop-oldest';
}

/** One sentence for a destination: how long it may be away, and what happens then. */
export function bufferNote(destination: BufferedDestination, flow: ExpectedFlow = DEFAULT_FLOW): string {
  const { id, bufferBytes, overflow } = destination;
  const hours = bufferHours(bufferBytes, flow);
  const size = `${Number((bufferBytes / 2 ** 30).toPrecision(3))} GiB`;
  const rate = `${flow.recordsPerSecond} records a second of ${flow.recordBytes} bytes`;
  const end = overflow === 'pause' ? 'the agents pause' : 'the oldest is dropped and counted';
  return `destination '${id}': a buffer of ${size} lasts ${hoursText(hours)} at ${rate}, then ${end}`;
}

function hoursText(hours: number): string {
  return hours < 1 ? `${Math.max(1, Math.round(hours * 60))} minutes` : `${Number(hours.toPrecision(2))} hours`;
}
