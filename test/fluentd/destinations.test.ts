/** What every destination that is delivered to by HTTP promises: the form of its requests, and what becomes of refusals. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { HttpDestination } from '../../src/constructs/destinations/http';
import { startDestination, startDestinations } from './support/destination';
import type { RunningDestination } from './support/destination';
import { stopFluentds } from './support/fluentd';
import { HTTP_ROWS, POISON, SECRET } from './support/http-destinations';
import type { HttpRow } from './support/http-destinations';
import { startHttpSiem } from './support/http-siem';
import type { Behaviour, Delivery, HttpSiem } from './support/http-siem';
import { removeTemporaryFolders, temporaryFolder } from './support/temporary';
import { waitFor } from './support/wait';

const TIME = '2026-03-01T10:00:05.123456Z';
const RECORD = {
  id: 'first',
  lastTime: TIME,
  verb: 'delete',
  user: { username: 'mallory' },
  note: 'ü "quoted" #{ruby} ${tag} \\ \t end',
  siem: { source: 'kubernetes-audit', cluster: 'prod-eu', node: 'node-1.example.com' },
};

interface Station {
  readonly row: HttpRow;
  readonly siem: HttpSiem;
}

let stations: readonly Station[] = [];
let aggregator: RunningDestination;

const stationOf = (name: string): Station => {
  const station = stations.find(({ row }) => row.name === name);
  if (station === undefined) throw new Error(`no station ${name}`);
  return station;
};

/** How often a record arrived. */
const arrivals = ({ row, siem }: Station, id: string): number =>
  siem.taken.flatMap(row.records).filter((record) => record['id'] === id).length;

const missing = (names: readonly Station[], id: string): string[] =>
  names.filter((station) => arrivals(station, id) === 0).map(({ row }) => row.name);

