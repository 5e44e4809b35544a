import type { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import {
  PodMonitor,
  PodMonitorSpecSelectorMatchExpressionsOperator,
  PrometheusRule,
  ServiceMonitor,
  toJson_PodMonitorSpec,
  toJson_PrometheusRuleSpec,
  toJson_ServiceMonitorSpec,
} from '../../../imports/monitoring.coreos.com';
import type { ComponentProps } from '../component-props';
import { configMap } from '../private/artifact';
import { Component } from '../private/component';
import { Manifest } from '../private/manifest';
import { checkDnsLabel, checkLabelValues, checkMetadataKeys, COMPONENT_LABEL, selectorLabels } from '../private/names';
import { fail } from '../private/validate';
import { DETECTOR_ENDPOINT, FLUENTD_ENDPOINT, metricAlerts } from './alert-rules';
import type { MetricAlert, MonitoredPlaces } from './alert-rules';
import { dashboardJson } from './dashboard';
import type { MonitoringOptions } from './monitoring-options';

/** Properties of `MetricsMonitoring`. */
export interface MetricsMonitoringProps extends ComponentProps {
  /**
   * Namespace of the agents.
   * @default - '<stack>-agents'
   */
  readonly agentNamespaceName?: string;

  /**
   * What is given to Prometheus and Grafana.
   * @default - monitors, alerts and a dashboard
   */
  readonly options?: MonitoringOptions;
}

const PATH = '/metrics';
const DASHBOARD_LABELS = { grafana_dashboard: '1' };

/**
 * What Prometheus and Grafana need to watch a stack: monitors of aggregator, detector and agents, alerts, and a
 * dashboard. Needs the definitions of the Prometheus Operator in the cluster.
 */
export class MetricsMonitoring extends Construct {
  /** Aggregator and detector. */
  public readonly serviceMonitor: Manifest;
  /** The agents. */
  public readonly podMonitor: Manifest;
  /** The alerts, unless they were left out. */
  public readonly prometheusRule?: Manifest;
  /** The dashboard, unless it was left out. */
  public readonly dashboard?: Manifest;

  private readonly component: Component;
  private readonly options: MonitoringOptions;
  private readonly places: MonitoredPlaces;

  /**
   * Declares monitors, alerts and dashboard.
   * @param scope where it belongs
   * @param id name of the construct
   * @param props the stack to watch
   */
  public constructor(scope: Construct, id: string, props: MetricsMonitoringProps = {}) {
    super(scope, id);
    this.component = new Component(this, 'metrics', props);
    this.options = props.options ?? {};
    const { stackName, namespaceName } = this.component;
    const agentNamespaceName = props.agentNamespaceName ?? `${stackName}-agents`;
    this.places = {
      namespaceName,
      agentNamespaceName: checkDnsLabel(this, 'namespace', agentNamespaceName),
    };
    for (const labels of [this.options.monitorLabels, this.options.dashboardLabels]) {
      checkMetadataKeys(this, 'label', labels);
      checkLabelValues(this, labels);
    }
    const interval = intervalText(this, this.options.scrapeInterval);
    this.serviceMonitor = this.declareServiceMonitor(interval);
    this.podMonitor = this.declarePodMonitor(interval);
    if (this.options.alertRules ?? true) this.prometheusRule = this.declareRule();
    if (this.options.dashboard ?? true) this.dashboard = this.declareDashboard();
  }

  private declareServiceMonitor(interval: string): Manifest {
    const { stackName } = this.component;
    const spec = toJson_ServiceMonitorSpec({
      selector: { matchLabels: selectorLabels(stackName, 'aggregator') },
      namespaceSelector: { matchNames: [this.places.namespaceName] },
      endpoints: [FLUENTD_ENDPOINT, DETECTOR_ENDPOINT].map((port) => ({ port, path: PATH, interval })),
    });
    return this.custom('ServiceMonitor', ServiceMonitor.GVK, spec);
  }

  private declarePodMonitor(interval: string): Manifest {
    const [[stackLabel, stack] = ['', '']] = Object.entries(selectorLabels(this.component.stackName, ''));
    const operator = PodMonitorSpecSelectorMatchExpressionsOperator.IN;
    const spec = toJson_PodMonitorSpec({
      selector: {
        matchExpressions: [
          { key: stackLabel, operator, values: [stack] },
          { key: COMPONENT_LABEL, operator, values: ['audit-agent', 'node-agent'] },
        ],
      },
      namespaceSelector: { matchNames: [this.places.agentNamespaceName] },
      podMetricsEndpoints: [
        {
          port: FLUENTD_ENDPOINT,
          path: PATH,
          interval,
          relabelings: [{ sourceLabels: ['__meta_kubernetes_pod_node_name'], targetLabel: 'node' }],
        },
      ],
    });
    return this.custom('PodMonitor', PodMonitor.GVK, spec);
  }

  private declareRule(): Manifest {
    const groups = metricAlerts(this.places).map(({ name, alerts }) => ({
      name,
      rules: alerts.map((alert) => this.ruleOf(alert)),
    }));
    return this.custom('PrometheusRule', PrometheusRule.GVK, toJson_PrometheusRuleSpec({ groups }));
  }

  private ruleOf({ alert, expr, for: duration, severity, summary, runbook }: MetricAlert) {
    const { runbookUrl } = this.options;
    return {
      alert,
      expr,
      for: duration,
      labels: { severity, stack: this.component.stackName },
      annotations: {
        summary,
        description: runbook,
        ...(runbookUrl !== undefined && { runbook_url: `${runbookUrl}${alert}` }),
      },
    };
  }

  private declareDashboard(): Manifest {
    const { stackName, namespaceName } = this.component;
    const name = `${stackName}-pipeline`;
    const text = JSON.stringify(dashboardJson(name, { ...this.places, namespaceName }), null, 2);
    const manifest = configMap(this, 'Dashboard', {
      component: this.component,
      suffix: '-dashboard',
      data: () => ({ [`${name}.json`]: text }),
    });
    manifest.override({ metadata: { labels: this.options.dashboardLabels ?? DASHBOARD_LABELS } });
    return manifest;
  }

  private custom(id: string, kind: { apiVersion: string; kind: string }, spec: unknown): Manifest {
    const manifest = new Manifest(this, id, { ...kind, metadata: this.component.metadata(), spec });
    manifest.override({ metadata: { labels: { ...this.options.monitorLabels } } });
    return manifest;
  }
}

function intervalText(at: Construct, interval?: Duration): string {
  const seconds = interval?.toSeconds({ integral: false }) ?? 30;
  if (!Number.isInteger(seconds) || seconds < 5 || seconds > 300) {
    fail(
      at,
      `the scrape interval is ${seconds} seconds`,
      'give whole seconds from 5 to 300: the alerts look back 5 minutes',
    );
  }
  return `${seconds}s`;
}
