/** The configurations of a stack on this machine: paths in one folder, free ports, certificates. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { freePort } from '../../../scripts/support/free-port';
import { FLUENTD_PORTS, DETECTOR_PORTS } from '../../../src/contract/detector-config';
import { renderAggregator } from '../../../src/model/pipeline/aggregator-config';
import type { DestinationOutput } from '../../../src/model/pipeline/aggregator-config';
import { renderAuditAgent, renderNodeAgent } from '../../../src/model/pipeline/agent-config';
import type { NodeAgentOptions } from '../../../src/model/pipeline/agent-config';
import type { PodLogs } from '../../../src/model/sources/containers';
import type { Transport } from '../../../src/model/pipeline/forward-transport';
import { makeCertificates } from './certificates';
import type { Certificates } from './certificates';
import { relocate, startFluentd } from './fluentd';
import type { RunningFluentd } from './fluentd';

export const NODE_NAME = 'node-1.example.com';
export const CLUSTER = 'prod-eu';

export type StackPorts = Readonly<Record<'forward' | 'alerts' | 'monitor' | 'metrics' | 'ingest', number>>;

export interface TestStack {
  readonly dir: string;
  readonly transport: Transport;
  readonly certificates: Certificates;
  readonly ports: StackPorts;
  /** A folder below `dir`, made now. */
  readonly folder: (name: string) => string;
  readonly startAggregator: (
    destinations: readonly DestinationOutput[],
    options?: { readonly detectorBufferBytes?: number },
  ) => Promise<RunningFluentd>;
  /** The pod logs of this stack: all containers of containerd, unless told otherwise. */
  readonly podLogs: (options?: Partial<PodLogs>) => PodLogs;
  readonly startNodeAgent: (
    options: Partial<NodeAgentOptions>,
    env?: Readonly<Record<string, string>>,
  ) => Promise<RunningFluentd>;
  readonly startAuditAgent: (options?: { readonly bufferBytes?: number }) => Promise<RunningFluentd>;
}

export async function makeStack(dir: string): Promise<TestStack> {
  const certificates = makeCertificates(path.join(dir, 'certificates'));
  const transport: Transport = { kind: 'tls', ...certificates };
  const ports = await stackPorts();
  const folder = (name: string) => {
    fs.mkdirSync(path.join(dir, name), { recursive: true });
    return path.join(dir, name);
  };
  const startAggregator: TestStack['startAggregator'] = (destinations, options = {}) => {
    const conf = renderAggregator({
      transport,
      stateDirectory: folder('aggregator/state'),
      credentialDirectory: folder('secrets'),
      destinations,
      ...options,
    });
    const places = {
      [FLUENTD_PORTS.forward]: ports.forward,
      [FLUENTD_PORTS.alerts]: ports.alerts,
      [FLUENTD_PORTS.monitor]: ports.monitor,
      [FLUENTD_PORTS.metrics]: ports.metrics,
      [DETECTOR_PORTS.ingest]: ports.ingest,
    };
    return startFluentd({ conf: relocate(conf, places), dir: folder('aggregator') });
  };
  const agent = (name: string) => ({
    cluster: CLUSTER,
    aggregator: { host: 'localhost', port: ports.forward },
    transport,
    stateDirectory: folder(`${name}/state`),
  });
  const start = async (name: string, conf: string, env: Readonly<Record<string, string>> = {}) =>
    startFluentd({
      conf: relocate(conf, { [FLUENTD_PORTS.metrics]: await freePort() }),
      dir: folder(name),
      env: { K8S_NODE_NAME: NODE_NAME, ...env },
    });
  const podLogs: TestStack['podLogs'] = (options = {}) => ({
    runtime: 'containerd',
    podLogDirectory: folder('pods'),
    excludedNamespaces: ['siem', 'siem-agents'],
    containers: {},
    ...options,
  });
  return {
    dir,
    transport,
    certificates,
    ports,
    folder,
    startAggregator,
    podLogs,
    startNodeAgent: (options, env) =>
      start('node-agent', renderNodeAgent({ ...agent('node-agent'), pods: podLogs(), ...options }), env),
    startAuditAgent: (options = {}) =>
      start(
        'audit-agent',
        renderAuditAgent({
          ...agent('audit-agent'),
          auditLogFile: path.join(folder('audit'), 'audit.log'),
          ...options,
        }),
      ),
  };
}

async function stackPorts(): Promise<StackPorts> {
  return {
    forward: await freePort(),
    alerts: await freePort(),
    monitor: await freePort(),
    metrics: await freePort(),
    ingest: await freePort(),
  };
}
