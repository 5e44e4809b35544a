import { posix } from 'node:path';
import { Construct } from 'constructs';
import { FLUENTD_PORTS } from '../../contract/detector-config';
import { renderAuditAgent, renderNodeAgent } from '../../model/pipeline/agent-config';
import type { AgentOptions } from '../../model/pipeline/agent-config';
import type { ComponentProps } from '../component-props';
import type { ContainerResources } from '../container-resources';
import { Component } from '../private/component';
import { STATE_FOLDER } from '../private/fluentd-container';
import { checkHostPath, HostLogins } from '../private/host-logs';
import type { Manifest } from '../private/manifest';
import { checkDnsLabel, checkObjectName } from '../private/names';
import { componentPeer } from '../private/network-policy';
import type { TrafficRule } from '../private/network-policy';
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
import { ContainerRuntime, HostAuth } from './node-logs';
import { TransportSecurity } from './transport-security';
import type { TransportEnd } from './transport-security';

/** Properties of `FluentdCollector`. */
export interface FluentdCollectorProps extends ComponentProps, CollectorOptions {
  /** Name of the cluster, written into every record. */
  readonly clusterName: string;

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

const NODE_LOGS = '/var/log/pods';
const DOCKER_LOGS = '/var/lib/docker/containers';

/**
 * Reads logs on the nodes and hands them to the aggregator: one agent everywhere, for pods and logins of the host, and
 * one where an API server writes its audit log, the only one that sees it.
 */
export class FluentdCollector extends Construct {
  /** Reads pod logs and logins of the host, on every node. */
  public readonly nodeAgent: FluentdAgent;
  /** Reads the audit log, on the nodes that have one. */
  public readonly auditAgent?: FluentdAgent;
  /** Priority class of the agents, when it is the stack's own. */
  public readonly priorityClass?: Manifest;

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
    this.nodeAgent = this.addNodeAgent();
    if (props.auditAgent ?? true) this.auditAgent = this.addAuditAgent();
    this.node.defaultChild = this.nodeAgent;
  }

  private addNodeAgent(): FluentdAgent {
    const { containerRuntime = ContainerRuntime.CONTAINERD, hostAuth = HostAuth.JOURNAL } = this.props;
    const logins = new HostLogins(this, hostAuth);
    const volumes = [hostVolume('pod-logs', NODE_LOGS, 'Directory'), ...logins.volumes];
    // Below /var/log/pods, Docker has only links to where its files are.
    if (containerRuntime === ContainerRuntime.DOCKER) volumes.push(hostVolume('docker-logs', DOCKER_LOGS, 'Directory'));
    const render = rendered(renderNodeAgent);
    const config = (): string =>
      render({
        ...this.agentOptions(),
        containerRuntime,
        podLogDirectory: NODE_LOGS,
        excludedNamespaces: this.excludedNamespaces(),
        hostAuth: logins.source,
      });
    return this.addAgent('NodeAgent', { component: this.component('node-agent'), config, volumes, ...logins.rights });
  }

  private addAuditAgent(): FluentdAgent {
    const { auditLogPath = '/var/log/kubernetes/audit/audit.log', auditNodeSelector } = this.props;
    const directory = posix.dirname(checkHostPath(this, 'audit log path', auditLogPath));
    if (posix.dirname(directory) === '/' || directory === '/var/log') {
      const remedy = 'write the audit log to a directory of its own, such as /var/log/kubernetes/audit';
      fail(this, `the audit agent would see all of '${directory}'`, remedy);
    }
    const render = rendered(renderAuditAgent);
    return this.addAgent('AuditAgent', {
      component: this.component('audit-agent'),
      config: () => render({ ...this.agentOptions(), auditLogFile: auditLogPath }),
      volumes: [hostVolume('audit-logs', directory, 'DirectoryOrCreate')],
      addedCapabilities: [],
      ...(auditNodeSelector === undefined ? { affinity: CONTROL_PLANE } : { nodeSelector: auditNodeSelector }),
    });
  }

  private addAgent(id: string, agent: AgentParts): FluentdAgent {
    const { seLinuxType, agentResources } = this.props;
    const { stackName, component } = agent.component;
    const stateDirectory = this.props.stateDirectory ?? `/var/lib/${stackName}`;
    return FluentdAgent._of(this, id, {
      ...agent,
      volumes: [...agent.volumes, ...this._transport.volumes],
      image: this._image,
      resources: resources(this, agentResources, AGENT_RESOURCES),
      stateDirectory: `${checkHostPath(this, 'state directory', stateDirectory)}/${component}`,
      ...(seLinuxType !== undefined && { seLinuxType }),
      priorityClassName: this.props.priorityClassName ?? `${stackName}-collector`,
      aggregator: this.aggregatorEgress(),
    });
  }

  private component(name: string): Component {
    return new Component(this, name, this.props, '-agents');
  }

  private agentOptions(): AgentOptions {
    const { clusterName, aggregatorHost, agentBufferSize = '1Gi' } = this.props;
    const { stackName } = this.component('aggregator');
    return {
      cluster: clusterName,
      aggregator: {
        host: aggregatorHost ?? `${stackName}-aggregator.${this.aggregatorNamespace()}.svc`,
        port: this.aggregatorPort(),
      },
      transport: this._transport.transport,
      stateDirectory: STATE_FOLDER,
      bufferBytes: quantity(this, 'agent buffer size', agentBufferSize),
    };
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
  private excludedNamespaces(): string[] {
    const own = [this.component('collector').namespaceName, this.aggregatorNamespace()];
    const named = (this.props.excludedNamespaces ?? []).map((name) =>
      checkObjectName(this, 'excluded namespace', name),
    );
    return [...new Set([...own, ...named])].sort();
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
