/** Every source of a node, from lines as applications write them to the SIEM and the detector. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { HttpDestination } from '../../src/constructs/destinations/http';
import { CANARY_INTERVAL_SECONDS } from '../../src/contract/record';
import { applicationFile, plainFile } from '../../src/model/sources/file-formats';
import type { FileLogFormat } from '../../src/model/sources/file-formats';
import { POD_FORMATS } from '../../src/model/sources/pod-formats';
import type { PodLogFormat } from '../../src/model/sources/pod-formats';
import { outputOf } from '../support/outputs';
import { stopFluentds } from './support/fluentd';
import { startReceiver } from './support/receiver';
import type { Receiver } from './support/receiver';
import { CLUSTER, NODE_NAME, makeStack } from './support/stack';
import type { TestStack } from './support/stack';
import { removeTemporaryFolders, temporaryFolder } from './support/temporary';
import { waitFor } from './support/wait';

const FIXTURES = path.join(__dirname, '..', 'fixtures', 'sources');

let stack: TestStack;
let siem: Receiver;
let detector: Receiver;

beforeEach(async () => {
  stack = await makeStack(temporaryFolder());
  siem = await startReceiver();
  detector = await startReceiver(stack.ports.ingest);
  await stack.startAggregator([outputOf(new HttpDestination({ endpoint: siem.url }))]);
});

afterEach(async () => {
  await stopFluentds();
  await Promise.all([siem.close(), detector.close()]);
});

afterAll(removeTemporaryFolders);

interface LogRecord {
  readonly message: string;
  readonly siem: { readonly source: string; readonly format?: string };
  readonly kubernetes?: { readonly namespace_name: string; readonly container_name: string };
}

const records = (receiver: Receiver): LogRecord[] => receiver.records() as unknown as LogRecord[];
const messages = (receiver: Receiver): string[] => records(receiver).map(({ message }) => message);

function fixture(name: string): string[] {
  return fs
    .readFileSync(path.join(FIXTURES, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

/** Lines as containerd writes them into a pod's log. */
function writePod(pod: string, container: string, lines: readonly string[]): string {
  const folder = path.join(stack.folder('pods'), `${pod}_4f0d7b1e-6c2a-4a8e-9a51-0d4c5e6f7a8b`, container);
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, '0.log');
  fs.appendFileSync(file, lines.map((line) => `2026-03-14T09:00:00.1Z stdout F ${line}\n`).join(''));
  return file;
}

const POD_SOURCES: readonly { format: PodLogFormat; pod: string; container: string; file: string }[] = [
  {
    format: 'ingress-nginx',
    pod: 'ingress-nginx_ingress-nginx-controller-7d4',
    container: 'controller',
    file: 'ingress-nginx.log',
  },
  { format: 'envoy', pod: 'envoy-gateway-system_envoy-shop-5f6', container: 'envoy', file: 'envoy.log' },
  { format: 'coredns', pod: 'kube-system_coredns-5d78', container: 'coredns', file: 'coredns.log' },
  { format: 'falco', pod: 'falco_falco-x7k2p', container: 'falco', file: 'falco.jsonl' },
  { format: 'tetragon', pod: 'kube-system_tetragon-9hq4z', container: 'export-stdout', file: 'tetragon.jsonl' },
  {
    format: 'kubernetes-event',
    pod: 'monitoring_event-exporter-6c8',
    container: 'app',
    file: 'kubernetes-event.jsonl',
  },
];

const FILE_SOURCES: readonly { format: FileLogFormat; source: string; file: string }[] = [
  { format: 'auditd', source: 'security-event', file: 'auditd.log' },
  { format: 'hubble', source: 'network', file: 'hubble.jsonl' },
  { format: 'calico', source: 'network', file: 'calico.jsonl' },
];

