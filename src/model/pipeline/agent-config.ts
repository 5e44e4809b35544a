/** The agents on the nodes: one for pods and the host, one for the audit log of the control plane. */
import { env, label, source } from '../fluentd/elements';
import type { FluentdElement } from '../fluentd/elements';
import { metricsSources, processElements } from '../fluentd/process';
import { NODE_NAME_VARIABLE } from '../fluentd/record-filters';
import { checkedConfig } from '../fluentd/check';
import { podElements, podTail } from '../sources/containers';
import type { PodLogs } from '../sources/containers';
import { fileElements, fileTail } from '../sources/file';
import type { FileLogs } from '../sources/file';
import { hostAuthElements } from '../sources/host-auth';
import type { HostAuthSource } from '../sources/host-auth';
import { unitElements } from '../sources/journal';
import type { UnitLogs } from '../sources/journal';
import { kubernetesAuditElements, kubernetesAuditTail } from '../sources/kubernetes-audit';
import { ownLogElements, quarantineLabel } from '../sources/quarantine';
import type { TailName } from '../sources/quarantine';
import { shippingLabel } from '../sources/source';
import type { SourceContext, TrafficClass } from '../sources/source';
import { forwardOutput } from './forward-transport';
import type { ForwardTarget, Transport } from './forward-transport';

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

/** What is read on every node; what is absent is not read. */
export interface NodeAgentOptions extends AgentOptions {
  readonly pods?: PodLogs;
  readonly hostAuth?: HostAuthSource;
  readonly units?: UnitLogs;
  readonly files?: readonly FileLogs[];
}

export interface AuditAgentOptions extends AgentOptions {
  /** The API server's `--audit-log-path`, as mounted; rotated files beside it are read too. */
  readonly auditLogFile: string;
}

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** Shares of the agent's buffer, among the classes that it reads. */
const WEIGHTS: Readonly<Record<TrafficClass, number>> = {
  audit: 6,
  pods: 6,
  traffic: 4,
  security: 2,
  host: 2,
  logins: 2,
};

/** The text of the node agent's `fluent.conf`. */
export function renderNodeAgent(options: NodeAgentOptions): string {
  const { pods, hostAuth, units, files = [] } = options;
  const tails: TailName[] = [
    ...(pods === undefined ? [] : [podTail(options)]),
    ...(hostAuth?.kind === 'file' ? [fileTail({ id: 'in_host_auth', source: 'host-auth' }, options)] : []),
    ...files.map((file) => fileTail(file, options)),
  ];
  const sources = [
    ...(pods === undefined ? [] : podElements(pods, options)),
    ...(hostAuth === undefined ? [] : hostAuthElements(hostAuth, options)),
    ...(units === undefined ? [] : unitElements(units, options)),
    ...files.flatMap((file) => fileElements(file, options)),
  ];
  return renderAgent(options, tails, sources);
}

/** The text of the audit agent's `fluent.conf`. */
export function renderAuditAgent(options: AuditAgentOptions): string {
  const monitor = source({ '@type': 'prometheus_tail_monitor', '@id': 'in_tail_metrics' });
  return renderAgent(
    options,
    [kubernetesAuditTail(options)],
    [monitor, ...kubernetesAuditElements(options.auditLogFile, options)],
  );
}

function renderAgent(
  options: AgentOptions & SourceContext,
  tails: readonly TailName[],
  sources: readonly FluentdElement[],
): string {
  const quarantineBytes = Math.min(32 * MIB, Math.floor((options.bufferBytes ?? GIB) / 16));
  return checkedConfig([
    ...processElements(options.stateDirectory, ownLogElements(tails)),
    ...metricsSources(),
    ...sources,
    // It never refuses: what a parser could not take must not hold up what it took.
    quarantineLabel(output(options, 'out_quarantine', quarantineBytes, 'drop-oldest')),
    ...shipping(options, sources, (options.bufferBytes ?? GIB) - quarantineBytes),
  ]);
}

/** A label with a buffer of its own for each class of traffic that the sources have. */
function shipping(options: AgentOptions, sources: readonly FluentdElement[], bytes: number): FluentdElement[] {
  const used = (Object.keys(WEIGHTS) as TrafficClass[]).filter((traffic) =>
    sources.some(({ children }) => children.some(({ params }) => params['@label'] === shippingLabel(traffic))),
  );
  const total = used.reduce((sum, traffic) => sum + WEIGHTS[traffic], 0);
  return used.map((traffic) => {
    const share = Math.floor((bytes * WEIGHTS[traffic]) / total);
    return label(shippingLabel(traffic), [output(options, `out_${traffic}`, share)]);
  });
}

function output(
  options: AgentOptions,
  id: string,
  bufferBytes: number,
  overflow: 'pause' | 'drop-oldest' = 'pause',
): FluentdElement {
  return forwardOutput({
    id,
    target: options.aggregator,
    transport: options.transport,
    selfName: env(NODE_NAME_VARIABLE),
    bufferPath: `${options.stateDirectory}/buffer/${id}`,
    bufferBytes,
    overflow,
  });
}
