import * as fs from 'node:fs';
import * as https from 'node:https';
import * as path from 'node:path';
import { DEFAULT_SETTINGS, type DetectorSettings } from '../../../src/contract/detector-config';
import { QUEUE_FILE } from '../../../src/detector/delivery/queue-file';
import { authority, type Certified } from '../support/certificates';
import { Receiver } from '../support/receiver';
import { escalation } from '../support/records';
import { filesOf, Running, writeSettings } from '../support/running';
import { scratch } from '../support/scratch';

const servers = authority('test server ca');
const clients = authority('test client ca');
const apiServer = clients.issue('kube-apiserver');

interface Webhook {
  readonly running: Running;
  readonly credentials: string;
}

async function start(change: Partial<DetectorSettings> = {}): Promise<Webhook> {
  const credentials = scratch();
  const server = servers.issue('detector');
  const write = (name: string, text: string): string => {
    fs.writeFileSync(path.join(credentials, name), text);
    return path.join(credentials, name);
  };
  const local = { host: '127.0.0.1', port: 0 };
  const auditWebhook = {
    ...local,
    certificateFile: write('tls.crt', server.certificate),
    keyFile: write('tls.key', server.key),
    clientCaFile: write('ca.crt', clients.certificate),
  };
  const files = filesOf();
  writeSettings(files, { listeners: { ingest: local, admin: local, auditWebhook }, ...change });
  return { running: await Running.startOn(files), credentials };
}

interface Request {
  readonly client?: Certified | undefined;
  readonly path?: string;
  readonly method?: string;
  readonly trusted?: Certified;
}

