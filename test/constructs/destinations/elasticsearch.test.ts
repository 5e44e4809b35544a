import { ElasticsearchDestination, ElasticsearchVersion } from '../../../src/constructs/destinations/elasticsearch';
import type { ElasticsearchDestinationProps } from '../../../src/constructs/destinations/elasticsearch';
import { SecretSource } from '../../../src/constructs/destinations/secret-source';
import { find } from '../../model/support/fluentd-reader';
import { bindDestination, destinationConfig } from '../../support/destinations';

const secret = SecretSource.existing({ secretName: 'search' });

function bound(props: Partial<ElasticsearchDestinationProps>): ReturnType<typeof bindDestination> {
  return bindDestination(new ElasticsearchDestination({ hosts: ['https://es.example.com:9200'], ...props }));
}

test('hosts and indices are readable, the API key is a reference', () => {
  const hosts = ['https://a.example.com:9200', 'https://b.example.com:9243/'];
  expect(bound({ hosts, apiKey: secret }).config).toMatchObject({
    destinationName: 'elasticsearch',
    requiredGems: ['fluent-plugin-elasticsearch', 'elasticsearch ~> 8.0'],
    parameters: { hosts: 'https://a.example.com:9200,https://b.example.com:9243', 'index-prefix': 'siem' },
    secrets: { 'api-key': { secretName: 'search', key: 'api-key' } },
    ports: [9200, 9243],
  });
});

test('the major version decides the client in the image', () => {
  expect(bound({ version: ElasticsearchVersion.V9 }).config.requiredGems).toContain('elasticsearch ~> 9.0');
});

const target = (props: Partial<ElasticsearchDestinationProps>): Record<string, string> =>
  find(
    destinationConfig(new ElasticsearchDestination({ hosts: ['https://es.example.com:9200'], ...props })),
    ({ params }) => params['@type'] === 'siem_elasticsearch',
  ).params;

test('a data stream is named by its three parts, and documents are only created in it', () => {
  expect(bound({ dataStream: {} }).config.parameters).toMatchObject({
    'stream-prefix': 'logs-siem',
    'stream-namespace': 'default',
  });
  expect(target({ dataStream: { dataset: 'k8s', streamNamespace: 'prod' } })).toMatchObject({
    index_name: 'logs-k8s-prod',
    write_operation: 'create',
  });
});

test('each source can have an index or a stream of its own', () => {
  expect(target({ indexPerSource: true })).toMatchObject({ logstash_format: 'true', logstash_prefix: 'siem-${tag}' });
  expect(target({ indexPerSource: true, dataStream: {} })).toMatchObject({ index_name: 'logs-siem.${tag}-default' });
});

test('nothing is asked of the server when Fluentd starts, whatever its version', () => {
  expect(target({ version: ElasticsearchVersion.V9 })).toMatchObject({
    verify_es_version_at_startup: 'false',
    default_elasticsearch_version: '9',
  });
});

test.each([
  { title: 'no host', props: { hosts: [] }, problem: 'the destination has no host' },
  { title: 'a host that is no URL', props: { hosts: ['es.example.com'] }, problem: 'is not an HTTP URL' },
  { title: 'a user without password', props: { username: 'shipper' }, problem: 'a login needs a user and a password' },
  {
    title: 'an API key and a user',
    props: { username: 'shipper', password: secret, apiKey: secret },
    problem: 'the destination has an API key and a user; give one of them',
  },
  {
    title: 'an index and a data stream',
    props: { indexPrefix: 'siem', dataStream: {} },
    problem: 'the records go to an index and to a data stream; give one of them',
  },
  {
    title: 'a data stream with a dash in a part',
    props: { dataStream: { dataset: 'a-b' } },
    problem: "'a-b' holds a dash; a data stream has dashes between its parts only",
  },
  {
    title: 'an index that is no index',
    props: { indexPrefix: 'SIEM' },
    problem: "the index prefix 'SIEM' is not valid",
  },
])('refuses $title', ({ props, problem }) => {
  expect(() => bound(props)).toThrow(problem);
});
