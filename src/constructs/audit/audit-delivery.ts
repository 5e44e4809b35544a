import { posix } from 'node:path';
import type { IConstruct } from 'constructs';
import type { KubeadmAudit } from '../../model/audit-policy/kubeadm';
import { kubeadmConfiguration } from '../../model/audit-policy/kubeadm';
import { kubeadmGuide } from '../../model/audit-policy/kubeadm-guide';
import type { HostFile } from '../host-files';
import { checkHostPath } from '../private/log-files';
import { fail } from '../private/validate';

/** How kubeadm sets up the audit log of the API server. */
export interface KubeadmDeliveryOptions {
  /**
   * Directory of the policy on every control-plane node. It has to exist there, with the policy in it, before the API
   * server starts.
   * @default '/etc/kubernetes/audit'
   */
  readonly policyDirectory?: string;

  /**
   * File that the API server writes.
   * @default '/var/log/kubernetes/audit/audit.log'
   */
  readonly logPath?: string;

  /**
   * Days that a rotated file is kept at most.
   * @default 30
   */
  readonly logMaxAgeDays?: number;

  /**
   * Rotated files that are kept at most.
   * @default 10
   */
  readonly logMaxBackups?: number;

  /**
   * Size at which the file is rotated, in megabytes.
   * @default 100
   */
  readonly logMaxSizeMb?: number;
}

/** How the audit policy reaches the API server: always as files, never as an object of the Kubernetes API. */
export class AuditDelivery {
  /**
   * Files for a cluster that kubeadm set up: the ClusterConfiguration in the form of its version, and what to do.
   * @param options paths and rotation
   */
  public static kubeadm(options: KubeadmDeliveryOptions = {}): AuditDelivery {
    return new AuditDelivery(options);
  }

  private constructor(private readonly options: KubeadmDeliveryOptions) {}

  /** @internal */
  public _logPath(at: IConstruct): string {
    return checkHostPath(at, 'audit log path', this.options.logPath ?? '/var/log/kubernetes/audit/audit.log');
  }

  /** @internal */
  public _toHostFiles(at: IConstruct, policyFileName: string, kubernetesVersion: string): HostFile[] {
    const audit = this.kubeadmAudit(at, policyFileName);
    return [
      { path: CONFIGURATION_FILE, text: kubeadmConfiguration(audit, kubernetesVersion) },
      { path: 'README.md', text: kubeadmGuide(audit, CONFIGURATION_FILE, kubernetesVersion) },
    ];
  }

  private kubeadmAudit(at: IConstruct, policyFileName: string): KubeadmAudit {
    const { policyDirectory = '/etc/kubernetes/audit', logMaxAgeDays, logMaxBackups, logMaxSizeMb } = this.options;
    const logPath = this._logPath(at);
    const directory = posix.dirname(logPath);
    if (directory === '/') {
      fail(at, `the audit log '${logPath}' lies in the root directory`, 'give it a directory of its own');
    }
    return {
      policyDirectory: checkHostPath(at, 'policy directory', policyDirectory),
      policyFileName,
      logPath,
      logMaxAgeDays: checkCount(at, 'logMaxAgeDays', logMaxAgeDays ?? 30),
      logMaxBackups: checkCount(at, 'logMaxBackups', logMaxBackups ?? 10),
      logMaxSizeMb: checkCount(at, 'logMaxSizeMb', logMaxSizeMb ?? 100),
    };
  }
}

const CONFIGURATION_FILE = 'kubeadm-cluster-configuration.yaml';

/** Zero means something else to each version of the API server, and never what one would think. */
function checkCount(at: IConstruct, name: string, value: number): number {
  if (!Number.isInteger(value) || value < 1) {
    fail(at, `${name} is ${value}`, 'give a whole number of at least 1');
  }
  return value;
}
