/** What kubeadm has to be told so that the API server audits: flags and mounts, in the form its version reads. */
import { minorOf } from '../kubernetes-version';
import { yamlScalar } from './yaml-scalar';

export interface KubeadmAudit {
  /** Directory of the policy on each control-plane node, without a slash at the end. */
  readonly policyDirectory: string;
  readonly policyFileName: string;
  /** The live log file. */
  readonly logPath: string;
  /** Days a rotated file is kept at most. */
  readonly logMaxAgeDays: number;
  /** Rotated files that are kept at most. */
  readonly logMaxBackups: number;
  /** Size at which the live file is rotated, in megabytes. */
  readonly logMaxSizeMb: number;
}

/** The first minor version whose kubeadm reads v1beta4, in which extraArgs became a list. */
const LIST_FORM_MINOR = 31;

/** A ClusterConfiguration with nothing but the audit part of the API server; LF, one at the end. */
export function kubeadmConfiguration(audit: KubeadmAudit, kubernetesVersion: string): string {
  const isList = (minorOf(kubernetesVersion) ?? 0) >= LIST_FORM_MINOR;
  const flags = flagsOf(audit);
  const lines = [
    '# For kubeadm: merge into the ClusterConfiguration. It is no object of the Kubernetes API.',
    `apiVersion: kubeadm.k8s.io/${isList ? 'v1beta4' : 'v1beta3'}`,
    'kind: ClusterConfiguration',
    'apiServer:',
    '  extraArgs:',
    ...flags.flatMap(([name, value]) =>
      isList ? [`  - name: ${name}`, `    value: ${yamlScalar(value)}`] : [`    ${name}: ${yamlScalar(value)}`],
    ),
    '  extraVolumes:',
    ...volume('audit-policy', audit.policyDirectory, ['readOnly: true', 'pathType: Directory']),
    ...volume('audit-log', directoryOf(audit.logPath), ['pathType: DirectoryOrCreate']),
  ];
  return `${lines.join('\n')}\n`;
}

function flagsOf(audit: KubeadmAudit): [name: string, value: string][] {
  return [
    ['audit-policy-file', `${audit.policyDirectory}/${audit.policyFileName}`],
    ['audit-log-path', audit.logPath],
    ['audit-log-maxage', String(audit.logMaxAgeDays)],
    ['audit-log-maxbackup', String(audit.logMaxBackups)],
    ['audit-log-maxsize', String(audit.logMaxSizeMb)],
    ['audit-log-truncate-enabled', 'true'],
  ];
}

function volume(name: string, path: string, rest: readonly string[]): string[] {
  const entries = [`name: ${name}`, `hostPath: ${yamlScalar(path)}`, `mountPath: ${yamlScalar(path)}`, ...rest];
  return entries.map((entry, index) => `  ${index === 0 ? '- ' : '  '}${entry}`);
}

/** The directory of an absolute path. */
export function directoryOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}
