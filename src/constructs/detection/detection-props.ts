import type { Duration } from 'cdk8s';
import type { StackProps } from '../component-props';
import type { ContainerResources } from '../container-resources';
import type { AlertWebhook } from './alert-webhook';
import type { AuditWebhookListener } from './audit-webhook-listener';
import type { DetectorRuntime } from './detector-runtime';
import type { RulePack } from './rule-pack';
import type { SelfMonitoringOptions } from './self-monitoring-options';

/** What detection is told, wherever the detector runs. */
export interface DetectionProps extends StackProps {
  /** Name of the cluster, as it stands in alerts. */
  readonly clusterName: string;

  /**
   * Where the rules come from.
   * @default - no rules, with a warning
   */
  readonly rules?: RulePack[];

  /**
   * Lists that rules may name, beside those in the rule files.
   * @default - none
   */
  readonly lists?: { [name: string]: string[] };

  /**
   * How the detector's program gets into the pod.
   * @default DetectorRuntime.inline()
   */
  readonly runtime?: DetectorRuntime;

  /**
   * Who gets alerts, beside the destinations.
   * @default - nobody
   */
  readonly webhooks?: AlertWebhook[];

  /**
   * How long a failure counts in `event.failure_count`.
   * @default Duration.minutes(5)
   */
  readonly failureWindow?: Duration;

  /**
   * An alert without a new finding for so long is resolved.
   * @default Duration.minutes(10)
   */
  readonly resolveAfter?: Duration;

  /**
   * Proxies in front of the API server, in CIDR notation: their address at the end of a request's is not the client's.
   * @default - none
   */
  readonly trustedProxies?: string[];

  /**
   * Takes audit events from the API server's webhook too.
   * @default - off
   */
  readonly auditWebhook?: AuditWebhookListener;

  /**
   * When the detector raises an alert because records do not arrive, or are not taken.
   * @default - a canary missing for 2 minutes, an audit log silent for 5
   */
  readonly selfMonitoring?: SelfMonitoringOptions;

  /**
   * What the detector's container asks for and may use.
   * @default - 100m CPU and 256Mi memory, at most 1 CPU and 1Gi
   */
  readonly detectorResources?: ContainerResources;

  /**
   * Whether `SecretSource.unsafeLiteral()` is taken. For tests only.
   * @default false
   */
  readonly allowPlaintextSecrets?: boolean;
}
