import { renderAggregator } from '../../../src/model/pipeline/aggregator-config';
import type { AggregatorOptions, DestinationOutput } from '../../../src/model/pipeline/aggregator-config';
import { ElasticsearchDestination } from '../../../src/constructs/destinations/elasticsearch';
import { HttpDestination } from '../../../src/constructs/destinations/http';
import { OpenSearchDestination } from '../../../src/constructs/destinations/opensearch';
import { SecretSource } from '../../../src/constructs/destinations/secret-source';
import { outputOf } from '../../support/outputs';
import { all, find, readConfig } from '../support/fluentd-reader';

const secret = SecretSource.existing({ secretName: 'siem' });
const HTTP = outputOf(
  new HttpDestination({ endpoint: 'https://siem.example.com', apiKey: secret, apiKeyHeader: 'X-Api-Key' }),
);
const ELASTICSEARCH = outputOf(
  new ElasticsearchDestination({
    destinationName: 'es-1',
    hosts: ['https://es.example.com:9200'],
    username: 'alice',
    password: secret,
  }),
);
const OPENSEARCH = outputOf(
  new OpenSearchDestination({ destinationName: 'os-1', hosts: ['https://os.example.com:9200'] }),
);

const BASE: AggregatorOptions = {
  transport: {
    kind: 'tls',
    caFile: '/certs/ca.crt',
    certificateFile: '/certs/tls.crt',
    keyFile: '/certs/tls.key',
    sharedKeyFile: '/secrets/shared-key',
  },
  stateDirectory: '/state',
  credentialDirectory: '/secrets',
  destinations: [HTTP],
};

const render = (options: Partial<AggregatorOptions> = {}) => renderAggregator({ ...BASE, ...options });
const aggregator = (...destinations: DestinationOutput[]) => readConfig(render({ destinations }));

test('destinations come before the detector, which never refuses', () => {
  const text = render();
  expect(text.split('\n\n').find((part) => part.includes('<label @INGEST>'))).toMatchInlineSnapshot(`
    "<label @INGEST>
      <match **>
        @type copy
        @id copy_ingest
        copy_mode shallow
        <store>
          @type relabel
          @id relabel_to_destinations
          @label @DESTINATIONS
        </store>
        <store ignore_error>
          @type http
          @id out_detector
          endpoint http://127.0.0.1:8088/v1/records
          content_type application/x-ndjson
          compress gzip
          headers_from_placeholders '{"x-chunk-id":"\${chunk_id}"}'
          open_timeout 5
          read_timeout 60
          reuse_connections true
          retryable_response_codes '[301,302,303,307,308,401,403,404,405,407,408,413,421,423,425,429,500,502,503,504,507,509,520,521,522,523,524,525,526,527,530]'
          <format>
            @type json
          </format>
          <buffer>
            @type file
            path /state/buffer/out_detector
            flush_mode interval
            flush_interval 1
            flush_thread_count 1
            flush_thread_burst_interval 0.05
            chunk_limit_size 16777216
            chunk_limit_records 2000
            total_limit_size 1073741824
            overflow_action drop_oldest_chunk
            retry_forever true
            retry_max_interval 10
            flush_at_shutdown true
          </buffer>
        </store>
      </match>
    </label>"
  `);
});

test('an HTTP destination keeps what was refused, and its secret stays in its file', () => {
  const text = render();
  expect(text.split('\n\n').find((part) => part.includes('<label @DESTINATION_HTTP>'))).toMatchInlineSnapshot(`
    "<label @DESTINATION_HTTP>
      <match **>
        @type http
        @id out_http
        endpoint "https://siem.example.com"
        content_type application/x-ndjson
        json_array false
        headers "{\\"X-Api-Key\\":\\"#{File.read('/secrets/http/api-key', encoding: 'UTF-8').strip.to_json[1..-2]}\\"}"
        open_timeout 10
        read_timeout 60
        reuse_connections true
        tls_verify_mode peer
        retryable_response_codes '[301,302,303,307,308,401,403,404,405,407,408,413,421,423,425,429,500,502,503,504,507,509,520,521,522,523,524,525,526,527,530]'
        <format>
          @type json
        </format>
        <buffer>
          @type file
          path /state/buffer/out_http
          flush_mode interval
          flush_interval 1
          flush_thread_count 2
          flush_thread_burst_interval 0.05
          chunk_limit_size 16777216
          chunk_limit_records 1000
          total_limit_size 2147483648
          overflow_action throw_exception
          retry_forever true
          retry_max_interval 30
          flush_at_shutdown true
        </buffer>
      </match>
    </label>
    "
  `);
});