async function metric(running: RunningDestination, name: string, destination: string): Promise<number> {
  const text = await (await fetch(running.metricsUrl)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${name}{destination="${destination}"}`));
  return Number(line?.split(' ').at(-1) ?? 0);
}

beforeAll(async () => {
  stations = await Promise.all(HTTP_ROWS.map(async (row) => ({ row, siem: await startHttpSiem(row.answer) })));
  aggregator = await startDestinations(
    stations.map(({ row, siem }) => row.destination(siem.url)),
    {
      dir: temporaryFolder(),
      secrets: (name) => stationOf(name).row.secrets(stationOf(name).siem.url),
      parameters: (name, parameter) => stationOf(name).row.parameters?.(stationOf(name).siem.url)[parameter],
    },
  );
  await aggregator.send([RECORD], 'kube.audit');
  await waitFor('the first record everywhere', () => missing(stations, 'first').length === 0);
});

afterAll(async () => {
  await stopFluentds();
  await Promise.all(stations.map(({ siem }) => siem.close()));
  removeTemporaryFolders();
});

describe('the form of a request', () => {
  const firstOf = (name: string): Delivery => {
    const { row, siem } = stationOf(name);
    const delivery = siem.taken.find((one) => row.records(one).length > 0);
    if (delivery === undefined) throw new Error(`${name} got nothing`);
    return delivery;
  };
  const stored = { ...RECORD, '@timestamp': TIME };
  const json = (text: string): unknown => JSON.parse(text);

  test('HTTP: a record a line, the key in its header', () => {
    const { path: url, headers, body } = firstOf('http');
    expect(url).toBe('/api/logs');
    expect(headers).toMatchObject({ authorization: `Bearer ${SECRET}`, 'content-type': 'application/x-ndjson' });
    expect(json(body)).toEqual(stored);
  });

  test('Splunk: the event as JSON, with time, host, index and source type', () => {
    const { path: url, headers, body } = firstOf('splunk');
    expect(url).toBe('/services/collector/event');
    expect(headers).toMatchObject({ authorization: `Splunk ${SECRET}`, 'content-encoding': 'gzip' });
    expect(json(body)).toEqual({
      time: Date.parse(TIME) / 1000 + 0.000456,
      host: 'node-1.example.com',
      index: 'security',
      source: 'cdk8s-siem',
      sourcetype: 'siem:kubernetes-audit',
      event: stored,
    });
  });

  test('Loki: one document, the record as a line of its stream, its user beside it', () => {
    const { path: url, headers, body } = firstOf('loki');
    expect(url).toBe('/loki/api/v1/push');
    const login = Buffer.from(`shipper:${SECRET}`).toString('base64');
    expect(headers).toMatchObject({
      authorization: `Basic ${login}`,
      'x-scope-orgid': 'security',
      'content-type': 'application/json',
    });
    expect(json(body)).toEqual({
      streams: [
        {
          stream: { job: 'siem', cluster: 'prod-eu', source: 'kubernetes-audit' },
          values: [['1772359205123456000', expect.any(String), { user: 'mallory' }]],
        },
      ],
    });
    expect(stationOf('loki').row.records(firstOf('loki'))).toEqual([stored]);
  });

  test('Datadog: an array of logs with source, service, tags and host', () => {
    const { path: url, headers, body } = firstOf('datadog');
    expect(url).toBe('/api/v2/logs');
    expect(headers).toMatchObject({ 'dd-api-key': SECRET, 'content-type': 'application/json' });
    expect(json(body)).toEqual([
      {
        ...stored,
        hostname: 'node-1.example.com',
        ddsource: 'kubernetes',
        service: 'cdk8s-siem',
        ddtags: 'env:prod,team:sec',
      },
    ]);
  });

  test('New Relic: an array of messages that hold the record', () => {
    const { path: url, headers, body } = firstOf('new-relic');
    expect(url).toBe('/log/v1');
    expect(headers).toMatchObject({ 'api-key': SECRET, 'content-type': 'application/json' });
    expect(json(body)).toEqual([
      {
        timestamp: Date.parse(TIME),
        message: expect.any(String),
        source: 'kubernetes-audit',
        hostname: 'node-1.example.com',
        logtype: 'siem',
      },
    ]);
    expect(stationOf('new-relic').row.records(firstOf('new-relic'))).toEqual([stored]);
  });

  test('Sumo Logic: a record a line behind its time, category and fields in headers', () => {
    const { path: url, headers, body } = firstOf('sumo-logic');
    expect(url).toBe('/receiver/v1/http/s3cr3t-path');
    expect(headers).toMatchObject({ 'x-sumo-category': 'prod/kubernetes', 'x-sumo-fields': 'team=sec' });
    expect(body.startsWith(`{"timestamp":${Date.parse(TIME)},`)).toBe(true);
    expect(json(body)).toEqual({ timestamp: Date.parse(TIME), log: stored });
  });

  test('Elasticsearch: into the index of the day, with an id', () => {
    const [action, document] = firstOf('elasticsearch').body.trim().split('\n').map(json);
    expect(action).toEqual({ index: { _index: 'siem-2026.03.01', _id: expect.any(String) } });
    expect(document).toMatchObject({ ...stored, document_id: expect.any(String) });
  });

  test('OpenSearch: created in the data stream of its source, with an id', () => {
    const [action, document] = firstOf('opensearch').body.trim().split('\n').map(json);
    expect(action).toEqual({ create: { _index: 'logs-siem.kube.audit-prod', _id: expect.any(String) } });
    expect(document).toMatchObject({ ...stored, document_id: expect.any(String) });
  });
});

describe('what becomes of a delivery', () => {
  const repeated: readonly Behaviour[] = [401, 403, 404, 413, 429, 500, 503, 'garbage', 'dropped', 'slow'];

  test.each(repeated.map((behaviour) => ({ title: String(behaviour), behaviour })))(
    'nothing is lost at $title',
    async ({ title, behaviour }) => {
      const id = `at ${title}`;
      for (const { siem } of stations) siem.behave(behaviour);
      await aggregator.send([{ ...RECORD, id }], 'kube.audit');
      await waitFor('an attempt at each', () => stations.every(({ siem }) => siem.attempts() > 0));
      for (const { siem } of stations) siem.behave('fine');
      await waitFor('it everywhere', () => missing(stations, id).length === 0);
      expect(Math.max(...stations.map((station) => arrivals(station, id)))).toBe(1);
    },
  );

  test('400 is kept aside and counted where it speaks of the records, and repeated where it does not', async () => {
    const id = 'at 400';
    const [asides, repeaters] = [false, true].map((is) => stations.filter(({ row }) => row.repeats400 === is));
    for (const { siem } of stations) siem.behave(400);
    await aggregator.send([{ ...RECORD, id }], 'kube.audit');
    await waitFor('an attempt at each', () => stations.every(({ siem }) => siem.attempts() > 0));
    for (const { row } of asides ?? []) {
      const count = () => metric(aggregator, 'siem_destination_refused_records_total', row.name);
      await waitFor(`the count of ${row.name}`, async () => (await count()) === 1);
      const folder = path.join(aggregator.stateDirectory, 'backup', 'worker0', `out_${row.name}`);
      const kept = fs.readdirSync(folder).map((file) => fs.readFileSync(path.join(folder, file), 'utf8'));
      expect(kept.join('')).toContain(id);
    }
    for (const { siem } of stations) siem.behave('fine');
    await waitFor('it where it is repeated', () => missing(repeaters ?? [], id).length === 0);
    expect(missing(asides ?? [], id)).toHaveLength(5);
  });

  test('a document that a search engine refuses alone is kept aside and counted, the others arrive', async () => {
    const engines = [stationOf('elasticsearch'), stationOf('opensearch')];
    await aggregator.send(
      [
        { ...RECORD, id: POISON },
        { ...RECORD, id: 'beside it' },
      ],
      'kube.audit',
    );
    await waitFor('the other', () => missing(engines, 'beside it').length === 0);
    for (const { row } of engines) {
      const count = () => metric(aggregator, 'siem_destination_refused_records_total', row.name);
      await waitFor(`the count of ${row.name}`, async () => (await count()) === 1);
    }
    expect(engines.map((station) => arrivals(station, 'beside it'))).toEqual([1, 1]);
  });

  test('a record above the largest of a destination loses its largest fields there, and only there', async () => {
    const big = { ...RECORD, id: 'big', requestObject: { data: { blob: 'x'.repeat(1_500_000) } }, kept: 'yes' };
    await aggregator.send([big], 'kube.audit');
    await waitFor('it everywhere', () => missing(stations, 'big').length === 0);
    const cut = ['splunk', 'loki', 'datadog', 'new-relic', 'sumo-logic'];
    for (const { row, siem } of stations) {
      const [record] = siem.taken.flatMap(row.records).filter(({ id }) => id === 'big');
      const { siem: origin } = record as { siem: { shortened?: string[] } };
      expect([row.name, origin.shortened]).toEqual([row.name, cut.includes(row.name) ? expect.any(Array) : undefined]);
      expect(record).toMatchObject({ kept: 'yes', verb: 'delete' });
    }
    expect(await metric(aggregator, 'siem_destination_shortened_records_total', 'loki')).toBe(1);
  });
});

test('an alert has its cluster and severity where a service looks for them', async () => {
  await aggregator.send([{ id: 'an alert', cluster: 'prod-eu', severity: 'high' }]);
  await waitFor('the alert everywhere', () => missing(stations, 'an alert').length === 0);
  const sent = (name: string) => stationOf(name).siem.taken.find(({ body }) => body.includes('an alert'))?.body ?? '';
  expect(JSON.parse(sent('loki'))).toMatchObject({
    streams: [{ stream: { job: 'siem', cluster: 'prod-eu', severity: 'high' } }],
  });
  expect(JSON.parse(sent('splunk'))).toMatchObject({ host: 'prod-eu', sourcetype: 'siem:siem.alert' });
  expect(JSON.parse(sent('datadog'))).toMatchObject([{ hostname: 'prod-eu' }]);
});

test('no secret stands in a manifest or in the log', () => {
  for (const text of [aggregator.manifests, aggregator.fluentd.log()]) {
    expect(text).not.toContain('s3cr3t');
  }
});

test('what is refused is bounded: the oldest goes, and its bytes are counted', async () => {
  const siem = await startHttpSiem();
  siem.behave(400);
  const dir = temporaryFolder();
  // The size of 1 GiB that the aggregator gives them.
  const start = () =>
    startDestination(new HttpDestination({ endpoint: siem.url }), { dir, places: { 1073741824: 20_000 } });
  const running = await start();
  for (let at = 0; at < 4; at += 1) {
    await running.send([{ id: at, filler: 'x'.repeat(8000) }]);
    await waitFor('the attempt', () => siem.attempts() > at);
  }
  const discarded = () => metric(running, 'siem_destination_discarded_bytes_total', 'http');
  await waitFor('the bound', async () => (await discarded()) > 0);
  await waitFor(
    'the count',
    async () => (await metric(running, 'siem_destination_refused_records_total', 'http')) === 4,
  );
  const kept = () => metric(running, 'siem_destination_refused_bytes', 'http');
  expect(await kept()).toBeLessThan(20_000);
  expect(running.fluentd.log()).toContain('a destination refused records for what they hold');
  const before = await kept();
  await running.fluentd.stop();
  const again = await start();
  await waitFor(
    'what was kept',
    async () => (await metric(again, 'siem_destination_refused_bytes', 'http')) === before,
  );
  expect(await metric(again, 'siem_destination_refused_records_total', 'http')).toBe(0);
  await siem.close();
});
