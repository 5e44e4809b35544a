import type { Duration } from 'cdk8s';
import type { AwsCredentials } from '../destinations/aws-credentials';
import type { SecretSource } from '../destinations/secret-source';

/** Options of `LogSource.eks()`. */
export interface EksLogOptions {
  /** Region of the cluster. */
  readonly region: string;

  /** Log group of the control plane: `/aws/eks/<cluster>/cluster`. Its log type `audit` has to be switched on. */
  readonly logGroup: string;

  /**
   * As whom the aggregator reads; it needs `logs:DescribeLogStreams` and `logs:GetLogEvents` on the log group.
   * @default - what the platform gives the pod
   */
  readonly credentials?: AwsCredentials;

  /**
   * Pause between two questions for new events.
   * @default Duration.seconds(10)
   */
  readonly fetchInterval?: Duration;

  /**
   * How far back the very first start reads; later ones go on where reading ended.
   * @default Duration.hours(1)
   */
  readonly lookback?: Duration;
}

/** Options of `LogSource.gke()`. */
export interface GkeLogOptions {
  /**
   * Token that the subscription shows, as the parameter `token` of its push endpoint:
   * `https://siem.example.com/?token=…`. Letters and digits only, at least 32.
   */
  readonly token: SecretSource;

  /**
   * Secret with `tls.crt` and `tls.key` of the endpoint, which Google's CAs have to trust.
   * @default - none: TLS ends at an ingress before the aggregator
   */
  readonly tlsSecretName?: string;

  /**
   * Addresses that pushes come from, in CIDR notation: those of the ingress, or of Google.
   * @default - any; the token decides
   */
  readonly sourceRanges?: string[];
}

/** Options of `LogSource.aks()`. */
export interface AksLogOptions {
  /** Name of the Event Hubs namespace: `<name>.servicebus.windows.net`. Its tier has to offer Kafka. */
  readonly namespaceHost: string;

  /** Event hub that the diagnostic setting of the cluster writes `kube-audit` to. */
  readonly eventHub: string;

  /** Connection string with the right to listen. */
  readonly connectionString: SecretSource;

  /**
   * Consumer group, which nobody else reads with.
   * @default '$Default'
   */
  readonly consumerGroup?: string;
}

/** Options of `LogSource.kubernetesAuditWebhook()`. */
export interface KubernetesAuditWebhookOptions {
  /** Secret with `tls.crt` and `tls.key` of the listener, and `ca.crt`, which signs the API server's certificate. */
  readonly tlsSecretName: string;

  /**
   * Addresses that the API server calls from, in CIDR notation.
   * @default - any; the client certificate decides
   */
  readonly sourceRanges?: string[];
}
