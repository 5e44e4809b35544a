/** Every destination that is delivered to by HTTP, with what it takes to test it: one row each. */
import { DatadogDestination } from '../../../src/constructs/destinations/datadog';
import type { ISiemDestination } from '../../../src/constructs/destinations/destination';
import { ElasticsearchDestination } from '../../../src/constructs/destinations/elasticsearch';
import { HttpDestination } from '../../../src/constructs/destinations/http';
import { LokiDestination } from '../../../src/constructs/destinations/loki';
import { NewRelicDestination } from '../../../src/constructs/destinations/new-relic';
import { OpenSearchDestination } from '../../../src/constructs/destinations/opensearch';
import { SecretSource } from '../../../src/constructs/destinations/secret-source';
import { SplunkHecDestination } from '../../../src/constructs/destinations/splunk';
import { SumoLogicDestination } from '../../../src/constructs/destinations/sumo-logic';
import type { Delivery, TakenAnswer } from './http-siem';

type Json = Record<string, unknown>;

export interface HttpRow {
  readonly name: string;
  readonly destination: (url: string) => ISiemDestination;
  /** Parameters and secrets that hold the address, which the class itself knows. */
  readonly parameters?: (url: string) => Readonly<Record<string, string>>;
  readonly secrets: (url: string) => Readonly<Record<string, string>>;
  /** The records of a delivery, out of what the service wants around them. */
  readonly records: (delivery: Delivery) => Json[];
  /** Whether a 400 of the whole delivery is repeated; otherwise it is kept aside. */
  readonly repeats400: boolean;
  readonly answer?: TakenAnswer;
}

const secret = SecretSource.existing({ secretName: 'siem' });

/** Nasty on purpose: it has to arrive as it is, and to stand in no log. */
export const SECRET = `s3cr3t-"'#{1}+\\`;

const lines = ({ body }: Delivery): Json[] =>
  body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Json);
const array = ({ body }: Delivery): Json[] => JSON.parse(body) as Json[];
const documents = (delivery: Delivery): Json[] =>
  delivery.path.endsWith('/_bulk') ? lines(delivery).filter((_, at) => at % 2 === 1) : [];

/** A record of this id is refused for what it holds, as one item of a bulk request. */
export const POISON = 'poison';

const isPoison = (document?: Json): boolean => document?.['id'] === POISON;

/** Answers as a search engine does, which says of every document what became of it. */
function bulkAnswer(about: Json): TakenAnswer {
  const headers = { 'x-elastic-product': 'Elasticsearch', 'content-type': 'application/json' };
  return (delivery) => {
    if (!delivery.path.endsWith('/_bulk')) return { headers, body: JSON.stringify(about) };
    const bulk = lines(delivery);
    const items = bulk.flatMap((action, at) => {
      if (at % 2 === 1) return [];
      const [operation = 'index'] = Object.keys(action);
      const error = { type: 'document_parsing_exception', reason: 'failed to parse field [user]' };
      return [{ [operation]: isPoison(bulk[at + 1]) ? { status: 400, error } : { status: 201 } }];
    });
    return { headers, body: JSON.stringify({ took: 1, errors: bulk.some(isPoison), items }) };
  };
}

export const HTTP_ROWS: readonly HttpRow[] = [
  {
    name: 'http',
    destination: (url) => new HttpDestination({ endpoint: `${url}/api/logs`, apiKey: secret }),
    secrets: () => ({ 'api-key': SECRET }),
    records: lines,
    repeats400: false,
  },
  {
    name: 'splunk',
    destination: (url) => new SplunkHecDestination({ endpoint: url, token: secret, index: 'security' }),
    secrets: () => ({ token: SECRET }),
    records: (delivery) => lines(delivery).map(({ event }) => event as Json),
    repeats400: true,
  },
  {
    name: 'loki',
    destination: (url) =>
      new LokiDestination({
        endpoint: url,
        tenant: 'security',
        username: 'shipper',
        password: secret,
        structuredMetadata: { user: 'user.username' },
      }),
    secrets: () => ({ password: SECRET }),
    records: ({ body }) =>
      (JSON.parse(body) as { streams: { values: string[][] }[] }).streams.flatMap(({ values }) =>
        values.map(([, line = '']) => JSON.parse(line) as Json),
      ),
    repeats400: false,
  },
  {
    name: 'datadog',
    destination: () => new DatadogDestination({ apiKey: secret, tags: ['env:prod', 'team:sec'] }),
    parameters: (url) => ({ endpoint: `${url}/api/v2/logs` }),
    secrets: () => ({ 'api-key': SECRET }),
    records: array,
    repeats400: false,
  },
  {
    name: 'new-relic',
    destination: () => new NewRelicDestination({ licenseKey: secret }),
    parameters: (url) => ({ endpoint: `${url}/log/v1` }),
    secrets: () => ({ 'license-key': SECRET }),
    records: (delivery) => array(delivery).map(({ message }) => JSON.parse(String(message)) as Json),
    repeats400: false,
  },
  {
    name: 'sumo-logic',
    destination: () =>
      new SumoLogicDestination({ sourceUrl: secret, sourceCategory: 'prod/kubernetes', fields: { team: 'sec' } }),
    secrets: (url) => ({ 'source-url': `${url}/receiver/v1/http/s3cr3t-path` }),
    records: (delivery) => lines(delivery).map(({ log }) => log as Json),
    repeats400: false,
  },
  {
    name: 'elasticsearch',
    destination: (url) => new ElasticsearchDestination({ hosts: [url], username: 'shipper', password: secret }),
    secrets: () => ({ password: SECRET }),
    records: documents,
    repeats400: true,
    answer: bulkAnswer({ version: { number: '8.19.3' }, tagline: 'You Know, for Search' }),
  },
  {
    name: 'opensearch',
    destination: (url) =>
      new OpenSearchDestination({
        hosts: [url],
        dataStream: { dataset: 'siem', streamNamespace: 'prod' },
        indexPerSource: true,
        username: 'shipper',
        password: secret,
      }),
    secrets: () => ({ password: SECRET }),
    records: documents,
    repeats400: true,
    answer: bulkAnswer({ version: { number: '2.19.1', distribution: 'opensearch' } }),
  },
];
