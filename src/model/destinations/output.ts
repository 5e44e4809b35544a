/** What a destination asks of the aggregator, as plain data. */

/**
 * A text that stands in the configuration, or one that Fluentd reads when it starts: an environment variable, or a file
 * (white space around its content is ignored). A secret is always a file.
 */
export type OutputText =
  string | { readonly env: string; readonly prefix?: string } | { readonly file: string; readonly prefix?: string };

/** TLS towards a destination. The server's certificate is always verified. */
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

interface OutputBase {
  /** Lower-case letters, digits and dashes; names the buffer folder and the metrics, so it is stable. */
  readonly id: string;
  readonly tls?: OutputTls;
  readonly buffer?: OutputBuffer;
}

/** Any endpoint that takes records by HTTP POST. */
export interface HttpOutput extends OutputBase {
  readonly plugin: 'http';
  readonly endpoint: OutputText;
  readonly headers?: Readonly<Record<string, OutputText>>;
  readonly username?: OutputText;
  readonly password?: OutputText;
  /** One record a line, or one array a request. */
  readonly format?: 'ndjson' | 'json-array';
  /** Bodies are gzipped. */
  readonly gzip?: boolean;
}

/** Elasticsearch or OpenSearch, by the bulk API. */
export interface SearchOutput extends OutputBase {
  readonly plugin: 'elasticsearch' | 'opensearch';
  /** One or more base URLs, separated by commas. */
  readonly hosts: OutputText;
  /** Indices are `<indexPrefix>-YYYY.MM.DD`, by event time in UTC. */
  readonly indexPrefix: OutputText;
  readonly username?: OutputText;
  readonly password?: OutputText;
  /** `id:key`, Elasticsearch only; not together with a user. */
  readonly apiKey?: OutputText;
}

export type DestinationOutput = HttpOutput | SearchOutput;
