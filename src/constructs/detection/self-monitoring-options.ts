import type { Duration } from 'cdk8s';

/** What the detector watches of the way of the records, and when it raises an alert. */
export interface SelfMonitoringOptions {
  /**
   * Whether it raises alerts at all; the metrics are there anyway.
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * A node's canary, or a delivery to a destination, that is missing for longer is an alert. The agents send a canary
   * every 30 seconds.
   * @default Duration.minutes(2)
   */
  readonly missingAfter?: Duration;

  /**
   * An audit log without an event for longer is an alert. A cluster that hardly does anything, or a policy that records
   * little, needs more.
   * @default Duration.minutes(5)
   */
  readonly auditSilentAfter?: Duration;

  /**
   * A node whose canaries stay away for longer is taken to be gone: its alert is resolved and says so.
   * @default Duration.hours(1)
   */
  readonly forgetAfter?: Duration;
}
