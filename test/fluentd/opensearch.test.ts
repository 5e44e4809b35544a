/** A real OpenSearch: daily indices and a data stream, documents it refuses, and an outage. */
import * as path from 'node:path';
import { freePort } from '../../scripts/support/free-port';
import { OpenSearchDestination } from '../../src/constructs/destinations/opensearch';
import { startDestinations } from './support/destination';
import { stopFluentds } from './support/fluentd';
import { installOpenSearch, startOpenSearch } from './support/opensearch';
import type { OpenSearch } from './support/opensearch';
import { removeTemporaryFolders, temporaryFolder } from './support/temporary';
import { testWith } from './support/tools';
import { waitFor } from './support/wait';

const tool = installOpenSearch();
const TIMEOUT_MS = 300_000;
let server: OpenSearch | undefined;

afterAll(async () => {
  await stopFluentds();
  await server?.kill();
  removeTemporaryFolders();
});

interface Hit {
  readonly _index: string;
  readonly _source: { readonly id: number };
}

/** Ids of the documents of an index or a data stream, and the indices that hold them; none while it is not ready. */
async function found(where: string): Promise<{ ids: number[]; indices: string[] }> {
  const query = `/${where}/_search?size=1000&ignore_unavailable=true`;
  const answer = await server?.ask('GET', query).catch(() => undefined);
  const { hits } = (answer as { hits: { hits: Hit[] } } | undefined)?.hits ?? { hits: [] };
  const ids = hits.map(({ _source }) => _source.id).sort((one, other) => one - other);
  return { ids, indices: [...new Set(hits.map(({ _index }) => _index))].sort() };
}

testWith(tool)(
  'what is sent while it is down arrives once in its index and in its data stream; what it refuses is kept and counted',
  async () => {
    const dir = temporaryFolder();
    const [home, port] = [path.join(dir, 'opensearch'), await freePort()];
    server = await startOpenSearch(tool, home, port);
    const template = { index_patterns: ['logs-siem*'], data_stream: {}, priority: 500, template: {} };
    await server.ask('PUT', '/_index_template/siem', template);
    await server.kill();
    const hosts = [server.url];
    const aggregator = await startDestinations(
      [
        new OpenSearchDestination({ hosts, destinationName: 'daily' }),
        new OpenSearchDestination({ hosts, destinationName: 'stream', dataStream: {} }),
      ],
      { dir, secrets: () => ({}), parameters: () => undefined },
    );
    const record = (id: number, rest: object = {}) => ({ id, lastTime: '2026-03-01T23:59:59Z', code: id, ...rest });
    await aggregator.send([record(1), record(2), record(3, { requestObject: { 'a.b': { c: 1 } } })]);
    await waitFor('an attempt', () => /out_stream.*(refused|reach|connect)/i.test(aggregator.fluentd.log()));
    server = await startOpenSearch(tool, home, port);
    await waitFor('the documents', async () => (await found('siem-*')).ids.length >= 3, 120);
    await waitFor('those of the stream', async () => (await found('logs-siem-default')).ids.length >= 3, 120);
    await aggregator.send([record(4, { code: 'no number' }), record(5)]);
    await waitFor('the last', async () => (await found('siem-*')).ids.includes(5));
    await waitFor('the last of the stream', async () => (await found('logs-siem-default')).ids.includes(5));
    expect(await found('siem-*')).toEqual({ ids: [1, 2, 3, 5], indices: ['siem-2026.03.01'] });
    const stream = await found('logs-siem-default');
    expect(stream).toEqual({ ids: [1, 2, 3, 5], indices: [expect.stringMatching(/^\.ds-logs-siem-default-/)] });
    for (const name of ['daily', 'stream']) {
      const line = `siem_destination_refused_records_total{destination="${name}"} 1.0`;
      await waitFor(`the count of ${name}`, async () =>
        (await (await fetch(aggregator.metricsUrl)).text()).includes(line),
      );
    }
  },
  TIMEOUT_MS,
);
