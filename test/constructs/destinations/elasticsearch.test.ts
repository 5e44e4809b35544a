import { ElasticsearchDestination, ElasticsearchVersion } from '../../../src/constructs/destinations/elasticsearch';
import type { ElasticsearchDestinationProps } from '../../../src/constructs/destinations/elasticsearch';
import { SecretSource } from '../../../src/constructs/destinations/secret-source';
import { bindDestination } from '../../support/destinations';

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
    title: 'an index that is no index',
    props: { indexPrefix: 'SIEM' },
    problem: "the index prefix 'SIEM' is not valid",
  },
])('refuses $title', ({ props, problem }) => {
  expect(() => bound(props)).toThrow(problem);
});
