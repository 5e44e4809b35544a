import { stderr, stdout } from 'node:process';
import Table from 'cli-table3';
import { cut } from '../../alert/printable';
import { DETECTOR_PORTS, FLUENTD_PORTS } from '../../contract/detector-config';
import { masked } from '../../event/hidden-characters';
import { EXIT } from '../exit';
import { detectorHops } from './detector-hops';
import { type Endpoint, endpointOf, read, type Reading } from './endpoint';
import { fluentdHops } from './fluentd-hops';
import type { Hop } from './hop';
import { TEST_LOG } from './test-log';

export interface DoctorOptions {
  readonly agent: readonly string[];
  readonly aggregator: readonly string[];
  readonly detector: readonly string[];
  /** Name of the stack, for the commands that are printed. */
  readonly stack: string;
  /** Seconds that an endpoint has to answer. */
  readonly timeout: number;
  readonly json: boolean;
  readonly testLog: boolean;
}

const HEAD = ['hop', 'last seen', 'buffered', 'retried', 'lost', 'verdict'];
const WIDEST_CELL = 60;
const REMEDY_LIMIT = 400;

/** `siem doctor`: reads the metrics of every tier and says, hop by hop, what arrives, what waits and what is lost. */
export async function doctor(options: DoctorOptions, nowMs: () => number): Promise<number> {
  if (options.testLog) {
    stdout.write(TEST_LOG);
    return EXIT.fine;
  }
  const endpoints = [
    ...options.agent.map((url) => endpointOf('agent', url)),
    ...options.aggregator.map((url) => endpointOf('aggregator', url)),
    ...options.detector.map((url) => endpointOf('detector', url)),
  ];
  if (endpoints.length === 0) {
    stderr.write(portForwards(options.stack));
    return EXIT.usage;
  }
  const hops = await diagnose(endpoints, options.timeout * 1000, nowMs());
  stdout.write(options.json ? `${jsonOf(hops)}\n` : `${textOf(hops)}\n`);
  return isHealthy(hops) ? EXIT.fine : EXIT.errorsFound;
}

async function diagnose(endpoints: readonly Endpoint[], timeoutMs: number, nowMs: number): Promise<Hop[]> {
  const readings = await Promise.all(endpoints.map((endpoint) => read(endpoint, timeoutMs)));
  const beside = readings.find(({ tier, metrics }) => tier === 'detector' && metrics !== undefined)?.metrics;
  return readings.flatMap((reading) => {
    if (reading.problem !== undefined) return [unreachable(reading)];
    return reading.tier === 'detector'
      ? detectorHops(reading)
      : fluentdHops(reading, reading.tier === 'aggregator' ? beside : undefined, nowMs);
  });
}

function unreachable({ tier, url, problem = '' }: Reading): Hop {
  const remedy = `${problem}: does the pod run, and is the port forwarded?`;
  return {
    hop: `${tier} ${url.host}`,
    seen: '-',
    buffered: '-',
    retried: '-',
    lost: '-',
    verdict: 'problem',
    remedies: [remedy],
  };
}

function isHealthy(hops: readonly Hop[]): boolean {
  return hops.every(({ verdict }) => verdict !== 'problem');
}

function jsonOf(hops: readonly Hop[]): string {
  return JSON.stringify({ healthy: isHealthy(hops), hops });
}

function textOf(hops: readonly Hop[]): string {
  const table = new Table({ head: HEAD, style: { head: [], border: [], compact: true } });
  for (const { hop, seen, buffered, retried, lost, verdict } of hops) {
    table.push([hop, seen, buffered, retried, lost, verdict].map((text) => cell(text, WIDEST_CELL)));
  }
  const remedies = hops.flatMap(({ hop, verdict, remedies: each }) =>
    each.map((remedy) => cell(`${verdict}: ${hop}: ${remedy}`, REMEDY_LIMIT)),
  );
  const end = isHealthy(hops) ? 'healthy' : 'not healthy; `siem doctor --test-log` says how to send a test through';
  return [table.toString(), ...remedies, end].join('\n');
}

/** Names in metrics are a stranger's: the terminal must not obey them. */
function cell(text: string, limit: number): string {
  return masked(cut(text, limit));
}

function portForwards(stack: string): string {
  const { metrics } = FLUENTD_PORTS;
  const { admin } = DETECTOR_PORTS;
  return [
    'siem doctor reads the metrics of the tiers. Forward their ports, each in the background:',
    '',
    `  kubectl -n ${stack} port-forward service/${stack}-aggregator ${metrics}:${metrics} ${admin}:${admin} &`,
    `  kubectl -n ${stack}-agents port-forward daemonset/${stack}-node-agent ${metrics + 1}:${metrics} &`,
    `  kubectl -n ${stack}-agents port-forward daemonset/${stack}-audit-agent ${metrics + 2}:${metrics} &`,
    '',
    'then',
    '',
    `  siem doctor --aggregator http://127.0.0.1:${metrics} --detector http://127.0.0.1:${admin} \\`,
    `    --agent http://127.0.0.1:${metrics + 1} --agent http://127.0.0.1:${metrics + 2}`,
    '',
    '--stack <name> names another stack than siem; --agent may be repeated, for the pods of single nodes.',
    '',
  ].join('\n');
}
