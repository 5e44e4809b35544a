import type { Duration } from 'cdk8s';

/** What is given to Prometheus and Grafana. */
export interface MonitoringOptions {
  /**
   * Labels of the ServiceMonitor, the PodMonitor and the PrometheusRule, by which a Prometheus finds them, such as
   * `release: kube-prometheus-stack`.
   * @default - those of the stack only
   */
  readonly monitorLabels?: { [key: string]: string };

  /**
   * How often Prometheus scrapes.
   * @default Duration.seconds(30)
   */
  readonly scrapeInterval?: Duration;

  /**
   * Whether there is a PrometheusRule with alerts on every tier.
   * @default true
   */
  readonly alertRules?: boolean;

  /**
   * Whether there is a ConfigMap with a Grafana dashboard.
   * @default true
   */
  readonly dashboard?: boolean;

  /**
   * Labels by which Grafana's sidecar finds the dashboard.
   * @default - { grafana_dashboard: '1' }
   */
  readonly dashboardLabels?: { [key: string]: string };

  /**
   * Address that every alert links to, for a runbook of your own; the name of the alert is appended.
   * @default - no link: what to do stands in the alert
   */
  readonly runbookUrl?: string;
}
