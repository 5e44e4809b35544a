/** The contract between a destination and the aggregator that ships to it. */
import type { EmbeddedText, FluentdElement } from '../fluentd/elements';
import type { RecordFormatName } from '../shipping/record-format';

/** Paths of mounted files. The server's certificate is always verified. */
export interface OutputTls {
  /** CA of the server; absent: the CAs of the image. */
  readonly caFile?: string;
  /** Client certificate and its key, for mutual TLS. */
  readonly clientCertificateFile?: string;
  readonly clientKeyFile?: string;
}

export interface OutputBuffer {
  /** Records in one delivery, at most. */
  readonly deliveryRecords?: number;
  /** Everything that waits for this destination, in bytes. */
  readonly totalBytes?: number;
  readonly flushSeconds?: number;
  /**
   * When the buffer is full: `pause` stops the flow until the destination takes records again (only the first
   * destination may, or it would repeat deliveries to those before it), `drop-oldest` drops and counts.
   */
  readonly overflow?: 'pause' | 'drop-oldest';
}

/** What a destination needs of its buffer; what its user said of records and seconds wins. */
export interface BufferNeeds {
  /** Chunks are kept apart by tag. */
  readonly byTag?: boolean;
  /** Chunks are kept apart by these fields too; time is not one of them, `timekeySeconds` says it. */
  readonly chunkKeys?: readonly string[];
  /** Largest delivery, in bytes. Records above it have to be made smaller before they come here. */
  readonly chunkBytes?: number;
  readonly deliveryRecords?: number;
  readonly flushSeconds?: number;
  /** Chunks are kept apart by this much event time, and leave when it is over; for object stores only. */
  readonly timekeySeconds?: number;
  /** How long records that are late are waited for. */
  readonly timekeyWaitSeconds?: number;
}

/** Where a destination stands in the aggregator, and what is given to it there. */
export interface OutputPlace {
  /** Name of the destination; lower-case letters, digits and dashes. */
  readonly id: string;
  /** `@id` of the plugin that delivers: it names metrics, buffer and backups. */
  readonly outputId: string;
  /** Label that its records enter, as they left the detector. */
  readonly label: string;
  /** A second label of its own, for plugins that emit a part of a delivery again. */
  readonly deliveryLabel: string;
  readonly tls: OutputTls;
  /** A readable parameter, from the connection's ConfigMap; read when Fluentd starts. */
  readonly parameter: (name: string) => EmbeddedText;
  /** A secret, from its mounted file; read when Fluentd starts. */
  readonly secret: (name: string, prefix?: string) => EmbeddedText;
  /** For plugins that read the file themselves. */
  readonly secretPath: (name: string) => string;
  /** The one buffer: on disk, bounded, repeating for ever what is not taken. */
  readonly buffer: (needs?: BufferNeeds) => FluentdElement;
}

/** A destination as the aggregator sees it. */
export interface DestinationOutput {
  /** Lower-case letters, digits and dashes; names the buffer folder and the metrics, so it is stable. */
  readonly id: string;
  readonly tls?: OutputTls;
  readonly buffer?: OutputBuffer;
  /** Shape of its records; absent: as they were collected. */
  readonly format?: RecordFormatName;
  /** Whole labels, `place.label` the first of them. */
  readonly elements: (place: OutputPlace) => readonly FluentdElement[];
}
