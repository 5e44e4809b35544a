/** Audit events of EKS, read from a log group of a server that answers as CloudWatch Logs does. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { freePort } from '../../scripts/support/free-port';
import { stopFluentds } from './support/fluentd';
import { startIngest } from './support/ingest';
import { startReceiver } from './support/receiver';
import type { Receiver } from './support/receiver';
import { removeTemporaryFolders, temporaryFolder } from './support/temporary';
import { installMoto, testWith } from './support/tools';
import { isListening, waitFor } from './support/wait';

const moto = installMoto();
const LOG_GROUP = '/aws/eks/prod/cluster';
const STREAM = 'kube-apiserver-audit-0123456789abcdef0123456789abcdef';

let dir: string;
let siem: Receiver;
let server: ChildProcess | undefined;
let port = 0;

beforeEach(async () => {
  if (moto.kind === 'missing') return;
  dir = temporaryFolder();
  siem = await startReceiver();
  port = await freePort();
  await startService();
});

afterEach(async () => {
  await stopFluentds();
  server?.kill('SIGKILL');
  await siem.close();
});

afterAll(removeTemporaryFolders);

async function startService(): Promise<void> {
  if (moto.kind === 'missing') return;
  server = spawn(moto.tool, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  await waitFor('moto', () => isListening(port));
}

async function call(action: string, body: object): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `Logs_20140328.${action}`,
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIA/20260301/eu-central-1/logs/aws4_request, SignedHeaders=, Signature=',
    },
  });
  if (!response.ok) throw new Error(`${action}: ${response.status} ${await response.text()}`);
}

async function makeStream(name: string): Promise<void> {
  await call('CreateLogStream', { logGroupName: LOG_GROUP, logStreamName: name });
}

const auditEvent = (id: number) => ({
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  auditID: String(id),
  stage: 'ResponseComplete',
  user: { username: 'mallory' },
  stageTimestamp: '2026-03-01T10:00:00.123456Z',
});

async function put(stream: string, messages: readonly string[]): Promise<void> {
  const logEvents = messages.map((message) => ({ timestamp: Date.now(), message }));
  await call('PutLogEvents', { logGroupName: LOG_GROUP, logStreamName: stream, logEvents });
}

const events = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => JSON.stringify(auditEvent(from + index)));

function start() {
  const [idFile, secretFile] = ['id', 'secret'].map((name) => path.join(dir, name)) as [string, string];
  fs.writeFileSync(idFile, 'AKIAEXAMPLEEXAMPLE01');
  fs.writeFileSync(secretFile, 'a key');
  return startIngest(
    {
      kind: 'eks',
      region: 'eu-central-1',
      logGroup: LOG_GROUP,
      fetchSeconds: 1,
      lookbackSeconds: 3600,
      endpoint: `http://127.0.0.1:${port}`,
      keys: { idFile, secretFile },
    },
    { dir, target: siem.url },
  );
}

const ids = () => siem.records().flatMap(({ auditID }) => (auditID === undefined ? [] : [Number(auditID)]));
const distinct = () => new Set(ids()).size;

testWith(moto)('each event is read once, over a kill, a new stream and an outage of the service', async () => {
  await call('CreateLogGroup', { logGroupName: LOG_GROUP });
  await makeStream(STREAM);
  await makeStream('authenticator-0');
  await put(STREAM, events(0, 300));
  await put('authenticator-0', ['time="2026-03-01" level=info msg="access granted"']);
  const first = await start();
  await waitFor('the first events', () => distinct() === 300);
  expect(siem.records()[0]).toEqual({
    ...auditEvent(0),
    siem: { source: 'kubernetes-audit', format: 'eks', cluster: 'prod-eu' },
  });

  await first.fluentd.stop('SIGKILL');
  await put(STREAM, [...events(300, 400), 'no JSON']);
  await makeStream(`${STREAM}0`);
  await put(`${STREAM}0`, events(400, 450));
  const second = await start();
  await waitFor('those of the meantime', () => distinct() === 450);
  await waitFor('what is none', () => siem.records().some(({ message }) => message === 'no JSON'));

  server?.kill('SIGSTOP');
  server?.kill('SIGKILL');
  await waitFor('a failure', () => second.fluentd.log().includes('could not read'));
  await startService();
  await call('CreateLogGroup', { logGroupName: LOG_GROUP });
  await makeStream(`${STREAM}1`);
  await put(`${STREAM}1`, events(450, 460));
  await waitFor('those after the outage', () => distinct() === 460);
  expect(ids()).toHaveLength(460);
});
