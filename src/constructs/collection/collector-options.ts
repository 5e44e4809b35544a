import type { ContainerResources } from '../container-resources';
import type { FluentdImage } from './fluentd-image';
import type { ContainerRuntime, HostAuth } from './node-logs';

/** What is read on the nodes, and what that may take. */
export interface CollectorOptions {
  /**
   * Where logins of the host are read.
   * @default HostAuth.JOURNAL
   */
  readonly hostAuth?: HostAuth;

  /**
   * What runs the containers of the nodes.
   * @default ContainerRuntime.CONTAINERD
   */
  readonly containerRuntime?: ContainerRuntime;

  /**
   * Whether the control plane has an audit log in a file; managed clusters have none.
   * @default true
   */
  readonly auditAgent?: boolean;

  /**
   * File that the API server writes, as in its flag `--audit-log-path`. Its directory is mounted, for rotated files.
   * @default '/var/log/kubernetes/audit/audit.log'
   */
  readonly auditLogPath?: string;

  /**
   * Labels of the nodes that have an audit log.
   * @default - every node with the label `node-role.kubernetes.io/control-plane`, whatever its value
   */
  readonly auditNodeSelector?: { [key: string]: string };

  /**
   * Namespaces whose pod logs are not read, beside those of the stack itself.
   * @default - none
   */
  readonly excludedNamespaces?: string[];

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
