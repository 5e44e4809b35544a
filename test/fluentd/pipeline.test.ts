/** From the files of a node to the SIEM: agent and aggregator as real processes, with mutual TLS and acknowledgements. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { HttpDestination } from '../../src/constructs/destinations/http';
import { outputOf } from '../support/outputs';
import { stopFluentds } from './support/fluentd';
import { startReceiver } from './support/receiver';
import type { Receiver } from './support/receiver';
import { CLUSTER, NODE_NAME, makeStack } from './support/stack';
import type { TestStack } from './support/stack';
import { removeTemporaryFolders, temporaryFolder } from './support/temporary';
import { waitFor } from './support/wait';

let stack: TestStack;
let siem: Receiver;
let detector: Receiver;

beforeEach(async () => {
  stack = await makeStack(temporaryFolder());
  siem = await startReceiver();
  detector = await startReceiver(stack.ports.ingest);
});

afterEach(async () => {
  await stopFluentds();
  await Promise.all([siem.close(), detector.close()]);
});

afterAll(removeTemporaryFolders);

type SiemRecord = Record<string, unknown>;

async function startAggregator(): Promise<void> {
  await stack.startAggregator([outputOf(new HttpDestination({ endpoint: `${siem.url}/api/logs` }))]);
}

/** Records at the SIEM once there are `count`, and no more half a flush later. */
async function arrived(count: number): Promise<SiemRecord[]> {
  await waitFor(`${count} records`, () => siem.records().length >= count);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  return siem.records();
}

function podFile(name: string, pod = 'shop_web-0_4f0d7b1e-6c2a-4a8e-9a51-0d4c5e6f7a8b/app'): string {
  const folder = path.join(stack.folder('pods'), pod);
  fs.mkdirSync(folder, { recursive: true });
  return path.join(folder, name);
}

const KUBERNETES = {
  namespace_name: 'shop',
  pod_name: 'web-0',
  pod_id: '4f0d7b1e-6c2a-4a8e-9a51-0d4c5e6f7a8b',
  container_name: 'app',
  restart_count: 0,
};
const ORIGIN = { source: 'container', cluster: CLUSTER, node: NODE_NAME };

test('container lines of containerd arrive once, whole, and with where they come from', async () => {
  const lines = [
    '2026-03-01T10:00:00.123456789Z stdout P one ',
    '2026-03-01T10:00:00.200000001Z stderr P ONE ',
    '2026-03-01T10:00:00.300000002Z stdout P line ',
    '2026-03-01T10:00:00.400000003Z stderr F LINE',
    '2026-03-01T10:00:00.500000004+02:00 stdout F ends',
    '2026-03-01T10:00:01Z stdout F a stamp without a fraction',
    '2026-03-01T10:00:02.1Z stdout F ',
    'no format at all, but evidence',
  ];
  fs.writeFileSync(podFile('0.log.20260301-095900'), '2026-03-01T09:59:00.000000001Z stdout F rotated\n');
  fs.writeFileSync(podFile('0.log.20260301-095800.gz'), 'not read');
  fs.writeFileSync(podFile('0.log'), lines.map((line) => `${line}\n`).join(''));
  fs.appendFileSync(
    podFile('0.log'),
    Buffer.from([...Buffer.from('2026-03-01T10:00:03.5Z stdout F bad '), 0xff, 0xfe, 10]),
  );
  fs.writeFileSync(podFile('0.log', 'siem_own-0_uid/fluentd'), '2026-03-01T10:00:00.1Z stdout F our own\n');
  await startAggregator();
  await stack.startNodeAgent({});
  const records = await arrived(7);
  const common = { kubernetes: KUBERNETES, siem: ORIGIN };
  const byMessage = (a: SiemRecord, b: SiemRecord) => String(a['message']).localeCompare(String(b['message']));
  expect(records.sort(byMessage)).toEqual(
    [
      {
        message: 'rotated',
        stream: 'stdout',
        time: '2026-03-01T09:59:00.000000001Z',
        '@timestamp': '2026-03-01T09:59:00.000000Z',
      },
      {
        message: 'ONE LINE',
        stream: 'stderr',
        time: '2026-03-01T10:00:00.200000001Z',
        '@timestamp': '2026-03-01T10:00:00.200000Z',
      },
      {
        message: 'one line ends',
        stream: 'stdout',
        time: '2026-03-01T10:00:00.123456789Z',
        '@timestamp': '2026-03-01T10:00:00.123456Z',
      },
      {
        message: 'a stamp without a fraction',
        stream: 'stdout',
        time: '2026-03-01T10:00:01Z',
        '@timestamp': '2026-03-01T10:00:01.000000Z',
      },
      { message: '', stream: 'stdout', time: '2026-03-01T10:00:02.1Z', '@timestamp': '2026-03-01T10:00:02.100000Z' },
      {
        message: 'bad \ufffd\ufffd',
        stream: 'stdout',
        time: '2026-03-01T10:00:03.5Z',
        '@timestamp': '2026-03-01T10:00:03.500000Z',
      },
    ]
      .map((record): SiemRecord => ({ ...common, ...record }))
      .concat([
        {
          message: 'no format at all, but evidence',
          '@timestamp': expect.any(String),
          siem: {
            ...ORIGIN,
            quarantine: { reason: 'not in the CRI log format', path: podFile('0.log'), bytes: 30 },
          },
        },
      ])
      .sort(byMessage),
  );
});

