import { Construct } from 'constructs';

import { checkRulesAgainstShipping } from '../analysis/shipping-seam';
import { renderDiagnostic } from '../rule';
import { AuditPolicy } from './audit/audit-policy';
import type { AuditPolicyProps } from './audit/audit-policy';
import type { AggregatorOperationProps } from './collection/aggregator-operation';
import type { CollectorOptions } from './collection/collector-options';
import { FluentdCollector } from './collection/fluentd-collector';
import type { FluentdImage } from './collection/fluentd-image';
import { TransportSecurity } from './collection/transport-security';
import type { ContainerResources } from './container-resources';
import type { ISiemDestination } from './destinations/destination';
import type { ShippingOptions } from './destinations/shipping-options';
import { SiemConnection } from './destinations/siem-connection';
import type { DetectionProps } from './detection/detection-props';
import { Detector } from './detection/detector';
import type { HostFile, IHostFiles } from './host-files';
import { MetricsMonitoring } from './monitoring/metrics-monitoring';
import type { MonitoringOptions } from './monitoring/monitoring-options';
import { Component } from './private/component';
import { addSyncWaves } from './private/sync-waves';
import { addWarning, warningsBelow } from './private/warnings';
import { StackNamespaces } from './stack-namespaces';

/** Properties of `SecurityMonitoring`. */
export interface SecurityMonitoringProps extends DetectionProps, AggregatorOperationProps {
  /** Where records and alerts are shipped, the most important first. */
  readonly destinations: ISiemDestination[];

  /**
   * What is left out or made unreadable on the way to the destinations.
   * @default - nothing: records go as they were collected
   */
  readonly shipping?: ShippingOptions;

  /**
   * Records a second that are expected of the whole cluster; says how long the buffers last.
   * @default 100
   */
  readonly expectedRecordsPerSecond?: number;

  /**
   * Bytes of a record, on average.
   * @default 1000
   */
  readonly averageRecordBytes?: number;

  /**
   * What the API server records.
   * @default - the baseline: every write that grants power with its body, everything else without, noise left out
   */
  readonly auditPolicy?: AuditPolicyProps;

  /**
   * What is read on the nodes, and what that may take.
   * @default - pods, logins in the journal, and the audit log of the control plane
   */
  readonly collection?: CollectorOptions;

  /**
   * How agents and aggregator trust each other.
   * @default TransportSecurity.existing()
   */
  readonly transport?: TransportSecurity;

  /**
   * Namespace of everything but the agents.
   * @default - the name of the stack
   */
  readonly namespaceName?: string;

  /**
   * Namespace of the agents, which read files of the node.
   * @default - '<stack>-agents'
   */
  readonly agentNamespaceName?: string;

  /**
   * Whether the namespaces are part of the manifests.
   * @default true
   */
  readonly createNamespaces?: boolean;

  /**
   * Image of the aggregator's Fluentd.
   * @default - the published image with the clients that the destinations need
   */
  readonly aggregatorImage?: FluentdImage;

  /**
   * What the aggregator's Fluentd asks for and may use.
   * @default - 250m CPU and 512Mi memory, at most 2 CPUs and 1Gi, and the disk that its buffers need
   */
  readonly aggregatorResources?: ContainerResources;

  /**
   * Addresses that the aggregator may reach at the destinations' ports, in CIDR notation.
   * @default - any
   */
  readonly egressCidrs?: string[];

  /**
   * TCP ports that the aggregator may reach beside those of the endpoints, such as the target port of a Service in the
   * cluster: a network policy sees the pods behind it.
   * @default - none
   */
  readonly egressPorts?: number[];

  /**
   * Monitors and alerts for Prometheus, and a dashboard for Grafana. Needs the definitions of the Prometheus Operator.
   * @default - none
   */
  readonly monitoring?: MonitoringOptions;

  /**
   * Whether objects carry sync waves, by which Argo CD applies them in order.
   * @default false
   */
  readonly argoCdSyncWaves?: boolean;
}