test('only the first destination can hold the flow back; the others drop what they cannot hold, by themselves', () => {
  const config = aggregator(HTTP, ELASTICSEARCH, OPENSEARCH);
  const copy = find(config, ({ params }) => params['@id'] === 'copy_destinations');
  expect(copy.children.map(({ argument, params }) => [argument, params['@label']])).toEqual([
    ['', '@DESTINATION_HTTP'],
    ['ignore_error', '@DESTINATION_ES_1'],
    ['ignore_error', '@DESTINATION_OS_1'],
  ]);
  const buffers = all(config, ({ name }) => name === 'buffer').map(({ params }) => [
    params['path'],
    params['overflow_action'],
  ]);
  expect(buffers).toEqual([
    ['/state/buffer/out_detector', 'drop_oldest_chunk'],
    ['/state/buffer/out_http', 'throw_exception'],
    ['/state/buffer/out_es-1', 'drop_oldest_chunk'],
    ['/state/buffer/out_os-1', 'drop_oldest_chunk'],
  ]);
});

test('alerts go to the destinations and not to the detector', () => {
  const alerts = find(aggregator(HTTP), ({ params }) => params['@id'] === 'in_alerts');
  expect(alerts.params).toMatchObject({ bind: '127.0.0.1', port: '9880', '@label': '@DESTINATIONS' });
  const destinations = find(aggregator(HTTP), ({ argument }) => argument === '@DESTINATIONS');
  expect(JSON.stringify(destinations)).not.toContain('detector');
});

test('agents are let in with a certificate and the shared key only', () => {
  const input = find(aggregator(HTTP), ({ params }) => params['@id'] === 'in_forward');
  expect(find([input], ({ name }) => name === 'transport')).toMatchObject({
    argument: 'tls',
    params: { version: 'TLSv1_3', client_cert_auth: 'true', ca_path: '/certs/ca.crt' },
  });
  expect(find([input], ({ name }) => name === 'security').params['shared_key']).toContain('/secrets/shared-key');
});

test.each([
  {
    title: 'Elasticsearch',
    plugin: 'elasticsearch',
    output: ELASTICSEARCH,
    check: { verify_es_version_at_startup: 'false', log_es_400_reason: 'true' },
  },
  {
    title: 'OpenSearch',
    plugin: 'opensearch',
    output: OPENSEARCH,
    check: { verify_os_version_at_startup: 'false', log_os_400_reason: 'true' },
  },
])('$title is verified, asked nothing at start, and gets documents with ids', ({ plugin, output, check }) => {
  const config = aggregator(output);
  const { params } = find(config, (element) => element.params['@type'] === `siem_${plugin}`);
  const delivery = `@DELIVERY_${output.id.toUpperCase().replace('-', '_')}`;
  expect(params).toMatchObject({ ...check, ssl_verify: 'true', unrecoverable_error_types: '[]', '@label': delivery });
  const id = find(config, (element) => element.params['@type'] === `${plugin}_genid`).params['hash_id_key'];
  expect(params['id_key']).toBe(id);
});

test('every label that is named exists, and no name stands twice', () => {
  const config = aggregator(HTTP, ELASTICSEARCH, OPENSEARCH);
  const defined = config.filter(({ name }) => name === 'label').map(({ argument }) => argument);
  const named = all(config, ({ params }) => '@label' in params).map(({ params }) => params['@label']);
  expect(named.filter((name) => !defined.includes(name ?? ''))).toEqual([]);
  const ids = all(config, ({ params }) => '@id' in params).map(({ params }) => params['@id']);
  expect(new Set(ids).size).toBe(ids.length);
  expect(defined).not.toContain('@ERROR');
});

test('without a destination the detector still gets everything', () => {
  const config = aggregator();
  const copy = find(config, ({ params }) => params['@id'] === 'copy_ingest');
  expect(copy.children.map(({ params }) => params['@id'])).toEqual(['relabel_to_destinations', 'out_detector']);
});

test.each([
  { title: 'a destination id that is no name', destinations: [{ ...HTTP, id: 'Our SIEM' }] },
  {
    title: 'a second destination that would pause the flow',
    destinations: [HTTP, { ...ELASTICSEARCH, buffer: { overflow: 'pause' as const } }],
  },
])('refuses $title', ({ destinations }) => {
  expect(() => render({ destinations })).toThrow();
});
