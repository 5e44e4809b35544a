/** What senders outside the stack push into the aggregator: the API server's webhook, and Pub/Sub for GKE. */
import * as fs from 'node:fs';
import * as https from 'node:https';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { makeCertificates } from './support/certificates';
import type { Certificates } from './support/certificates';
import { stopFluentds } from './support/fluentd';
import { startIngest } from './support/ingest';
import { startReceiver } from './support/receiver';
import type { Receiver } from './support/receiver';
import { removeTemporaryFolders, temporaryFolder } from './support/temporary';
import { waitFor } from './support/wait';

const TOKEN = 'a token with + and "quotes" #{1}';
const MIB = 1024 * 1024;

let dir: string;
let siem: Receiver;
let certificates: Certificates;

beforeEach(async () => {
  dir = temporaryFolder();
  siem = await startReceiver();
  certificates = makeCertificates(path.join(dir, 'certificates'));
});

afterEach(async () => {
  await stopFluentds();
  await siem.close();
});

afterAll(removeTemporaryFolders);

/** An audit event as the API server writes it, with this number as its id. */
const auditEvent = (id: number) => ({
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  level: 'Metadata',
  auditID: String(id),
  stage: 'ResponseComplete',
  requestURI: '/api/v1/namespaces/default/secrets',
  verb: 'list',
  user: { username: 'mallory', groups: ['system:authenticated'] },
  sourceIPs: ['203.0.113.7'],
  stageTimestamp: '2026-03-01T10:00:00.123456Z',
});

const eventList = (from: number, to: number) =>
  JSON.stringify({
    kind: 'EventList',
    apiVersion: 'audit.k8s.io/v1',
    metadata: {},
    items: Array.from({ length: to - from }, (_, index) => auditEvent(from + index)),
  });

