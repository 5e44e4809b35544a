/** Redaction, pseudonyms, sampling and bodies on real Fluentd. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { createHmac } from 'node:crypto';
import { shippingElements } from '../../src/model/shipping/filters';
import type { ShippingFilters } from '../../src/model/shipping/filters';
import { ALERT, AUDIT, CONTAINER_LINE } from './support/example-records';
import { closeFilters, startFilters } from './support/filtered';
import type { FilteredStream } from './support/filtered';
import { stopFluentds } from './support/fluentd';
import { waitFor } from './support/wait';
import { removeTemporaryFolders, temporaryFolder } from './support/temporary';

const KEY = 'a key "with" #{marks}';
const MARK = '[redacted]';
const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl';
const PEM = '-----BEGIN RSA PRIVATE KEY-----\nMIIEow-IBAAKC\nAQEA\n-----END RSA PRIVATE KEY-----';

let stream: FilteredStream | undefined;

async function start(shipping: Omit<ShippingFilters, 'pseudonyms'>, fields?: readonly string[][], addresses = false) {
  const dir = temporaryFolder();
  const keyFile = path.join(dir, 'key');
  fs.writeFileSync(keyFile, `${KEY}\n`);
  const filters = { ...shipping, ...(fields !== undefined && { pseudonyms: { fields, addresses, keyFile } }) };
  stream = await startFilters(dir, shippingElements(filters));
  return stream;
}

const pseudonym = (value: string) => `pseudonym-${createHmac('sha256', KEY).update(value).digest('hex').slice(0, 32)}`;

afterEach(async () => {
  await stopFluentds();
  await closeFilters(stream);
});

afterAll(removeTemporaryFolders);

const TEXTS: readonly { readonly text: string; readonly becomes: string }[] = [
  { text: 'GET / Authorization: Bearer abc.def', becomes: `GET / Authorization: Bearer ${MARK}` },
  { text: '{"authorization":"Basic YWxpY2U6c2VjcmV0"}', becomes: `{"authorization":"Basic ${MARK}"}` },
  { text: 'sent bearer 0123456789abcdef0123', becomes: `sent bearer ${MARK}` },
  { text: `got ${JWT}, done`, becomes: `got ${MARK}, done` },
  { text: 'login?user=bob&password=hunter2&x=1', becomes: `login?user=bob&password=${MARK}&x=1` },
  { text: 'DB_PASSWORD=hunter2 API_KEY: k-1', becomes: `DB_PASSWORD=${MARK} API_KEY: ${MARK}` },
  { text: '{"token":"a b\\"c","x":"y"}', becomes: `{"token":"${MARK}","x":"y"}` },
  {
    text: '{"m":"{\\"password\\":\\"hunter2\\",\\"x\\":1}"}',
    becomes: `{"m":"{\\"password\\":\\"${MARK}\\",\\"x\\":1}"}`,
  },
  { text: 'mysql --password hunter2 -u bob', becomes: `mysql --password ${MARK} -u bob` },
  { text: 'https://bob:hunter2@example.com/x', becomes: `https://bob:${MARK}@example.com/x` },
  { text: 'postgres://:hunter2@db:5432', becomes: `postgres://:${MARK}@db:5432` },
  { text: `key: ${PEM} end`, becomes: `key: ${MARK} end` },
  { text: `cut ${PEM.slice(0, 50)}`, becomes: `cut ${MARK}` },
  { text: 'AKIAIOSFODNN7EXAMPLE used', becomes: `${MARK} used` },
  { text: `ghp_${'a'.repeat(36)} AIza${'b'.repeat(35)}`, becomes: `${MARK} ${MARK}` },
  { text: '{"name":"DB_PASSWORD","value":"hunter2"}', becomes: `{"name":"DB_PASSWORD","value":"${MARK}"}` },
  { text: 'tokens and secrets of passwords: none', becomes: 'tokens and secrets of passwords: none' },
  {
    text: 'http://example.com:8080/a@b Basic authentication',
    becomes: 'http://example.com:8080/a@b Basic authentication',
  },
];

test('secrets in texts are replaced, and what only looks like one stays', async () => {
  const { pass } = await start({ redactSecrets: true });
  const records = await pass(TEXTS.map(({ text }) => ({ record: { ...CONTAINER_LINE, message: text } })));
  expect(records.map(({ message }) => message)).toEqual(TEXTS.map(({ becomes }) => becomes));
  expect(records[0]).toEqual({ ...CONTAINER_LINE, message: TEXTS[0]?.becomes });
});

const env = (name: string, value: string) => ({ name, value });
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
const secret = (data: object) => ({
  kind: 'Secret',
  metadata: { name: 'db', annotations: { [lastApplied]: '{"data":{"a":"aGk="}}', other: 'kept' } },
  type: 'Opaque',
  ...data,
});

test('data of Secrets and variables with secret names lose their values in bodies, also in lists and patches', async () => {
  const { pass, metrics } = await start({ redactSecrets: true });
  const about = (resource: string, bodies: object) => ({
    ...AUDIT,
    objectRef: { resource, namespace: 'shop' },
    requestObject: undefined,
    ...bodies,
  });
  const pod = { kind: 'Pod', spec: { containers: [{ env: [env('DB_PASSWORD', 'hunter2'), env('LEVEL', 'debug')] }] } };
  const sent = [
    about('secrets', {
      requestObject: secret({ data: { a: 'aGk=' } }),
      responseObject: secret({ stringData: { b: 'hi' } }),
    }),
    about('secrets', {
      responseObject: { kind: 'SecretList', items: [{ metadata: { name: 'db' }, data: { a: 'aGk=' } }] },
    }),
    about('secrets', { requestObject: [{ op: 'replace', path: '/data/a', value: 'aGk=' }] }),
    about('secrets', { requestObject: { data: { a: 'aGk=' } } }),
    about('pods', { requestObject: pod, responseObject: { status: { token: 'opaque-token' } } }),
    about('configmaps', { requestObject: { kind: 'ConfigMap', data: { a: 'aGk=' } } }),
  ];
  const records = await pass(sent.map((record) => ({ record })));
  const masked = (data: object) => {
    const { metadata, ...rest } = secret(data);
    return { ...rest, metadata: { ...metadata, annotations: { [lastApplied]: MARK, other: 'kept' } } };
  };
  const bodies = records.map(({ requestObject, responseObject }) => ({ requestObject, responseObject }));
  expect(bodies).toEqual([
    { requestObject: masked({ data: { a: MARK } }), responseObject: masked({ stringData: { b: MARK } }) },
    { responseObject: { kind: 'SecretList', items: [{ metadata: { name: 'db' }, data: { a: MARK } }] } },
    { requestObject: [{ op: 'replace', path: '/data/a', value: MARK }] },
    { requestObject: { data: { a: MARK } } },
    {
      requestObject: {
        kind: 'Pod',
        spec: { containers: [{ env: [env('DB_PASSWORD', MARK), env('LEVEL', 'debug')] }] },
      },
      responseObject: { status: { token: MARK } },
    },
    { requestObject: { kind: 'ConfigMap', data: { a: 'aGk=' } } },
  ]);
  expect(await metrics()).toMatch(/^siem_shipping_redacted_total\{what="secret"\} 9\.0$/m);
});

test('chosen values become pseudonyms that are the same wherever the value stands; those of alerts stay', async () => {
  const { pass } = await start({}, [['user', 'username'], ['sourceIPs']]);
  const message = 'RBAC: allowed to User "alice@example.com" by x.alice@example.computer';
  const record = { ...AUDIT, impersonatedUser: undefined, annotations: { reason: message } };
  const [audit, alert] = await pass([
    { record },
    { record: { ...ALERT, user: { username: 'mallory' } }, tag: 'siem.alert' },
  ]);
  expect(audit).toEqual({
    ...JSON.parse(JSON.stringify(record)),
    user: { ...AUDIT.user, username: pseudonym('alice@example.com') },
    sourceIPs: [pseudonym('198.51.100.4'), pseudonym('203.0.113.7')],
    annotations: {
      reason: message.replace('"alice@example.com"', `"${pseudonym('alice@example.com')}"`),
    },
  });
  expect(alert).toEqual({ ...ALERT, user: { username: 'mallory' } });
});

test('addresses in any text become pseudonyms on demand', async () => {
  const { pass } = await start({}, [], true);
  const text = 'from 203.0.113.7 port 22, [2001:db8::1]:443 at 10:00:00, version 1.2.3.4.5';
  const [record] = await pass([{ record: { ...CONTAINER_LINE, message: text } }]);
  const replaced = text
    .replace('203.0.113.7', pseudonym('203.0.113.7'))
    .replace('2001:db8::1', pseudonym('2001:db8::1'));
  expect(record?.['message']).toBe(replaced);
});

test('bodies above the level leave, counted, and the record says which level was recorded', async () => {
  const { pass, metrics } = await start({ maxBodyLevel: 'Metadata' });
  const [record, alert] = await pass([
    { record: AUDIT },
    { record: { ...ALERT, requestObject: 1 }, tag: 'siem.alert' },
  ]);
  const { requestObject, ...rest } = AUDIT;
  expect(requestObject).toBeDefined();
  expect(record).toEqual({ ...rest, level: 'Metadata', siem: { ...AUDIT.siem, recorded_level: 'RequestResponse' } });
  expect(alert).toEqual({ ...ALERT, requestObject: 1 });
  expect(await metrics()).toContain(
    'siem_shipping_left_out_total{rule="bodies above Metadata",what="requestObject"} 1.0',
  );
});

test('a rule drops or samples what it names, keeps the stages of a request together, and counts', async () => {
  const { pass, metrics } = await start({
    noise: [
      {
        name: 'leases',
        source: 'kubernetes-audit',
        keep: 0.25,
        where: [
          { path: ['objectRef', 'resource'], in: ['leases'] },
          { path: ['responseStatus', 'code'], below: 400, absent: true },
        ],
      },
      { name: 'debug lines', source: 'container', keep: 0, where: [{ path: ['message'], contains: ['DEBUG'] }] },
    ],
  });
  const lease = (id: number, stage: string) => ({
    ...AUDIT,
    auditID: `${id}`,
    stage,
    objectRef: { resource: 'leases' },
  });
  const sent = Array.from({ length: 100 }, (_, id) => [
    lease(id, 'ResponseStarted'),
    lease(id, 'ResponseComplete'),
  ]).flat();
  const refused = { ...lease(1000, 'ResponseComplete'), responseStatus: { code: 403 } };
  const end = [
    refused,
    { ...CONTAINER_LINE, message: 'DEBUG x' },
    CONTAINER_LINE,
    { siem: { source: 'container', canary: true }, message: 'DEBUG' },
    { siem: { source: 'container', quarantine: { reason: 'torn' } }, message: 'DEBUG' },
  ];
  await pass(
    [...sent, ...end].map((record) => ({ record })),
    0,
  );
  const bodies = (): string => stream?.receiver.requests.map(({ body }) => body).join('') ?? '';
  await waitFor('the last record', () => bodies().includes('quarantine'));
  expect(bodies()).toContain('canary');
  const records = stream?.receiver.records() ?? [];
  const leases = records.filter(({ auditID }) => auditID !== undefined && auditID !== '1000');
  expect(records.length - leases.length).toBe(3);
  const stages = new Set(leases.map(({ auditID }) => auditID));
  expect(leases).toHaveLength(2 * stages.size);
  expect(stages.size).toBeGreaterThan(8);
  expect(stages.size).toBeLessThan(45);
  expect(leases[0]?.['siem']).toEqual({ ...AUDIT.siem, sampled: { rule: 'leases', keep: 0.25 } });
  const text = await metrics();
  expect(text).toContain(`siem_shipping_left_out_total{rule="leases",what="record"} ${200 - leases.length}.0`);
  expect(text).toContain('siem_shipping_left_out_total{rule="debug lines",what="record"} 1.0');
});

test('texts made to make patterns slow, broken text, and records without a bottom pass in time', async () => {
  const { pass, fluentd } = await start({ redactSecrets: true }, [['user', 'username']], true);
  const parts = [
    'eyJ',
    'eyJaaaaaaaa.',
    'eyJaaaaaaaa',
    '://a:',
    '://',
    'password=',
    'password="',
    'password\\":\\"',
    '-----BEGIN PRIVATE KEY-----',
  ];
  const more = [
    '-----BEGIN ',
    'token ',
    '--token ',
    'authorization: ',
    'bearer ',
    '"name":"',
    '"name":"token","value":"\\',
    'ghp_',
    'AKIA',
    '1.1.1.',
    'a:',
    '::',
    '\\"',
    'LS0tLS1CRUdJTi',
  ];
  const sent = [...parts, ...more].map((part) => ({
    record: { ...CONTAINER_LINE, message: part.repeat(Math.floor(500_000 / part.length)) },
  }));
  let deep: object = { password: 'hunter2' };
  for (let depth = 0; depth < 120; depth++) deep = { a: deep };
  const from = performance.now();
  const records = await pass([...sent, { record: { ...AUDIT, requestObject: deep } }]);
  const took = performance.now() - from;
  expect(records).toHaveLength(sent.length + 1);
  expect(JSON.stringify(records.at(-1))).not.toContain('hunter2');
  expect(fluentd.log()).not.toContain('"level":"error"');
  expect(took).toBeLessThan(30_000);
});
