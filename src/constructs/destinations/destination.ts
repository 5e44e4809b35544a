import type { Construct } from 'constructs';
import type { FluentdVariant } from '../collection/fluentd-image';
import type { SecretReference } from './secret-source';

/** How Fluentd speaks to a destination. */
export enum DestinationPlugin {
  /** HTTP POST of records as JSON. Parameters: `endpoint`, `username`. Secrets: `password`, and those of headers. */
  HTTP = 'http',
  /** Bulk API. Parameters: `hosts`, `index-prefix`, `username`. Secrets: `password`, `api-key`. */
  ELASTICSEARCH = 'elasticsearch',
  /** Bulk API. Parameters: `hosts`, `index-prefix`, `username`. Secrets: `password`. */
  OPENSEARCH = 'opensearch',
}

/** What a destination is told about where it is used. */
export interface DestinationBindOptions {
  /** Name of the stack: first part of the name of every object that is made. */
  readonly stackName: string;

  /** Namespace of the aggregator; Secrets have to be there. */
  readonly namespaceName: string;

  /** Labels of every object that is made. */
  readonly labels: { [key: string]: string };

  /** Annotations of every object that is made. */
  readonly annotations: { [key: string]: string };

  /** Whether literal secrets may stand in the manifests. */
  readonly allowPlaintextSecrets: boolean;
}

/** A header whose value is a secret. */
export interface SecretHeader {
  /** Name of the header. */
  readonly header: string;

  /**
   * Text before the value, such as `Bearer ` with its space.
   * @default - none
   */
  readonly prefix?: string;

  /** The value. */
  readonly secret: SecretReference;
}

/** TLS towards a destination. The server's certificate is always verified. */
export interface DestinationTls {
  /**
   * Name of a ConfigMap with the CA of the server under the key `ca.crt`, in the namespace of the aggregator.
   * @default - the CAs of the image
   */
  readonly caConfigMapName?: string;

  /**
   * Name of a Secret with the CA of the server under the key `ca.crt`, in the namespace of the aggregator.
   * @default - the CAs of the image
   */
  readonly caSecretName?: string;

  /**
   * Name of a Secret with `tls.crt` and `tls.key` to show to the server, in the namespace of the aggregator.
   * @default - no client certificate
   */
  readonly clientTlsSecretName?: string;
}

/** What waits for a destination that does not take records. */
export interface DestinationBuffer {
  /**
   * Everything that waits, as a Kubernetes quantity. When the first destination's buffer is full, the agents pause;
   * the others drop the oldest and count it.
   * @default '2Gi'
   */
  readonly totalSize?: string;

  /**
   * Records in one delivery, at most.
   * @default - as fits the destination
   */
  readonly deliveryRecords?: number;

  /**
   * How long records are gathered before a delivery, in seconds.
   * @default - as fits the destination
   */
  readonly flushSeconds?: number;
}

/** What the connection must know of a destination. */
export interface SiemDestinationConfig {
  /** Name of the destination, unique in its connection: lower-case letters, digits and dashes. It names the buffer. */
  readonly destinationName: string;

  /** How Fluentd speaks to it. */
  readonly plugin: DestinationPlugin;

  /** Readable parameters of the plugin, published in the connection's ConfigMap. Never put a secret here. */
  readonly parameters: { [key: string]: string };

  /**
   * Secret parameters of the plugin.
   * @default - none
   */
  readonly secrets?: { [key: string]: SecretReference };

  /**
   * Headers with fixed values.
   * @default - none
   */
  readonly headers?: { [key: string]: string };

  /**
   * Headers whose values are secrets.
   * @default - none
   */
  readonly secretHeaders?: SecretHeader[];

  /**
   * One JSON array a request instead of one record a line; HTTP only.
   * @default false
   */
  readonly jsonArray?: boolean;

  /**
   * Whether bodies are compressed with gzip; HTTP only.
   * @default false
   */
  readonly gzip?: boolean;

  /**
   * TLS towards the destination.
   * @default - the CAs of the image, no client certificate
   */
  readonly tls?: DestinationTls;

  /**
   * What waits while the destination does not take records.
   * @default - 2 GiB
   */
  readonly buffer?: DestinationBuffer;

  /**
   * Image variant with the client that it needs.
   * @default FluentdVariant.FORWARD
   */
  readonly variant?: FluentdVariant;

  /** TCP ports that the aggregator has to reach. */
  readonly ports: number[];
}

/** A place that records and alerts are shipped to. Implement it to add a SIEM of your own. */
export interface ISiemDestination {
  /**
   * Makes what the destination needs below `scope` and says how to reach it.
   * @param scope the connection that will ship to it
   * @param options names, namespace and labels
   */
  bind(scope: Construct, options: DestinationBindOptions): SiemDestinationConfig;
}