test('container lines of Docker arrive once, joined where Docker cut them', async () => {
  const line = (log: string, stream: string, time: string) => `${JSON.stringify({ log, stream, time })}\n`;
  fs.writeFileSync(
    podFile('0.log'),
    line('cut ', 'stdout', '2026-03-01T10:00:00.1Z') +
      line('other\n', 'stderr', '2026-03-01T10:00:00.2Z') +
      line('in two\n', 'stdout', '2026-03-01T10:00:00.3Z') +
      line('two\nbreaks\n\n', 'stdout', '2026-03-01T10:00:00.4Z') +
      '{"log":"torn\n',
  );
  await startAggregator();
  await stack.startNodeAgent({ pods: stack.podLogs({ runtime: 'docker' }) });
  const records = await arrived(4);
  expect(new Set(records.map(({ message }) => message))).toEqual(
    new Set(['cut in two', 'other', 'two\nbreaks\n', '{"log":"torn']),
  );
  const joined = records.find(({ message }) => message === 'cut in two');
  expect(joined).toEqual({
    message: 'cut in two',
    stream: 'stdout',
    time: '2026-03-01T10:00:00.1Z',
    '@timestamp': '2026-03-01T10:00:00.100000Z',
    kubernetes: KUBERNETES,
    siem: ORIGIN,
  });
});

test('a container that never ends its line yields bounded messages', async () => {
  const part = 'x'.repeat(16_000);
  const lines = Array.from({ length: 150 }, () => `2026-03-01T10:00:00.1Z stdout P ${part}\n`).join('');
  fs.writeFileSync(podFile('0.log'), `${lines}2026-03-01T10:00:00.1Z stdout F end\n`);
  await startAggregator();
  await stack.startNodeAgent({});
  const records = await arrived(3);
  const messages = records.map(({ message }) => String(message));
  expect(messages.join('')).toBe(`${part.repeat(150)}end`);
  expect(Math.max(...messages.map((message) => message.length))).toBeLessThanOrEqual(1024 * 1024);
});

const auditEvent = (auditID: string, stageTimestamp: string, extra: object = {}) => ({
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  level: 'Request',
  auditID,
  stage: 'ResponseComplete',
  requestURI: '/api/v1/namespaces/shop/configmaps',
  verb: 'create',
  user: { username: 'alice@example.com', groups: ['system:authenticated'] },
  sourceIPs: ['203.0.113.7'],
  stageTimestamp,
  annotations: { 'authorization.k8s.io/decision': 'allow' },
  ...extra,
});

test('audit events arrive once with their own keys, a big one and a broken one too', async () => {
  const rotated = auditEvent('0', '2026-03-01T09:00:00.000001Z');
  const first = auditEvent('1', '2026-03-01T10:00:00.223456Z', { responseStatus: { code: 201, message: null } });
  const big = auditEvent('2', '2026-03-01T10:00:01.000000Z', {
    requestObject: { data: { a: '<&>\u2028"'.repeat(250_000) } },
  });
  const folder = stack.folder('audit');
  fs.writeFileSync(path.join(folder, 'audit-2026-03-01T09-30-00.000.log'), `${JSON.stringify(rotated)}\n`);
  fs.writeFileSync(path.join(folder, 'audit-2026-03-01T08-30-00.000.log.gz'), 'not read\n');
  fs.writeFileSync(path.join(folder, 'audit.log'), `${JSON.stringify(first)}\n`);
  await startAggregator();
  await stack.startAuditAgent();
  await waitFor('the first events', () => siem.records().length === 2);
  const torn = Buffer.concat([Buffer.from('{"kind":"Event", torn '), Buffer.from([0xc3, 0x28, 10])]);
  fs.appendFileSync(path.join(folder, 'audit.log'), `${JSON.stringify(big)}\n`);
  fs.appendFileSync(path.join(folder, 'audit.log'), torn);
  const records = await arrived(4);
  const siemField = { source: 'kubernetes-audit', cluster: CLUSTER, node: NODE_NAME };
  const stamped = (event: object, time: string) => ({ ...event, siem: siemField, '@timestamp': time });
  expect(records.length).toBe(4);
  expect(records.find(({ auditID }) => auditID === '0')).toEqual(stamped(rotated, '2026-03-01T09:00:00.000001Z'));
  expect(records.find(({ auditID }) => auditID === '1')).toEqual(stamped(first, '2026-03-01T10:00:00.223456Z'));
  expect(records.find(({ auditID }) => auditID === '2')).toEqual(stamped(big, '2026-03-01T10:00:01.000000Z'));
  expect(records.find((record) => 'message' in record)).toEqual({
    message: '{"kind":"Event", torn \ufffd(',
    siem: {
      ...siemField,
      quarantine: { reason: 'not valid UTF-8', path: path.join(folder, 'audit.log'), bytes: 24 },
    },
    '@timestamp': expect.any(String),
  });
});

