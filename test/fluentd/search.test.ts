/** Elasticsearch and OpenSearch by the bulk API. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ISiemDestination } from '../../src/constructs/destinations/destination';
import { ElasticsearchDestination } from '../../src/constructs/destinations/elasticsearch';
import { HttpDestination } from '../../src/constructs/destinations/http';
import { OpenSearchDestination } from '../../src/constructs/destinations/opensearch';
import { SecretSource } from '../../src/constructs/destinations/secret-source';
import { outputOf } from '../support/outputs';
import { stopFluentds } from './support/fluentd';
import { startReceiver } from './support/receiver';
import type { Receiver } from './support/receiver';
import { startSearchServer } from './support/search-server';
import type { SearchServer } from './support/search-server';
import { CLUSTER, NODE_NAME, makeStack } from './support/stack';
import type { TestStack } from './support/stack';
import { removeTemporaryFolders, temporaryFolder } from './support/temporary';
import { waitFor } from './support/wait';

let stack: TestStack;
let search: SearchServer;
let other: Receiver;

beforeEach(async () => {
  stack = await makeStack(temporaryFolder());
  other = await startReceiver();
});

afterEach(async () => {
  await stopFluentds();
  await Promise.all([search.receiver.close(), other.close()]);
});

afterAll(removeTemporaryFolders);

const PASSWORD = `p@s:/w rd+%#{1}"'ü`;

const existing = SecretSource.existing({ secretName: 'search' });

function destinationTo(
  plugin: 'elasticsearch' | 'opensearch',
  login: { username?: string; password?: SecretSource } = {},
): ISiemDestination {
  const props = { hosts: [search.receiver.url], ...login };
  return plugin === 'opensearch' ? new OpenSearchDestination(props) : new ElasticsearchDestination(props);
}

/** A file with this secret in it. */
function secret(text: string): string {
  const file = path.join(stack.folder('secrets'), 'secret');
  fs.writeFileSync(file, `${text}\n`);
  return file;
}

function appendEvent(auditID: string, stageTimestamp: string, extra: object = {}): void {
  const event = { kind: 'Event', auditID, stageTimestamp, annotations: { 'a.b/c': 'd' }, ...extra };
  fs.appendFileSync(path.join(stack.folder('audit'), 'audit.log'), `${JSON.stringify(event)}\n`);
}

const documentsByAuditId = () =>
  [...search.documents.values()].sort((a, b) => Number(a.document['auditID']) - Number(b.document['auditID']));

describe.each([{ plugin: 'elasticsearch' as const }, { plugin: 'opensearch' as const }])('$plugin', ({ plugin }) => {
  test('documents stand in daily indices, objects of any shape as text, and the password is sent as it is', async () => {
    search = await startSearchServer(plugin);
    const destination = destinationTo(plugin, { username: 'alice', password: existing });
    await stack.startAggregator([outputOf(destination, { secrets: { password: secret(PASSWORD) } })]);
    await stack.startAuditAgent();
    appendEvent('1', '2026-03-01T23:59:59.999999Z', { requestObject: { data: { 'a.b': 'ü"' } }, responseObject: null });
    appendEvent('2', '2026-03-02T00:00:00.000000Z');
    await waitFor('two documents', () => search.documents.size >= 2);
    const siem = { source: 'kubernetes-audit', cluster: CLUSTER, node: NODE_NAME };
    const common = { kind: 'Event', annotations: { 'a.b/c': 'd' }, siem, document_id: expect.any(String) };
    expect(documentsByAuditId()).toEqual([
      {
        index: 'siem-2026.03.01',
        document: {
          ...common,
          auditID: '1',
          stageTimestamp: '2026-03-01T23:59:59.999999Z',
          '@timestamp': '2026-03-01T23:59:59.999999Z',
          requestObject: '{"data":{"a.b":"ü\\""}}',
          responseObject: 'null',
        },
      },
      {
        index: 'siem-2026.03.02',
        document: {
          ...common,
          auditID: '2',
          stageTimestamp: '2026-03-02T00:00:00.000000Z',
          '@timestamp': '2026-03-02T00:00:00.000000Z',
        },
      },
    ]);
    const authorization = search.receiver.requests.at(-1)?.headers.authorization ?? '';
    expect(Buffer.from(authorization.replace('Basic ', ''), 'base64').toString()).toBe(`alice:${PASSWORD}`);
  });

  test('a repeated delivery makes no second document, and a part that was refused comes again here only', async () => {
    search = await startSearchServer(plugin);
    search.behave({ status: 503, keepsAnyway: true });
    const destinations = [destinationTo(plugin), new HttpDestination({ endpoint: other.url })];
    await stack.startAggregator(destinations.map((destination) => outputOf(destination)));
    await stack.startAuditAgent();
    for (const id of ['0', '1', '2', '3']) appendEvent(id, '2026-03-01T10:00:00.000000Z');
    await waitFor('two refusals', () => search.receiver.requests.filter(({ status }) => status === 503).length >= 2);
    expect(search.documents.size).toBe(4);
    search.behave({ refuses: ({ auditID }) => Number(auditID) % 2 === 1 });
    for (const id of ['4', '5', '6', '7']) appendEvent(id, '2026-03-01T10:00:00.000000Z');
    await waitFor('the even ones', () => documentsByAuditId().some(({ document }) => document['auditID'] === '6'));
    search.behave({});
    await waitFor('the odd ones', () => search.documents.size >= 8);
    expect(documentsByAuditId().map(({ document }) => document['auditID'])).toEqual([
      '0',
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
    ]);
    expect(
      other
        .records()
        .map(({ auditID }) => auditID)
        .sort(),
    ).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
  });
});

test('an API key of Elasticsearch is sent in its encoded form', async () => {
  search = await startSearchServer('elasticsearch');
  const destination = new ElasticsearchDestination({ hosts: [search.receiver.url], apiKey: existing });
  await stack.startAggregator([outputOf(destination, { secrets: { 'api-key': secret('id:key') } })]);
  await stack.startAuditAgent();
  appendEvent('1', '2026-03-01T10:00:00.000000Z');
  await waitFor('the document', () => search.documents.size > 0);
  const authorization = search.receiver.requests.at(-1)?.headers.authorization;
  expect(authorization).toBe(`ApiKey ${Buffer.from('id:key').toString('base64')}`);
});
