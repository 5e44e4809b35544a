import type { ForwardTarget, Transport } from './forward-transport';

export interface AgentOptions {
  /** Name of the cluster, written into every record. */
  readonly cluster: string;
  readonly aggregator: ForwardTarget;
  readonly transport: Transport;
  /** Positions, buffers and backups of chunks; writable and kept over restarts. */
  readonly stateDirectory: string;
  /** What may wait for the aggregator, in bytes; beyond it reading pauses. */
  readonly bufferBytes?: number;
}

/** Where logins of the host are read. */
export type HostAuthSource =
  | {
      readonly kind: 'journal';
      /** For example `/var/log/journal` and `/run/log/journal`. */ readonly directories: readonly string[];
    }
  | {
      readonly kind: 'file';
      /** For example `/var/log/auth.log` and `/var/log/secure`. */ readonly files: readonly string[];
    }
  | { readonly kind: 'none' };

export interface NodeAgentOptions extends AgentOptions {
  readonly containerRuntime: 'containerd' | 'docker';
  /** `/var/log/pods`, as mounted. */
  readonly podLogDirectory: string;
  /** Namespaces whose pods are not read: our own, or their logs would feed themselves. */
  readonly excludedNamespaces: readonly string[];
  readonly hostAuth: HostAuthSource;
}

export interface AuditAgentOptions extends AgentOptions {
  /** The API server's `--audit-log-path`, as mounted; rotated files beside it are read too. */
  readonly auditLogFile: string;
}
