import { Construct } from 'constructs';
import { FLUENTD_PORTS } from '../../contract/detector-config';
import { NODE_NAME_VARIABLE } from '../../model/pipeline/agent-config';
import { checksum, configMap } from '../private/artifact';
import type { Component } from '../private/component';
import { CONFIG_FILE, CONFIG_FOLDER, fluentdContainer, STATE_FOLDER } from '../private/fluentd-container';
import { withPlugins } from '../private/fluentd-plugins';
import type { Manifest } from '../private/manifest';
import { ANY_POD, DNS_EGRESS, networkPolicy } from '../private/network-policy';
import type { TrafficRule } from '../private/network-policy';
import { serviceAccount } from '../private/objects';
import { configVolume, hostStateVolume, recursivelyReadOnly } from '../private/pod-parts';
import type { MountedVolume } from '../private/pod-parts';
import { nodeSelector, tolerations } from '../private/scheduling';
import type { WireObject } from '../private/strategic-merge';
import { PodWorkload } from '../private/workload';
import type { PodToleration } from './pod-scheduling';

/** @internal */
export interface FluentdAgentOptions {
  readonly component: Component;
  /** The text of `fluent.conf`. */
  readonly config: () => string;
  readonly image: string;
  readonly resources: WireObject;
  /** Beside the configuration and the state. */
  readonly volumes: readonly MountedVolume[];
  /** Folder of the node where positions and buffers are kept. */
  readonly stateDirectory: string;
  /** Root reads what belongs to root; the logs of other owners need `DAC_READ_SEARCH`. */
  readonly addedCapabilities: readonly string[];
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly affinity?: WireObject;
  /** Absent: all. */
  readonly tolerations?: readonly PodToleration[];
  readonly seLinuxType?: string;
  readonly priorityClassName: string;
  readonly aggregator: TrafficRule;
}

/** Fluentd on every node of a kind: a DaemonSet and what belongs to it. */
export class FluentdAgent extends Construct {
  /** @internal */
  public static _of(scope: Construct, id: string, options: FluentdAgentOptions): FluentdAgent {
    return new FluentdAgent(scope, id, options);
  }

  /** Identity of the pods: no token, no role. */
  public readonly serviceAccount: Manifest;
  /** ConfigMap with `fluent.conf`. */
  public readonly configMap: Manifest;
  /** Denies the pods everything but what they need. */
  public readonly networkPolicy: Manifest;
  /** The pods. */
  public readonly daemonSet: PodWorkload;

  private constructor(
    scope: Construct,
    id: string,
    private readonly options: FluentdAgentOptions,
  ) {
    super(scope, id);
    const { component, aggregator } = options;
    this.serviceAccount = serviceAccount(this, 'ServiceAccount', component);
    this.configMap = configMap(this, 'Config', { component, data: () => this.renderFiles() });
    this.networkPolicy = networkPolicy(this, 'NetworkPolicy', {
      component,
      ingress: () => [{ ports: [FLUENTD_PORTS.metrics], peers: [ANY_POD] }],
      egress: () => [DNS_EGRESS, aggregator],
    });
    this.daemonSet = PodWorkload._of(this, 'Resource', {
      kind: 'DaemonSet',
      component,
      spec: {
        minReadySeconds: 10,
        revisionHistoryLimit: 3,
        // Two pods of one node would share positions and buffers, so none may start before the other has ended.
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '10%', maxSurge: 0 } },
      },
      podSpec: () => this.renderPodSpec(),
      podAnnotations: () => ({ 'checksum/fluentd': checksum(this.renderFiles()) }),
    });
  }

  private renderFiles(): Record<string, string> {
    return withPlugins({ [CONFIG_FILE]: this.options.config() });
  }

  private renderPodSpec(): WireObject {
    const { component, affinity, priorityClassName } = this.options;
    const pullSecrets = component.imagePullSecrets.map((name) => ({ name }));
    const volumes = this.volumes();
    return {
      serviceAccountName: this.serviceAccount.name,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      ...(pullSecrets.length > 0 && { imagePullSecrets: pullSecrets }),
      priorityClassName,
      nodeSelector: nodeSelector(this, this.options.nodeSelector),
      ...(affinity !== undefined && { affinity }),
      tolerations: tolerations(this, this.options.tolerations ?? [{}]),
      terminationGracePeriodSeconds: 60,
      securityContext: this.podSecurity(),
      containers: [this.renderContainer(volumes)],
      volumes: volumes.map(({ volume }) => volume),
    };
  }

  private volumes(): MountedVolume[] {
    const { component, stateDirectory } = this.options;
    const volumes = [
      configVolume('fluentd-config', this.configMap.name, CONFIG_FOLDER),
      hostStateVolume('fluentd-state', stateDirectory, STATE_FOLDER),
      ...this.options.volumes,
    ];
    return component.version.has('recursiveReadOnly') ? volumes.map(recursivelyReadOnly) : volumes;
  }

  /** The node's logs belong to root, and a capability does not help another user: Kubernetes sets no ambient ones. */
  private podSecurity(): WireObject {
    const { seLinuxType } = this.options;
    return {
      runAsUser: 0,
      runAsGroup: 0,
      seccompProfile: { type: 'RuntimeDefault' },
      ...(seLinuxType !== undefined && { seLinuxOptions: { type: seLinuxType } }),
    };
  }

  private renderContainer(volumes: readonly MountedVolume[]): WireObject {
    const { image, resources, addedCapabilities } = this.options;
    return fluentdContainer({
      image,
      volumes,
      environment: [{ name: NODE_NAME_VARIABLE, valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
      resources,
      isStateShared: false,
      takesForward: false,
      addedCapabilities,
    });
  }
}
