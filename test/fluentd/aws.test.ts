/** S3, CloudWatch Logs and Kinesis, as moto answers for them; a gate before it knows one key and can refuse. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { freePort } from '../../scripts/support/free-port';
import { AwsCredentials } from '../../src/constructs/destinations/aws-credentials';
import { CloudWatchDestination } from '../../src/constructs/destinations/cloudwatch';
import type { ISiemDestination } from '../../src/constructs/destinations/destination';
import { KinesisDestination } from '../../src/constructs/destinations/kinesis';
import { S3Destination } from '../../src/constructs/destinations/s3';
import { SecretSource } from '../../src/constructs/destinations/secret-source';
import { awkwardRecords, metric, proveDelivery } from './support/delivery';
import type { DeliveryResult } from './support/delivery';
import { startDestination } from './support/destination';
import type { DestinationSetup } from './support/destination';
import { stopFluentds } from './support/fluentd';
import { startGate } from './support/gate';
import type { Gate, GateAnswer } from './support/gate';
import { removeTemporaryFolders, temporaryFolder } from './support/temporary';
import { installMoto, testWith } from './support/tools';
import { isListening, waitFor } from './support/wait';

const moto = installMoto();
const REGION = 'eu-central-1';
const KEY_ID = 'AKIAEXAMPLEEXAMPLE01';
const KEY = 'an/example+key that signs';
const ENDPOINT = 'https://aws.example.com';

let server: ChildProcess | undefined;
let port = 0;
let gate: Gate;

beforeAll(async () => {
  if (moto.kind === 'missing') return;
  port = await freePort();
  server = spawn(moto.tool, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  await waitFor('moto', () => isListening(port));
});
beforeEach(async () => {
  gate = await startGate(port);
  gate.answerWith(unknownKey);
});
afterEach(async () => {
  await stopFluentds();
  await gate.close();
});
afterAll(() => {
  server?.kill('SIGKILL');
  removeTemporaryFolders();
});

/** Objects of a second, so that nobody waits for them. */
const SHORT_OBJECTS = { 'timekey 60': 'timekey 1', 'timekey_wait 30': 'timekey_wait 0' };

/** As the services refuse a key that they do not know. */
function unknownKey(request: IncomingMessage): GateAnswer | undefined {
  if (request.headers.authorization?.includes(`Credential=${KEY_ID}/`) === true) return undefined;
  const isJson = request.headers['x-amz-target'] !== undefined;
  return isJson
    ? { status: 400, body: JSON.stringify({ __type: 'UnrecognizedClientException', message: 'not valid' }) }
    : { status: 403, body: '<Error><Code>InvalidAccessKeyId</Code><Message>not valid</Message></Error>' };
}

const credentials = AwsCredentials.keys({
  accessKeyId: SecretSource.existing({ secretName: 'siem-aws' }),
  secretAccessKey: SecretSource.existing({ secretName: 'siem-aws' }),
});

function setup(keyId = KEY_ID): Omit<DestinationSetup, 'dir'> {
  return { parameters: { endpoint: gate.url }, secrets: { 'access-key-id': keyId, 'secret-access-key': KEY } };
}

/** Delivered over a refused key and an outage. */
function prove(
  destination: ISiemDestination,
  received: () => Promise<Record<string, unknown>[]>,
  places: Readonly<Record<string, string>> = {},
): Promise<DeliveryResult> {
  return proveDelivery({
    destination,
    dir: temporaryFolder(),
    setup: { ...setup(), places },
    refused: { ...setup('AKIAEXAMPLESTRANGER1'), places },
    secrets: [KEY, KEY_ID],
    received,
    stopReceiver: () => gate.close(),
    startReceiver: () => gate.open(),
  });
}

/** Moto asks who it is, and does not check the signature. */
function asClient(service: string): Record<string, string> {
  const scope = `Credential=test/20260301/${REGION}/${service}/aws4_request`;
  return { authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0` };
}

/** Asks moto itself, as a client of the service. */
async function ask(service: string, target: string, body: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': target,
      ...asClient(service),
    },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${target}: ${answer.status} ${text}`);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

const parsed = (text: string) => JSON.parse(text) as Record<string, unknown>;

testWith(moto)('a bucket of S3 gets every record as it was, in objects by the time of the events', async () => {
  await fetch(`http://127.0.0.1:${port}/archive`, {
    method: 'PUT',
    headers: asClient('s3'),
    body: `<CreateBucketConfiguration><LocationConstraint>${REGION}</LocationConstraint></CreateBucketConfiguration>`,
  });
  const destination = new S3Destination({
    bucket: 'archive',
    region: REGION,
    credentials,
    endpoint: ENDPOINT,
    objectSeconds: 60,
  });
  const result = await prove(destination, bucketRecords, SHORT_OBJECTS);
  expect(result).toMatchObject({ sent: 80, distinct: 80, arrivals: 80 });
  const day = new Date().toISOString().slice(0, 10);
  for (const key of await bucketKeys())
    expect(key).toMatch(new RegExp(`^siem/dt=${day}/hour=\\d\\d/\\w{32}\\.json\\.gz$`));
});

async function bucketKeys(): Promise<string[]> {
  const listing = await (
    await fetch(`http://127.0.0.1:${port}/archive?list-type=2`, { headers: asClient('s3') })
  ).text();
  return [...listing.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key = '']) => key);
}

