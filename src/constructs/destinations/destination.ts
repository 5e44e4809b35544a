import type { Construct } from 'constructs';
import type { FluentdOutput } from './fluentd-output';
import type { RecordFormat } from './record-format';
import type { SecretReference } from './secret-source';

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

/** What every destination can be given. */
export interface DestinationProps {
  /**
   * Name of the destination, unique in its connection: lower-case letters, digits and dashes. It names its buffer and its
   * metrics, so it stays.
   * @default - the kind of the destination, such as 'http'
   */
  readonly destinationName?: string;

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
   * Shape of its records.
   * @default RecordFormat.RAW
   */
  readonly format?: RecordFormat;
}

/** What the connection must know of a destination. */
export interface SiemDestinationConfig {
  /** Name of the destination, unique in its connection: lower-case letters, digits and dashes. It names the buffer. */
  readonly destinationName: string;

  /** How Fluentd delivers to it. */
  readonly output: FluentdOutput;

  /**
   * Readable parameters, published in the connection's ConfigMap. Never put a secret here. Fluentd reads each from the
   * environment variable `SIEM_<NAME OF THE DESTINATION>_<NAME OF THE PARAMETER>`, with underscores for dashes.
   */
  readonly parameters: { [key: string]: string };

  /**
   * Secret parameters. Fluentd reads each from the file `/etc/siem/destinations/<name of the destination>/<name>`.
   * @default - none
   */
  readonly secrets?: { [key: string]: SecretReference };

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
   * Shape of its records.
   * @default RecordFormat.RAW
   */
  readonly format?: RecordFormat;

  /**
   * Gems that Fluentd needs for it, such as `fluent-plugin-kafka`, each with a version in the form `~> 8.0` after it where
   * only some will do. They decide the image.
   * @default - none beyond those of every image
   */
  readonly requiredGems?: string[];

  /**
   * Annotations of the aggregator's ServiceAccount, which give it an identity at a cloud.
   * @default - none
   */
  readonly serviceAccountAnnotations?: { [key: string]: string };

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
