import { posix } from 'node:path';
import { Construct } from 'constructs';
import { FLUENTD_PORTS } from '../../contract/detector-config';
import { renderAuditAgent, renderNodeAgent } from '../../model/pipeline/agent-config';
import type { AgentOptions } from '../../model/pipeline/agent-config';
import type { ForwardTarget } from '../../model/pipeline/forward-transport';
import type { ComponentProps } from '../component-props';
import type { ContainerResources } from '../container-resources';
import { podHosts } from '../private/aggregator-pods';
import { Component } from '../private/component';
import { STATE_FOLDER } from '../private/fluentd-container';
import { checkHostPath } from '../private/log-files';
import type { Manifest } from '../private/manifest';
import { checkDnsLabel } from '../private/names';
import { componentPeer } from '../private/network-policy';
import type { TrafficRule } from '../private/network-policy';
import { nodeSources } from '../private/node-sources';
import { priorityClass } from '../private/objects';
import { hostVolume } from '../private/pod-parts';
import type { MountedVolume } from '../private/pod-parts';
import { quantity, resources } from '../private/quantity';
import { rendered } from '../private/rendered';
import type { WireObject } from '../private/strategic-merge';
import { fail } from '../private/validate';
import type { CollectorOptions } from './collector-options';
import { FluentdAgent } from './fluentd-agent';
import { FluentdImage } from './fluentd-image';
import { LogSource } from './log-source';
import type { LogSourceChoice } from './log-source';
import type { KubernetesAuditOptions } from './log-source-options';
import { ContainerRuntime } from './node-logs';
import { TransportSecurity } from './transport-security';
import type { TransportEnd } from './transport-security';

/** Properties of `FluentdCollector`. */
export interface FluentdCollectorProps extends ComponentProps, CollectorOptions {
  /** Name of the cluster, written into every record. */
  readonly clusterName: string;

  /**
   * File that the API server writes, for `LogSource.kubernetesAudit()` that names none.
   * @default '/var/log/kubernetes/audit/audit.log'
   */
  readonly auditLogPath?: string;

  /**
   * Namespace of the aggregator.
   * @default - the name of the stack
   */
  readonly aggregatorNamespace?: string;

  /**
   * Host name of an aggregator that is not part of this stack.
   * @default - the Service of the stack's aggregator
   */
  readonly aggregatorHost?: string;

  /**
   * Whether the stack's aggregator has a second pod that stands by.
   * @default false
   */
  readonly standby?: boolean;

  /**
   * Port of the aggregator.
   * @default 24224
   */
  readonly aggregatorPort?: number;

  /**
   * How agents and aggregator trust each other.
   * @default TransportSecurity.existing()
   */
  readonly transport?: TransportSecurity;
}

/** Above ordinary workloads, below what Kubernetes itself needs. */
const PRIORITY = 1_000_000;

/**
 * Reads logs on the nodes and hands them to the aggregator: one agent everywhere, for pods and logins of the host, and
 * one where an API server writes its audit log, the only one that sees it.
 */
export class FluentdCollector extends Construct {
  /** Reads pod logs and files of the host, on every node; absent when no source is there. */
  public readonly nodeAgent?: FluentdAgent;
  /** Reads the audit log, on the nodes that have one; absent when it is no source. */
  public readonly auditAgent?: FluentdAgent;
  /** Priority class of the agents, when it is the stack's own. */
  public readonly priorityClass?: Manifest;

  private readonly _choices: readonly LogSourceChoice[];
  private readonly _image: string;
  private readonly _transport: TransportEnd;

  /**
   * Declares the agents.
   * @param scope where they belong
   * @param id name of the construct
   * @param props what is read, and where it goes
   */
  public constructor(
    scope: Construct,
    id: string,
    private readonly props: FluentdCollectorProps,
  ) {
    super(scope, id);
    if (props.clusterName.trim() === '') fail(this, 'the cluster has no name', "give 'clusterName'");
    const component = this.component('collector');
    const transport = props.transport ?? TransportSecurity.existing();
    this._transport = transport._bind(this, component, [`${component.name}.${component.namespaceName}`]);
    const image = props.fluentdImage ?? FluentdImage.published();
    this._image = image._pulledBy(component, this, []);
    if (props.priorityClassName === undefined) {
      this.priorityClass = priorityClass(this, 'PriorityClass', component, PRIORITY);
    }
    const sources = props.sources ?? [LogSource.containers(), LogSource.hostAuth(), LogSource.kubernetesAudit()];
    this._choices = sources.map((source) => source._toChoice());
    const nodeAgent = this.addNodeAgent();
    const auditAgent = this.addAuditAgent();
    if (nodeAgent !== undefined) this.nodeAgent = nodeAgent;
    if (auditAgent !== undefined) this.auditAgent = auditAgent;
    const main = nodeAgent ?? auditAgent;
    if (main !== undefined) this.node.defaultChild = main;
  }

  private addNodeAgent(): FluentdAgent | undefined {
    const choices = this._choices.filter((choice) => choice.place === 'node-agent');
    if (choices.length === 0) return undefined;
    const audit = this.auditSource();
    const sources = nodeSources(this, choices, {
      runtime: this.props.containerRuntime ?? ContainerRuntime.CONTAINERD,
      ownNamespaces: this.ownNamespaces(),
      closedDirectories: [this.stateRoot(), ...(audit === undefined ? [] : [posix.dirname(this.auditLogFile(audit))])],
    });
    const { nodeSelector } = this.props;
    const render = rendered(renderNodeAgent);
    return this.addAgent('NodeAgent', {
      component: this.component('node-agent'),
      config: () => render({ ...this.agentOptions(), ...sources.options }),
      volumes: sources.volumes,
      addedCapabilities: sources.addedCapabilities,
      ...(nodeSelector !== undefined && { nodeSelector }),
    });
  }

