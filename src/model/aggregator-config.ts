import type { DestinationOutput } from './destination-output';
import type { Transport } from './forward-transport';

export type {
  DestinationOutput,
  HttpOutput,
  OutputBuffer,
  OutputText,
  OutputTls,
  SearchOutput,
} from './destination-output';

export interface AggregatorOptions {
  readonly transport: Transport;
  /** Buffers and backups of chunks; writable. */
  readonly stateDirectory: string;
  /** In order of importance: only the first can hold the flow back. */
  readonly destinations: readonly DestinationOutput[];
  /** What may wait for the detector, in bytes; beyond it the oldest is dropped and counted. */
  readonly detectorBufferBytes?: number;
}