/**
 * Security monitoring of one cluster: log collection, the audit policy, the connection to the SIEM, and detection,
 * checked against each other. What does not fit together stops synth, with the line and what to do.
 */
export class SecurityMonitoring extends Construct implements IHostFiles {
  /** The namespaces, when they are part of the manifests. */
  public readonly namespaces?: StackNamespaces;
  /** The agents on the nodes. */
  public readonly collector: FluentdCollector;
  /** What the API server records. */
  public readonly auditPolicy: AuditPolicy;
  /** The destinations. */
  public readonly connection: SiemConnection;
  /** Aggregator and detector. */
  public readonly detector: Detector;
  /** Monitors, alerts and dashboard, when they were asked for. */
  public readonly monitoring?: MetricsMonitoring;

  /**
   * Declares the whole stack.
   * @param scope where it belongs: a chart of its own is best
   * @param id name of the construct
   * @param props cluster, destinations and rules
   */
  public constructor(scope: Construct, id: string, props: SecurityMonitoringProps) {
    super(scope, id);
    const { namespaceName, stackName } = new Component(this, 'stack', props);
    const agentNamespaceName = props.agentNamespaceName ?? `${stackName}-agents`;
    const transport = props.transport ?? TransportSecurity.existing();
    const whole = { ...props, namespaceName, agentNamespaceName, transport };
    if (props.createNamespaces ?? true) this.namespaces = new StackNamespaces(this, 'Namespaces', whole);
    this.auditPolicy = new AuditPolicy(this, 'AuditPolicy', {
      ...(props.kubernetesVersion !== undefined && { kubernetesVersion: props.kubernetesVersion }),
      ...props.auditPolicy,
    });
    this.connection = new SiemConnection(this, 'Connection', whole);
    this.collector = new FluentdCollector(this, 'Collector', {
      ...whole,
      auditLogPath: this.auditPolicy.auditLogPath,
      ...props.collection,
      namespaceName: agentNamespaceName,
      aggregatorNamespace: namespaceName,
    });
    this.detector = new Detector(this, 'Detector', {
      ...whole,
      connection: this.connection,
      ...(props.collection?.sources !== undefined && { sources: props.collection.sources }),
      ...(props.aggregatorImage !== undefined && { fluentdImage: props.aggregatorImage }),
    });
    if (props.monitoring !== undefined) {
      this.monitoring = new MetricsMonitoring(this, 'Monitoring', { ...whole, options: props.monitoring });
    }
    this.checkSeams();
    if (props.argoCdSyncWaves ?? false) addSyncWaves(this);
  }

  /** What belongs on the nodes instead of into the cluster: write it with `writeHostFiles()`. */
  public get hostFiles(): HostFile[] {
    return this.auditPolicy.hostFiles;
  }

  /** What a reader should know and nothing stops for, each with the construct it is about. */
  public get warnings(): string[] {
    return warningsBelow(this);
  }

  /** What is good to know and nothing to mend, a sentence each: how long buffers last, and what is not shipped. */
  public get notes(): string[] {
    return this.connection.notes;
  }

  /** Each rule against what the API server records, and against what is left out before detection. */
  private checkSeams(): void {
    const rules = this.detector.sidecar.ruleSet._toRuleSet();
    const { shipping = {}, isShippingBeforeDetection = false } = this.connection._shipping();
    const problems = [
      ...this.auditPolicy._checkRules(rules),
      ...(isShippingBeforeDetection ? checkRulesAgainstShipping(rules, shipping) : []),
    ];
    const errors = problems.filter(({ severity }) => severity === 'error');
    this.node.addValidation({ validate: () => errors.map((error) => `\n${renderDiagnostic(error)}`) });
    for (const problem of problems) {
      if (problem.severity !== 'error') addWarning(this, `\n${renderDiagnostic(problem)}`);
    }
  }
}