  private addAuditAgent(): FluentdAgent | undefined {
    const audit = this.auditSource();
    if (audit === undefined) return undefined;
    const auditLogFile = this.auditLogFile(audit);
    const directory = posix.dirname(auditLogFile);
    if (posix.dirname(directory) === '/' || directory === '/var/log') {
      const remedy = 'write the audit log to a directory of its own, such as /var/log/kubernetes/audit';
      fail(this, `the audit agent would see all of '${directory}'`, remedy);
    }
    const render = rendered(renderAuditAgent);
    return this.addAgent('AuditAgent', {
      component: this.component('audit-agent'),
      config: () => render({ ...this.agentOptions(), auditLogFile }),
      volumes: [hostVolume('audit-logs', directory, 'DirectoryOrCreate')],
      addedCapabilities: [],
      ...(audit.nodeSelector === undefined ? { affinity: CONTROL_PLANE } : { nodeSelector: audit.nodeSelector }),
    });
  }

  private auditSource(): KubernetesAuditOptions | undefined {
    const [first, second] = this._choices.filter((choice) => choice.place === 'audit-agent');
    if (second !== undefined) fail(this, 'two sources are the audit log', 'an API server writes one: leave one out');
    return first?.options;
  }

  private auditLogFile({ path }: KubernetesAuditOptions): string {
    const { auditLogPath = '/var/log/kubernetes/audit/audit.log' } = this.props;
    return checkHostPath(this, 'audit log path', path ?? auditLogPath);
  }

  private addAgent(id: string, agent: AgentParts): FluentdAgent {
    const { seLinuxType, agentResources, tolerations } = this.props;
    const { stackName, component } = agent.component;
    return FluentdAgent._of(this, id, {
      ...agent,
      volumes: [...agent.volumes, ...this._transport.volumes],
      image: this._image,
      resources: resources(this, agentResources, AGENT_RESOURCES),
      stateDirectory: `${this.stateRoot()}/${component}`,
      ...(seLinuxType !== undefined && { seLinuxType }),
      ...(tolerations !== undefined && { tolerations }),
      priorityClassName: this.props.priorityClassName ?? `${stackName}-collector`,
      aggregator: this.aggregatorEgress(),
    });
  }

  private stateRoot(): string {
    const { stackName } = this.component('collector');
    return checkHostPath(this, 'state directory', this.props.stateDirectory ?? `/var/lib/${stackName}`);
  }

  private component(name: string): Component {
    return new Component(this, name, this.props, '-agents');
  }

  private agentOptions(): AgentOptions {
    const { clusterName, agentBufferSize = '1Gi' } = this.props;
    return {
      cluster: clusterName,
      aggregator: { ...this.aggregatorHosts(), port: this.aggregatorPort() },
      transport: this._transport.transport,
      stateDirectory: STATE_FOLDER,
      bufferBytes: quantity(this, 'agent buffer size', agentBufferSize),
    };
  }

  /** Of two pods each is named: behind a Service the stream would be split between them. */
  private aggregatorHosts(): Pick<ForwardTarget, 'host' | 'standbyHost'> {
    const { aggregatorHost, standby = false } = this.props;
    const name = `${this.component('aggregator').stackName}-aggregator`;
    if (!standby) return { host: aggregatorHost ?? `${name}.${this.aggregatorNamespace()}.svc` };
    if (aggregatorHost !== undefined) {
      const problem = `a standby beside the host '${aggregatorHost}', which is not the stack's`;
      fail(this, problem, "leave out 'standby' or 'aggregatorHost'");
    }
    const [host, standbyHost] = podHosts(name, this.aggregatorNamespace());
    return { host, standbyHost };
  }

  private aggregatorEgress(): TrafficRule {
    const { stackName } = this.component('aggregator');
    const ports = [this.aggregatorPort()];
    if (this.props.aggregatorHost !== undefined) return { ports };
    return { ports, peers: [componentPeer(stackName, 'aggregator', this.aggregatorNamespace())] };
  }

  private aggregatorNamespace(): string {
    const name = this.props.aggregatorNamespace ?? this.component('aggregator').stackName;
    return checkDnsLabel(this, 'namespace of the aggregator', name);
  }

  private aggregatorPort(): number {
    return this.props.aggregatorPort ?? FLUENTD_PORTS.forward;
  }

  /** Ours among them: what Fluentd says about a record would become the next record. */
  private ownNamespaces(): string[] {
    return [...new Set([this.component('collector').namespaceName, this.aggregatorNamespace()])].sort();
  }
}

interface AgentParts {
  readonly component: Component;
  readonly config: () => string;
  readonly volumes: readonly MountedVolume[];
  readonly addedCapabilities: readonly string[];
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly affinity?: WireObject;
}

/** Whatever the value of the label: kubeadm leaves it empty, k3s and RKE2 write `true`. */
const CONTROL_PLANE: WireObject = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchExpressions: [{ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists' }] }],
    },
  },
};

const AGENT_RESOURCES: ContainerResources = {
  cpuRequest: '100m',
  memoryRequest: '200Mi',
  memoryLimit: '512Mi',
  ephemeralStorageRequest: '64Mi',
  ephemeralStorageLimit: '512Mi',
};