test('the detector gets the same records, as they came, under the id of their chunk', async () => {
  const event = auditEvent('1', '2026-03-01T10:00:00.223456Z');
  fs.writeFileSync(path.join(stack.folder('audit'), 'audit.log'), `${JSON.stringify(event)}\n`);
  detector.answerWith(503);
  await startAggregator();
  await stack.startAuditAgent();
  await waitFor('a refused delivery', () => detector.requests.length > 0);
  detector.answerWith(200);
  await waitFor('the record', () => detector.records().length > 0);
  expect(detector.records()).toEqual([
    { ...event, siem: { source: 'kubernetes-audit', cluster: CLUSTER, node: NODE_NAME } },
  ]);
  const [refused, accepted] = [detector.requests[0], detector.requests.at(-1)];
  expect(accepted?.headers).toMatchObject({ 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' });
  expect(accepted?.path).toBe('/v1/records');
  expect(accepted?.headers['x-chunk-id']).toMatch(/^[0-9a-f]{32}$/);
  expect(accepted?.headers['x-chunk-id']).toBe(refused?.headers['x-chunk-id']);
});

test('lines of the host auth log arrive once, rotated ones too', async () => {
  const file = path.join(stack.folder('log'), 'auth.log');
  const line = (pid: number) =>
    `Mar  1 10:00:00 node-1 sshd[${pid}]: Failed password for root from 203.0.113.7 port 1 ssh2`;
  fs.writeFileSync(`${file}.1`, `${line(1)}\n`);
  fs.writeFileSync(`${file}.2.gz`, 'not read\n');
  fs.writeFileSync(file, `${line(2)}\n${line(2)}\n`);
  await startAggregator();
  await stack.startNodeAgent({ hostAuth: { kind: 'file', files: [file, path.join(stack.folder('log'), 'secure')] } });
  const records = await arrived(3);
  expect(records.map(({ message }) => message).sort()).toEqual([line(1), line(2), line(2)]);
  expect(records[0]).toEqual({
    message: expect.any(String),
    siem: { source: 'host-auth', cluster: CLUSTER, node: NODE_NAME },
    '@timestamp': expect.any(String),
  });
});

function postAlert(alert: object): Promise<Response> {
  return fetch(`http://127.0.0.1:${stack.ports.alerts}/siem.alert`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alert),
  });
}

test('an alert of the detector reaches the SIEM and not the detector', async () => {
  await startAggregator();
  const alert = {
    id: 'a1',
    status: 'firing',
    firstTime: '2026-03-01T10:00:00.000Z',
    lastTime: '2026-03-01T10:00:05.123456Z',
  };
  const response = await postAlert(alert);
  expect(response.status).toBe(200);
  expect(await arrived(1)).toEqual([{ ...alert, '@timestamp': '2026-03-01T10:00:05.123456Z' }]);
  expect(detector.requests).toEqual([]);
});

test('every output counts what it took, delivered and could not deliver', async () => {
  siem.answerWith(503);
  await startAggregator();
  await postAlert({ id: 'a1', lastTime: '2026-03-01T10:00:05Z' });
  let text = '';
  await waitFor('the error to be counted', async () => {
    text = await (await fetch(`http://127.0.0.1:${stack.ports.metrics}/metrics`)).text();
    return /num_errors\{[^}]*plugin_id="out_http"[^}]*\} [1-9]/.test(text);
  });
  expect(text).toMatch(/^# TYPE fluentd_output_status_num_errors counter$/m);
  expect(text).toMatch(/^fluentd_output_status_emit_records\{[^}]*plugin_id="out_http"[^}]*\} 1(?:\.0)?$/m);
  expect(text).toMatch(/^fluentd_output_status_buffer_available_space_ratio\{[^}]*plugin_id="out_http"/m);
});