const ids = () => siem.records().map(({ auditID }) => Number(auditID));
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('the audit webhook', () => {
  /** Posts a body as the API server does; gives the status. */
  const post = (port: number, body: string | Buffer, from: Partial<Certificates> = certificates, headers = {}) =>
    new Promise<number>((resolve, reject) => {
      const agent = new https.Agent({ keepAlive: true });
      const read = (file?: string) => (file === undefined ? undefined : fs.readFileSync(file));
      const request = https.request(
        {
          host: 'localhost',
          port,
          path: '/some/path?time=1',
          method: 'POST',
          ca: read(certificates.caFile),
          cert: read(from.certificateFile),
          key: read(from.keyFile),
          // As the API server does: Fluentd closes a TLS connection that shall end before its answer has left.
          agent,
          headers: { 'content-type': 'application/json', ...headers },
        },
        (response) => {
          response.resume();
          response.on('end', () => {
            agent.destroy();
            resolve(response.statusCode ?? 0);
          });
        },
      );
      request.on('error', reject);
      request.end(body);
    });

  const start = (bufferBytes?: number) =>
    startIngest(
      { kind: 'audit-webhook', tls: { ...certificates, clientCaFile: certificates.caFile } },
      { dir, target: siem.url, ...(bufferBytes !== undefined && { bufferBytes }) },
    );

  test('an EventList becomes its events, each with its own time and the name of the cluster', async () => {
    const { port } = await start();
    expect(await post(port, eventList(0, 3))).toBe(200);
    expect(await post(port, gzipSync(eventList(3, 5)), certificates, { 'content-encoding': 'gzip' })).toBe(200);
    await waitFor('all events', () => ids().length === 5);
    expect(ids().sort()).toEqual(upTo(5));
    const origin = { source: 'kubernetes-audit', cluster: 'prod-eu' };
    expect(siem.records()[0]).toEqual({ ...auditEvent(0), siem: origin });
  });

  test('it answers when the events stand on the disk: a kill in the same moment loses none', async () => {
    siem.answerWith(503);
    const { port, fluentd } = await start();
    expect(await post(port, eventList(0, 400))).toBe(200);
    await fluentd.stop('SIGKILL');
    siem.answerWith(200);
    await start();
    await waitFor('all events', () => ids().length >= 400);
    expect([...new Set(ids())].sort((a, b) => a - b)).toEqual(upTo(400));
  });

  test('a full buffer is answered with an error, so that the API server sends the events again', async () => {
    siem.answerWith(503);
    const { port } = await start(100_000);
    let sent = 0;
    while ((await post(port, eventList(sent, sent + 100))) === 200) sent += 100;
    expect(sent).toBeGreaterThan(0);
    siem.answerWith(200);
    await waitFor('room again', async () => (await post(port, eventList(sent, sent + 100))) === 200);
    await waitFor('all events', () => new Set(ids()).size === sent + 100);
  });

  test('who has no certificate of the CA is not let in', async () => {
    const { port } = await start();
    const others = makeCertificates(path.join(dir, 'others'));
    await expect(post(port, eventList(0, 1), others)).rejects.toThrow();
    await expect(post(port, eventList(0, 1), {})).rejects.toThrow();
    expect(await post(port, eventList(1, 2))).toBe(200);
    await waitFor('the allowed one', () => ids().length > 0);
    expect(ids()).toEqual([1]);
  });

  test('a body above the limit is refused, packed or not, and the next one is taken', async () => {
    const { port } = await start();
    expect(await post(port, eventList(0, 1).padEnd(33 * MIB)).catch(() => 413)).toBe(413);
    const bomb = gzipSync(eventList(0, 1).padEnd(64 * MIB));
    expect(await post(port, bomb, certificates, { 'content-encoding': 'gzip' }).catch(() => 400)).toBe(400);
    expect(await post(port, eventList(0, 1))).toBe(200);
    await waitFor('the good one', () => ids().length === 1);
    expect(siem.records()).toHaveLength(1);
  });

  test('what cannot be unwrapped is kept with the reason, and nothing of it stops what comes after', async () => {
    const { port, fluentd } = await start();
    const hostile = [
      { body: 'garbage \u0000\u0001', reason: /unexpected/ },
      { body: eventList(0, 3).slice(0, -40), reason: /./ },
      { body: Buffer.from([0xff, 0xfe, 0x7b, 0x80]), reason: /./ },
      { body: '['.repeat(100_000), reason: /nesting/ },
      { body: '5', reason: /1 of 1 items/ },
      { body: '{"items":[5]}', reason: /1 of 1 items/ },
      { body: '{"items":[{"a":123456789012345678901234567890}]}', reason: /1 of 1/ },
      { body: '{"items":[{"a":[1e999]}]}', reason: /1 of 1 items/ },
      { body: '{"items":[{"a":"\\ud800"}]}', reason: /surrogate|1 of 1/ },
      { body: `{"items":[{"a":"${'x'.repeat(9 * MIB)}"}]}`, reason: /1 of 1 items/ },
      { body: `[${'{},'.repeat(50_000)}{}]`, reason: /50001 items/ },
    ];
    for (const { body } of hostile) expect(await post(port, body)).toBe(200);
    expect(await post(port, eventList(7, 8))).toBe(200);
    await waitFor('all', () => siem.records().length === hostile.length + 1);
    const records = siem.records() as { message: string; siem: { quarantine?: { reason: string } } }[];
    hostile.forEach(({ reason }, index) => {
      expect(records[index]?.siem.quarantine?.reason).toMatch(reason);
      expect(Buffer.byteLength(records[index]?.message ?? '')).toBeLessThanOrEqual(65_536);
    });
    expect(records.at(-1)).toMatchObject(auditEvent(7));
    expect(fluentd.log()).not.toMatch(/"level":"(?:error|fatal)"/);
  });

  test('the good items of a list pass where others are kept aside, and nobody can claim another origin', async () => {
    const { port } = await start();
    const items = [{ ...auditEvent(1), siem: { canary: true, cluster: 'other' } }, 'text', auditEvent(2)];
    expect(await post(port, JSON.stringify({ items }))).toBe(200);
    await waitFor('three records', () => siem.records().length === 3);
    expect(siem.records().map((record) => record['siem'])).toEqual([
      { source: 'kubernetes-audit', cluster: 'prod-eu' },
      { source: 'kubernetes-audit', cluster: 'prod-eu' },
      {
        source: 'kubernetes-audit',
        cluster: 'prod-eu',
        quarantine: { reason: '1 of 3 items cannot be carried on' },
      },
    ]);
  });
});

