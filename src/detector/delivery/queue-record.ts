/** Lines of the queue file: `<checksum> <json>`, so that a torn or damaged line is told from a whole one. */
import { createHash } from 'node:crypto';
import type { Alert } from '../../contract/alert';

/** Written first; a file of another format is set aside, not guessed at. */
export const QUEUE_FORMAT = 1;

export type QueueRecord =
  | { readonly kind: 'header'; readonly format: number }
  /** An alert that opened, and the receivers that must still hear of it. */
  | { readonly kind: 'opened'; readonly alert: Alert; readonly receivers: readonly string[]; readonly isClosed?: true }
  /** Findings joined an open alert. */
  | {
      readonly kind: 'joined';
      readonly id: string;
      readonly count: number;
      readonly firstTime: string;
      readonly lastTime: string;
    }
  | { readonly kind: 'resolved'; readonly alert: Alert; readonly receivers: readonly string[] }
  /** A chunk of a delivery whose alerts stand in the file. */
  | { readonly kind: 'chunk'; readonly id: string }
  /** Ends what belongs together; records after the last one were never acknowledged and do not count. */
  | { readonly kind: 'commit' }
  /** A receiver has an alert, or has refused it for good. */
  | { readonly kind: 'settled'; readonly key: string; readonly receiver: string };

const KINDS: ReadonlySet<string> = new Set<QueueRecord['kind']>([
  'header',
  'opened',
  'joined',
  'resolved',
  'chunk',
  'commit',
  'settled',
]);

const CHECKSUM_DIGITS = 16;

/** The record as a line, line feed included. */
export function encodeRecord(record: QueueRecord): string {
  const json = JSON.stringify(record);
  return `${checksum(json)} ${json}\n`;
}

/** The record of a line, or `undefined` where the line is not what `encodeRecord` wrote. */
export function decodeRecord(line: string): QueueRecord | undefined {
  const json = line.slice(CHECKSUM_DIGITS + 1);
  if (line[CHECKSUM_DIGITS] !== ' ' || line.slice(0, CHECKSUM_DIGITS) !== checksum(json)) return undefined;
  // The checksum vouches that this is text of ours.
  const record = JSON.parse(json) as QueueRecord;
  return KINDS.has(record.kind) ? record : undefined;
}

function checksum(json: string): string {
  return createHash('sha256').update(json).digest('hex').slice(0, CHECKSUM_DIGITS);
}