async function bucketRecords(): Promise<Record<string, unknown>[]> {
  const keys = await bucketKeys();
  const objects = await Promise.all(
    keys.map(async (key) => {
      const answer = await fetch(`http://127.0.0.1:${port}/archive/${key}`, { headers: asClient('s3') });
      return gunzipSync(Buffer.from(await answer.arrayBuffer())).toString('utf8');
    }),
  );
  return objects.flatMap((text) => text.trimEnd().split('\n').map(parsed));
}

testWith(moto)('a log group of CloudWatch gets every record as it was, and a large one shortened', async () => {
  const destination = new CloudWatchDestination({
    logGroup: '/security/prod-eu',
    region: REGION,
    credentials,
    endpoint: ENDPOINT,
  });
  const result = await prove(destination, logRecords);
  expect(result).toMatchObject({ sent: 80, distinct: 80, arrivals: 80 });
  await result.last.send([large()]);
  await waitFor('the large record', async () => (await logRecords()).some(isLarge));
  expect((await logRecords()).find(isLarge)).toMatchObject({ siem: { shortened: ['requestObject'] } });
  expect(await metric(result.last.metricsUrl, /^siem_destination_shortened_records_total\{/)).toBe(1);
  // Moto says of events that are too old where the last one stands; AWS, where the first that is not.
  const times = [0, 3].map((hours) => new Date(Date.now() + hours * 3_600_000).toISOString());
  await result.last.send(times.map((lastTime, n) => ({ n: 1000 + n, lastTime })));
  await waitFor('the dropped ones', async () => (await dropped(result)) === 1);
  expect((await logRecords()).filter(({ n }) => Number(n) >= 1000)).toMatchObject([{ n: 1000 }]);
});

const dropped = ({ last }: DeliveryResult) => metric(last.metricsUrl, /^siem_destination_dropped_records_total\{/);

async function logRecords(): Promise<Record<string, unknown>[]> {
  const from = { logGroupName: '/security/prod-eu', logStreamName: 'siem' };
  try {
    const { events } = await ask('logs', 'Logs_20140328.GetLogEvents', { ...from, startFromHead: true });
    return (events as { message: string }[]).map(({ message }) => parsed(message));
  } catch (error) {
    if (String(error).includes('ResourceNotFound')) return [];
    throw error;
  }
}

testWith(moto)(
  'CloudWatch that throttles keeps nobody from stopping, and gets every record when it is done',
  async () => {
    const throttled = { status: 400, body: JSON.stringify({ __type: 'ThrottlingException', message: 'slow down' }) };
    let refusals = 0;
    let isBusy = true;
    gate.answerWith((request) => {
      if (!isBusy || request.headers['x-amz-target'] !== 'Logs_20140328.PutLogEvents') return unknownKey(request);
      refusals += 1;
      return throttled;
    });
    const group = { logGroup: '/throttled', region: REGION, credentials, endpoint: ENDPOINT };
    const [destination, dir] = [new CloudWatchDestination(group), temporaryFolder()];
    const first = await startDestination(destination, { dir, ...setup() });
    await first.send(awkwardRecords(0));
    await waitFor('refusals', () => refusals > 4);
    expect(await first.fluentd.stop()).toBeLessThan(60_000);
    const before = refusals;
    await startDestination(destination, { dir, ...setup() });
    await waitFor('more refusals', () => refusals > before + 4);
    isBusy = false;
    const from = { logGroupName: '/throttled', logStreamName: 'siem', startFromHead: true };
    await waitFor('the records', async () => {
      const { events } = await ask('logs', 'Logs_20140328.GetLogEvents', from);
      return (events as object[]).length === 40;
    });
  },
);

testWith(moto)('a stream of Kinesis gets every record as it was, and a large one shortened', async () => {
  await ask('kinesis', 'Kinesis_20131202.CreateStream', { StreamName: 'security', ShardCount: 1 });
  await waitFor('the stream', async () => {
    const answer = await ask('kinesis', 'Kinesis_20131202.DescribeStreamSummary', { StreamName: 'security' });
    return (answer['StreamDescriptionSummary'] as { StreamStatus: string }).StreamStatus === 'ACTIVE';
  });
  const destination = new KinesisDestination({
    streamName: 'security',
    region: REGION,
    credentials,
    endpoint: ENDPOINT,
  });
  const result = await prove(destination, streamRecords);
  expect(result).toMatchObject({ sent: 80, distinct: 80, arrivals: 80 });
  await result.last.send([large()]);
  await waitFor('the large record', async () => (await streamRecords()).some(isLarge));
  expect((await streamRecords()).find(isLarge)).toMatchObject({ siem: { shortened: ['requestObject'] } });
});

async function streamRecords(): Promise<Record<string, unknown>[]> {
  const shard = { StreamName: 'security', ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' };
  const { ShardIterator } = await ask('kinesis', 'Kinesis_20131202.GetShardIterator', shard);
  const { Records } = await ask('kinesis', 'Kinesis_20131202.GetRecords', { ShardIterator });
  return (Records as { Data: string }[]).map(({ Data }) => parsed(Buffer.from(Data, 'base64').toString('utf8')));
}

function large(): Record<string, unknown> {
  return { auditID: 'large', lastTime: new Date().toISOString(), requestObject: { data: 'x'.repeat(1_200_000) } };
}

const isLarge = ({ auditID }: Record<string, unknown>) => auditID === 'large';