describe('a Pub/Sub subscription that pushes', () => {
  const logEntry = (id: number) => ({
    insertId: `x${id}`,
    logName: 'projects/example/logs/cloudaudit.googleapis.com%2Factivity',
    timestamp: '2026-03-01T10:00:00.123456789Z',
    protoPayload: { methodName: 'io.k8s.core.v1.secrets.list', authenticationInfo: { principalEmail: 'mallory' } },
    resource: { type: 'k8s_cluster', labels: { cluster_name: 'prod-eu' } },
  });

  const push = (entry: object) =>
    JSON.stringify({
      message: {
        data: Buffer.from(JSON.stringify(entry)).toString('base64'),
        messageId: '1',
        publishTime: '2026-03-01T10:00:01Z',
      },
      subscription: 'projects/example/subscriptions/siem',
    });

  const start = () => {
    const tokenFile = path.join(dir, 'token');
    fs.writeFileSync(tokenFile, `${TOKEN}\n`);
    return startIngest({ kind: 'gke', tokenFile }, { dir, target: siem.url });
  };

  const post = async (port: number, body: string, query: string, headers: Record<string, string> = {}) => {
    const url = `http://127.0.0.1:${port}/${query}`;
    return (await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } }))
      .status;
  };

  test('its message becomes the log entry, whichever way the token comes', async () => {
    const { port } = await start();
    expect(await post(port, push(logEntry(1)), `push?token=${encodeURIComponent(TOKEN)}`)).toBe(200);
    expect(await post(port, push(logEntry(2)), '', { authorization: `Bearer ${TOKEN}` })).toBe(200);
    await waitFor('both', () => siem.records().length === 2);
    const origin = { source: 'kubernetes-audit', format: 'gke', cluster: 'prod-eu' };
    expect(siem.records()).toEqual([1, 2].map((id) => ({ ...logEntry(id), siem: origin })));
  });

  test('without the right token nothing is stored, and each attempt is counted', async () => {
    const { port, metricsPort } = await start();
    const queries = ['', '?token=', '?token=wrong', `?token=${encodeURIComponent(`${TOKEN}x`)}`, '?token=%00'];
    for (const query of queries) expect(await post(port, push(logEntry(1)), query)).toBe(403);
    expect(await post(port, push(logEntry(1)), '', { authorization: 'Bearer wrong' })).toBe(403);
    expect(await post(port, push(logEntry(9)), `?token=${encodeURIComponent(TOKEN)}`)).toBe(200);
    await waitFor('the right one', () => siem.records().length > 0);
    expect(siem.records().map((record) => record['insertId'])).toEqual(['x9']);
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    expect(metrics).toContain(`siem_refused_requests_total{plugin_id="in_gke"} ${queries.length + 1}.0`);
  });

  test('what is no push is kept with the reason', async () => {
    const { port } = await start();
    const bodies = [
      JSON.stringify(logEntry(1)),
      '{"message":{"data":"!"}}',
      '{"message":{"data":"AAAA"}}',
      '{"message":{"data":5}}',
    ];
    for (const body of bodies) expect(await post(port, body, `?token=${encodeURIComponent(TOKEN)}`)).toBe(200);
    await waitFor('all', () => siem.records().length === bodies.length);
    const records = siem.records() as { message: string; siem: { quarantine: { reason: string } } }[];
    expect(records.map(({ message }) => message)).toEqual(bodies);
    for (const record of records) expect(record.siem.quarantine.reason).not.toBe('');
  });
});
