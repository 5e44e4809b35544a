/** The agents on the nodes: one for pods and host logins, one for the audit log of the control plane. */
import { UNMATCHED_LINE_KEY } from '../../contract/record';
import { containerElements } from '../sources/containers';
import type { ContainerRuntime } from '../sources/containers';
import { env, label, section, source } from '../fluentd/elements';
import type { FluentdElement, FluentdParams } from '../fluentd/elements';
import { LINE_LIMIT_BYTES } from '../fluentd/buffer';
import { metricsSources, processElements } from '../fluentd/process';
import { renderConfig } from '../fluentd/render';
import { forwardOutput } from './forward-transport';
import type { ForwardTarget, Transport } from './forward-transport';
import { hostAuthElements } from '../sources/host-auth';
import type { HostAuthSource } from '../sources/host-auth';
import { NODE_NAME_VARIABLE, originFilter, rubyFilter } from '../fluentd/record-filters';
import { tailParams } from '../sources/tail';

export type { ContainerRuntime } from '../sources/containers';
export type { HostAuthSource } from '../sources/host-auth';
export { NODE_NAME_VARIABLE } from '../fluentd/record-filters';

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

export interface NodeAgentOptions extends AgentOptions {
  readonly containerRuntime: ContainerRuntime;
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

const GIB = 1024 * 1024 * 1024;
const AUDIT_LABEL = '@AUDIT';

/** The text of the node agent's `fluent.conf`. */
export function renderNodeAgent(options: NodeAgentOptions): string {
  const { cluster, stateDirectory, bufferBytes = GIB } = options;
  // Host logins have a buffer of their own: a pod that floods its log cannot hold them up, and the journal's plugin ends
  // for good when it was refused for some three minutes.
  const hostBytes = Math.floor(bufferBytes / 4);
  return renderConfig([
    ...processElements(stateDirectory),
    ...metricsSources(),
    ...containerElements({
      cluster,
      runtime: options.containerRuntime,
      podLogDirectory: options.podLogDirectory,
      excludedNamespaces: options.excludedNamespaces,
      stateDirectory,
      output: output(options, 'out_pods', bufferBytes - hostBytes),
    }),
    ...hostAuthElements({
      cluster,
      from: options.hostAuth,
      stateDirectory,
      output: output(options, 'out_host_auth', hostBytes),
    }),
  ]);
}

/** The text of the audit agent's `fluent.conf`. */
export function renderAuditAgent(options: AuditAgentOptions): string {
  return renderConfig([
    ...processElements(options.stateDirectory),
    ...metricsSources(),
    source({ '@type': 'prometheus_tail_monitor', '@id': 'in_tail_metrics' }),
    auditSource(options),
    auditLabel(options),
  ]);
}

/** A line that is no JSON object is carried too, under `unmatched_line`: it speaks of tampering or of a full disk. */
function auditSource(options: AuditAgentOptions): FluentdElement {
  const params: FluentdParams = {
    ...tailParams({ id: 'in_audit', label: AUDIT_LABEL, tag: 'kube.audit', stateDirectory: options.stateDirectory }),
    path: auditPaths(options.auditLogFile),
    emit_unmatched_lines: true,
    max_line_size: LINE_LIMIT_BYTES,
  };
  // A request is logged up to three times; the stage's own time is the only one that differs.
  const parse = {
    '@type': 'json',
    time_key: 'stageTimestamp',
    time_type: 'string',
    time_format: '%Y-%m-%dT%H:%M:%S.%N%z',
    keep_time_key: true,
  };
  return source(params, [section('parse', parse)]);
}

/** The API server renames `audit.log` to `audit-<time>.log`. */
function auditPaths(file: string): string {
  if (/[,*?[\]{}]/.test(file)) throw new Error(`the audit log path '${file}' holds a character that Fluentd expands`);
  const [, stem = file, extension = ''] = /^(.*\/.*?)(\.[^./]*)?$/.exec(file) ?? [];
  return `${file},${stem}-*${extension}`;
}

/** The API server writes whole characters; only a line that was torn apart can end within one. */
function auditLabel(options: AuditAgentOptions): FluentdElement {
  const line = `record["${UNMATCHED_LINE_KEY}"]`;
  return label(AUDIT_LABEL, [
    rubyFilter(`${line} = ${line}.dup.force_encoding("UTF-8").scrub if record.key?("${UNMATCHED_LINE_KEY}")`),
    originFilter({ source: 'kubernetes-audit', cluster: options.cluster }),
    output(options, 'out_audit', options.bufferBytes ?? GIB),
  ]);
}

function output(options: AgentOptions, id: string, bufferBytes: number): FluentdElement {
  return forwardOutput({
    id,
    target: options.aggregator,
    transport: options.transport,
    selfName: env(NODE_NAME_VARIABLE),
    bufferPath: `${options.stateDirectory}/buffer/${id}`,
    bufferBytes,
  });
}