function post({ running }: Webhook, body: string, request: Request = { client: apiServer }): Promise<number> {
  const { client, method = 'POST', trusted = servers } = request;
  return new Promise((resolve, reject) => {
    const outgoing = https.request(
      {
        host: '127.0.0.1',
        port: running.detector.ports.auditWebhook,
        path: request.path ?? '/k8s-audit',
        method,
        ca: trusted.certificate,
        ...(client === undefined ? {} : { cert: client.certificate, key: client.key }),
        agent: false,
      },
      (response) => {
        response.resume();
        response.on('end', () => {
          resolve(response.statusCode ?? 0);
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** As the API server sends it: without what our agents add. */
function eventList(...events: readonly string[]): string {
  const items = events.map((text) => {
    const event = JSON.parse(text) as Record<string, unknown>;
    delete event['siem'];
    return event;
  });
  return JSON.stringify({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, items });
}

test('the listener is off unless the settings ask for it', async () => {
  const running = await Running.start();
  expect(running.detector.ports).not.toHaveProperty('auditWebhook');
});

test('a list of events from a client with a certificate becomes alerts', async () => {
  const webhook = await start();
  expect(await post(webhook, eventList(escalation('a-1'), escalation('a-2', 'eve')))).toBe(200);
  await webhook.running.until(() => webhook.running.logged('alert firing').length === 2);
});

test('the same batch twice, or by both ways, raises no second alert', async () => {
  const pager = await Receiver.start(200);
  const webhook = await start({ webhooks: [{ name: 'pager', url: pager.url().href }] });
  expect(await post(webhook, eventList(escalation()))).toBe(200);
  await pager.until(1);
  expect(await post(webhook, eventList(escalation()))).toBe(200);
  expect((await webhook.running.deliver('c1', [escalation()])).status).toBe(200);
  await webhook.running.until(async () => (await webhook.running.metric('siem_engine_duplicates_total')) === 2);
  expect(pager.requests).toHaveLength(1);
});

test.each([
  { title: 'no certificate', client: undefined },
  { title: 'a certificate of another authority', client: authority('somebody else').issue('kube-apiserver') },
  { title: 'a certificate of the authority that signed the server', client: servers.issue('kube-apiserver') },
])('a client with $title gets no answer, and is counted', async ({ client }) => {
  const webhook = await start();
  await expect(post(webhook, eventList(escalation()), { client })).rejects.toThrow();
  const { running } = webhook;
  await running.until(() => running.problems('tls-handshake').length + running.problems('client-gone').length > 0);
  expect(await running.metric('siem_engine_events_total')).toBe(0);
});

test.each([
  { title: 'another path', path: '/v1/records', method: 'POST', status: 404, problem: 'unknown-path' },
  { title: 'another method', path: '/k8s-audit', method: 'PUT', status: 405, problem: 'wrong-method' },
])('$title is answered $status', async ({ path: target, method, status, problem }) => {
  const webhook = await start();
  expect(await post(webhook, '{}', { client: apiServer, path: target, method })).toBe(status);
  expect(webhook.running.problems(problem)).toHaveLength(1);
});

test('a body over the limit is answered 413', async () => {
  const webhook = await start({ limits: { ...DEFAULT_SETTINGS.limits, recordBytes: 1024, bodyBytes: 10_000 } });
  const outcome = await post(webhook, eventList(escalation('x'.repeat(20_000)))).catch(() => 413);
  expect(outcome).toBe(413);
  expect(webhook.running.problems('body-too-large')).toHaveLength(1);
});

test('what is no JSON is counted and shown once, and the next batch is read', async () => {
  const webhook = await start();
  for (const body of ['not json', 'not json either', '']) expect(await post(webhook, body)).toBe(200);
  expect(await post(webhook, eventList(escalation()))).toBe(200);
  const { running } = webhook;
  await running.until(() => running.logged('alert firing').length === 1);
  expect(running.problems('webhook-body')).toMatchObject([{ reason: 'not JSON', sample: 'not json' }]);
  expect(await running.metric('siem_input_problems_total{kind="webhook-body"}')).toBe(3);
});

test('while the queue file takes nothing, batches wait up to the bound, then the answer is 429; none that was answered 200 is lost', async () => {
  const pager = await Receiver.start(200);
  const webhook = await start({
    webhooks: [{ name: 'pager', url: pager.url().href }],
    limits: { ...DEFAULT_SETTINGS.limits, queuedRequests: 3, queueBytes: 64 * 1024 },
  });
  // Enough undelivered alerts fill the queue.
  pager.answer(503);
  let taken = 0;
  while ((await webhook.running.deliver(`c${taken}`, [escalation(`f-${taken}`, `f-${taken}`)])).status === 200)
    taken += 1;
  const statuses: number[] = [];
  for (let n = 0; n < 5; n += 1) statuses.push(await post(webhook, eventList(escalation(`w-${n}`, `waiting-${n}`))));
  expect(statuses).toEqual([200, 200, 200, 429, 429]);
  expect(webhook.running.problems('requests-queued')).toHaveLength(1);
  pager.answer(200);
  // The open alerts fill the queue by themselves, so it needs more room.
  writeSettings(webhook.running.files, {
    ...(JSON.parse(fs.readFileSync(path.join(webhook.running.files.settingsDir, 'detector.json'), 'utf8')) as object),
    limits: { ...DEFAULT_SETTINGS.limits, queuedRequests: 3 },
  });
  await webhook.running.until(() => pager.alerts.some(({ user }) => user === 'waiting-2'));
  const waited = pager.alerts.map(({ user }) => user ?? '').filter((user) => user.startsWith('waiting'));
  expect([...new Set(waited)]).toEqual(['waiting-0', 'waiting-1', 'waiting-2']);
});

test('a stop makes durable what was answered', async () => {
  const webhook = await start();
  const { running } = webhook;
  expect(await post(webhook, eventList(escalation()))).toBe(200);
  await running.detector.stop();
  expect(fs.readFileSync(path.join(running.files.stateDir, QUEUE_FILE), 'utf8')).toContain('"user":"mallory"');
});

test('a renewed certificate is taken into use without a restart', async () => {
  const webhook = await start();
  const renewed = authority('next server ca');
  const server = renewed.issue('detector');
  fs.writeFileSync(path.join(webhook.credentials, 'tls.crt'), server.certificate);
  fs.writeFileSync(path.join(webhook.credentials, 'tls.key'), server.key);
  const { running } = webhook;
  await running.until(() => running.logged('certificates of the audit webhook renewed').length === 1);
  expect(await post(webhook, eventList(escalation()), { client: apiServer, trusted: renewed })).toBe(200);
});

test('a certificate that is not there ends the start', async () => {
  const files = filesOf();
  const local = { host: '127.0.0.1', port: 0 };
  const missing = path.join(files.stateDir, 'missing');
  const auditWebhook = { ...local, certificateFile: missing, keyFile: missing, clientCaFile: missing };
  writeSettings(files, { listeners: { ingest: local, admin: local, auditWebhook } });
  await expect(Running.startOn(files)).rejects.toThrow(/ENOENT.*missing/);
});