test('lines of every source arrive at SIEM and detector with the source that they are of, and a canary of each', async () => {
  for (const { pod, container, file } of POD_SOURCES) writePod(pod, container, fixture(file));
  writePod('kube-system_tetragon-9hq4z', 'tetragon', ['a log line of the agent itself']);
  writePod('siem_siem-aggregator-0', 'fluentd', ['our own']);
  writePod('shop_noisy-1', 'app', ['left out']);
  writePod('shop_web-0', 'app', ['a line of a container']);
  for (const { format, file } of FILE_SOURCES) {
    fs.writeFileSync(
      path.join(stack.folder(format), 'events.log'),
      fixture(file)
        .map((line) => `${line}\n`)
        .join(''),
    );
  }
  fs.writeFileSync(path.join(stack.folder('app'), 'one.log'), 'of a file of the reader\n');
  await stack.startNodeAgent({
    pods: stack.podLogs({
      containers: { exclude: [{ namespaceName: 'shop', podNamePrefix: 'noisy-' }] },
      formats: POD_SOURCES.map(({ format }) => ({ format, pods: [POD_FORMATS[format].pods] })),
    }),
    files: [
      ...FILE_SOURCES.map(({ format }) => applicationFile(format, path.join(stack.folder(format), 'events.log'))),
      plainFile(path.join(stack.folder('app'), '*.log'), 'security-event', { rotation: 'renamed', isGlob: true }),
    ],
  });
  const expected = [
    ...POD_SOURCES.flatMap(({ format, file }) =>
      fixture(file).map((line) => `${POD_FORMATS[format].source} ${format} ${line}`),
    ),
    ...FILE_SOURCES.flatMap(({ format, source, file }) => fixture(file).map((line) => `${source} ${format} ${line}`)),
    'container undefined a line of a container',
    'container undefined a log line of the agent itself',
    'security-event undefined of a file of the reader',
  ].sort();
  const seen = (receiver: Receiver): string[] =>
    records(receiver)
      .map(({ message, siem: { source, format } }) => `${source} ${format} ${message}`)
      .sort();
  for (const receiver of [siem, detector]) {
    await waitFor('every line', () => receiver.records().length >= expected.length);
    expect(seen(receiver)).toEqual(expected);
  }
  const falco = records(siem).find((record) => record.siem.format === 'falco');
  expect(falco).toMatchObject({
    stream: 'stdout',
    time: '2026-03-14T09:00:00.1Z',
    kubernetes: { namespace_name: 'falco', container_name: 'falco' },
    siem: { source: 'security-event', format: 'falco', cluster: CLUSTER, node: NODE_NAME },
  });

  const origins = new Set(seen(siem).map((line) => line.split(' ').slice(0, 2).join(' ')));
  const canaryOrigins = (receiver: Receiver): Set<string> =>
    new Set(
      (receiver.canaries() as unknown as LogRecord[]).map(({ siem: { source, format } }) => `${source} ${format}`),
    );
  for (const receiver of [siem, detector]) {
    await waitFor('a canary of each', () => canaryOrigins(receiver).size >= origins.size, CANARY_INTERVAL_SECONDS + 60);
    expect(canaryOrigins(receiver)).toEqual(origins);
  }
  expect(detector.canaries()[0]).toEqual({
    siem: expect.objectContaining({ cluster: CLUSTER, node: NODE_NAME, canary: true }),
    sent: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  });
});

test('messages of several lines arrive whole, each stream for itself, and bounded', async () => {
  const trace = ['2026-03-14 ERROR boom', 'Traceback:', '  File "a.py"', ''];
  const folder = path.dirname(writePod('shop_web-0', 'app', []));
  const cri = (stream: string, line: string): string => `2026-03-14T09:00:00.1Z ${stream} F ${line}\n`;
  const text = [
    cri('stdout', 'before any first line'),
    ...trace.map((line) => cri('stdout', line)),
    cri('stderr', '2026-03-14 WARN other stream'),
    cri('stdout', '2026-03-14 INFO next'),
    cri('stderr', '  and its second line'),
  ].join('');
  fs.writeFileSync(path.join(folder, '0.log'), text);
  writePod('other_web-0', 'app', ['2026-03-14 alone', '  not joined']);
  const long = 'x'.repeat(16_000);
  writePod('shop_flood-0', 'app', ['2026-03-14 endless', ...Array.from({ length: 150 }, () => long)]);
  const multiline = [{ pods: { namespaceName: 'shop' }, firstLine: String.raw`^\d{4}-\d\d-\d\d ` }];
  await stack.startNodeAgent({ pods: stack.podLogs({ containers: { multiline } }) });
  await waitFor('all messages', () => records(siem).length >= 9);
  const flood = messages(siem).filter((message) => message.includes('xxxx'));
  expect(flood.map((message) => message.length).every((length) => length <= 1024 * 1024)).toBe(true);
  expect(flood.join('\n').split('\n')).toHaveLength(151);
  expect(
    messages(siem)
      .filter((message) => !message.includes('xxxx'))
      .sort(),
  ).toEqual(
    [
      'before any first line',
      trace.join('\n'),
      '2026-03-14 WARN other stream\n  and its second line',
      '2026-03-14 INFO next',
      '2026-03-14 alone',
      '  not joined',
    ].sort(),
  );
});

test('a file that is renamed and one that is copied and emptied are read without a loss and without a double', async () => {
  const renamed = path.join(stack.folder('renamed'), 'app.log');
  const copied = path.join(stack.folder('copied'), 'app.log');
  const append = (file: string, from: number, to: number): void => {
    const name = path.basename(path.dirname(file));
    const lines = Array.from({ length: to - from }, (_, index) => `${name} ${from + index}\n`);
    fs.appendFileSync(file, lines.join(''));
  };
  const expected = (count: number): string[] =>
    ['renamed', 'copied'].flatMap((name) => Array.from({ length: count }, (_, index) => `${name} ${index}`)).sort();
  await stack.startNodeAgent({
    files: [
      plainFile(renamed, 'security-event', { rotation: 'renamed' }),
      plainFile(copied, 'security-event', { rotation: 'copied' }),
    ],
  });
  for (const file of [renamed, copied]) append(file, 0, 500);
  await waitFor('the first lines', () => records(siem).length >= 1000);
  append(renamed, 500, 600);
  fs.renameSync(renamed, `${renamed}.1`);
  append(renamed, 600, 1000);
  fs.copyFileSync(copied, `${copied}.1`);
  fs.truncateSync(copied, 0);
  // That a file was emptied shows by its length only, until it is longer again than it was.
  append(copied, 500, 510);
  await waitFor('the line after the truncation', () => messages(siem).includes('copied 509'));
  append(copied, 510, 1000);
  await waitFor('all lines', () => records(siem).length >= 2000);
  await new Promise((resolve) => setTimeout(resolve, 6000));
  expect(messages(siem).sort()).toEqual(expected(1000));
});
