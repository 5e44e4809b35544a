import type { ContainerResources } from '../container-resources';
import type { FluentdImage } from './fluentd-image';
import type { LogSource } from './log-source';
import type { ContainerRuntime } from './node-logs';
import type { PodToleration } from './pod-scheduling';

/** What is read on the nodes, and what that may take. */
export interface CollectorOptions {
  /**
   * What is read.
   * @default - containers, logins of the host from the journal, and the audit log of the control plane
   */
  readonly sources?: LogSource[];

  /**
   * What runs the containers of the nodes.
   * @default ContainerRuntime.CONTAINERD
   */
  readonly containerRuntime?: ContainerRuntime;

  /**
   * Image of Fluentd.
   * @default - the published image without further clients
   */
  readonly fluentdImage?: FluentdImage;

  /**
   * What the container of each agent asks for and may use.
   * @default - 100m CPU and 200Mi memory, at most 512Mi memory
   */
  readonly agentResources?: ContainerResources;

  /**
   * What each agent may keep on its node while the aggregator does not take records, as a Kubernetes quantity; beyond
   * it reading pauses.
   * @default '1Gi'
   */
  readonly agentBufferSize?: string;

  /**
   * Directory of the nodes where positions and buffers are kept.
   * @default - '/var/lib/<stack>'
   */
  readonly stateDirectory?: string;

  /**
   * Labels of the nodes that pods and hosts are read on, beside `kubernetes.io/os: linux`.
   * @default - every Linux node
   */
  readonly nodeSelector?: { [key: string]: string };

  /**
   * Taints that the agents tolerate. On a node with another taint nothing is read.
   * @default - all
   */
  readonly tolerations?: PodToleration[];

  /**
   * Priority class of the agents, which has to exist.
   * @default - a class of the stack's own, above ordinary workloads
   */
  readonly priorityClassName?: string;

  /**
   * SELinux type of the agents, for nodes that enforce SELinux: `spc_t`.
   * @default - the runtime's
   */
  readonly seLinuxType?: string;
}
