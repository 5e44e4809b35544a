/** How agents reach the aggregator. Paths are those inside the containers. */

export interface TlsTransport {
  readonly kind: 'tls';
  /** CA that signed both ends. */
  readonly caFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
  /** The same text on both ends; white space around it is ignored. */
  readonly sharedKeyFile: string;
}

export interface PlaintextTransport {
  readonly kind: 'plaintext';
  /** Proves, without encryption, that the other end knows the key. */
  readonly sharedKeyFile?: string;
}

export type Transport = TlsTransport | PlaintextTransport;

/** Where the agents deliver. */
export interface ForwardTarget {
  readonly host: string;
  readonly port: number;
}
