/** Two aggregators, of which the second stands by: where records go while the first is away, and after it is back. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../scripts/support/free-port';
import { DETECTOR_PORTS, FLUENTD_PORTS } from '../../src/contract/detector-config';
import { HttpDestination } from '../../src/constructs/destinations/http';
import { renderAuditAgent } from '../../src/model/pipeline/agent-config';
import { renderAggregator } from '../../src/model/pipeline/aggregator-config';
import type { Transport } from '../../src/model/pipeline/forward-transport';
import { outputOf } from '../support/outputs';
import { makeCertificates } from './support/certificates';
import { relocate, startFluentd, stopFluentds } from './support/fluentd';
import type { RunningFluentd } from './support/fluentd';
import { startReceiver } from './support/receiver';
import type { Receiver } from './support/receiver';
import { removeTemporaryFolders, temporaryFolder } from './support/temporary';
import { waitFor } from './support/wait';

const ACTIVE = '127.0.0.1';
const STANDBY = '127.0.0.2';

let dir: string;
let transport: Transport;
let forwardPort: number;
let siem: Receiver;
const detectors = new Map<string, Receiver>();

beforeEach(async () => {
  dir = temporaryFolder();
  transport = { kind: 'tls', ...makeCertificates(path.join(dir, 'certificates')) };
  forwardPort = await freePort();
  siem = await startReceiver();
  for (const host of [ACTIVE, STANDBY]) detectors.set(host, await startReceiver());
});

afterEach(async () => {
  await stopFluentds();
  await Promise.all([siem, ...detectors.values()].map((receiver) => receiver.close()));
});

afterAll(removeTemporaryFolders);

const folder = (name: string) => {
  fs.mkdirSync(path.join(dir, name), { recursive: true });
  return path.join(dir, name);
};

/** Each has a folder of its own, as each pod has its volumes. */
async function startAggregator(host: string): Promise<RunningFluentd> {
  const conf = renderAggregator({
    transport,
    stateDirectory: folder(`${host}/state`),
    credentialDirectory: folder('secrets'),
    destinations: [outputOf(new HttpDestination({ endpoint: siem.url }))],
  });
  const places = {
    '0.0.0.0': host,
    [FLUENTD_PORTS.forward]: forwardPort,
    [FLUENTD_PORTS.alerts]: await freePort(),
    [FLUENTD_PORTS.monitor]: await freePort(),
    [FLUENTD_PORTS.metrics]: await freePort(),
    [DETECTOR_PORTS.ingest]: detectors.get(host)?.port ?? 0,
  };
  return startFluentd({ conf: relocate(conf, places), dir: folder(host) });
}

async function startAgent(): Promise<RunningFluentd> {
  const conf = renderAuditAgent({
    cluster: 'prod-eu',
    aggregator: { host: ACTIVE, standbyHost: STANDBY, port: forwardPort },
    transport,
    stateDirectory: folder('agent/state'),
    auditLogFile: path.join(folder('audit'), 'audit.log'),
  });
  const places = { [FLUENTD_PORTS.metrics]: await freePort() };
  return startFluentd({ conf: relocate(conf, places), dir: folder('agent'), env: { K8S_NODE_NAME: 'node-1' } });
}

let sent = 0;

function append(count: number): void {
  const lines = Array.from({ length: count }, (_, index) => {
    const stageTimestamp = new Date(Date.UTC(2026, 2, 1) + sent + index).toISOString();
    return `${JSON.stringify({ kind: 'Event', auditID: String(sent + index), stageTimestamp })}\n`;
  });
  fs.appendFileSync(path.join(folder('audit'), 'audit.log'), lines.join(''));
  sent += count;
}

const numbers = (receiver: Receiver | undefined) =>
  receiver?.records().flatMap(({ auditID }) => (auditID === undefined ? [] : [Number(auditID)])) ?? [];
const distinct = (receiver: Receiver | undefined) => new Set(numbers(receiver)).size;

test('killed, the active aggregator loses nothing: records go to the standby, and come back when it does', async () => {
  sent = 0;
  const active = await startAggregator(ACTIVE);
  await startAggregator(STANDBY);
  const agent = await startAgent();
  append(200);
  await waitFor('the first records', () => distinct(siem) === 200);
  await waitFor('them at the active detector', () => distinct(detectors.get(ACTIVE)) === 200);
  expect(distinct(detectors.get(STANDBY))).toBe(0);

  // What it took and could not deliver lies on its volume.
  siem.answerWith(503);
  append(50);
  await waitFor('these at its detector', () => distinct(detectors.get(ACTIVE)) === 250);
  await active.stop('SIGKILL');
  siem.answerWith(200);
  append(100);
  const from = performance.now();
  await waitFor('records at the standby', () => distinct(detectors.get(STANDBY)) >= 100);
  expect(performance.now() - from).toBeLessThan(45_000);
  await waitFor('them at the SIEM', () => distinct(siem) >= 300);

  await startAggregator(ACTIVE);
  await waitFor('the way back', () => agent.log().includes('recovered forwarding server'));
  await sleep(2000);
  const before = distinct(detectors.get(STANDBY));
  append(100);
  await waitFor('everything at the SIEM', () => distinct(siem) === sent);
  await waitFor('the new ones at the active detector', () => Math.max(...numbers(detectors.get(ACTIVE))) === sent - 1);
  expect(distinct(detectors.get(STANDBY))).toBe(before);
  expect([...new Set(numbers(siem))].sort((a, b) => a - b)).toEqual(Array.from({ length: sent }, (_, index) => index));
}, 150_000);
