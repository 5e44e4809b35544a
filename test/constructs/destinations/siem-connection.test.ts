import { Chart, Testing } from 'cdk8s';
import type { ISiemDestination, SiemDestinationConfig } from '../../../src/constructs/destinations/destination';
import { ElasticsearchDestination } from '../../../src/constructs/destinations/elasticsearch';
import { FluentdOutput } from '../../../src/constructs/destinations/fluentd-output';
import { HttpDestination } from '../../../src/constructs/destinations/http';
import { SecretSource } from '../../../src/constructs/destinations/secret-source';
import { SiemConnection } from '../../../src/constructs/destinations/siem-connection';
import type { SiemConnectionProps } from '../../../src/constructs/destinations/siem-connection';
import { warningsBelow } from '../../../src/constructs/private/warnings';
import { all } from '../../model/support/fluentd-reader';
import { destinationConfig } from '../../support/destinations';
import { manifestProblems, objectsOf } from '../../support/manifests';

const external = ['Namespace/siem'];

function connect(props: SiemConnectionProps): { chart: Chart; connection: SiemConnection } {
  const chart = new Chart(Testing.app(), 'test');
  return { chart, connection: new SiemConnection(chart, 'Connection', props) };
}

const endpoint = 'https://foreign.example.com';

/** A destination that somebody else wrote. */
function foreign(config: Partial<SiemDestinationConfig>): ISiemDestination {
  return {
    bind: () => ({
      destinationName: 'foreign',
      output: FluentdOutput.raw('@type http\nendpoint https://foreign.example.com'),
      parameters: { endpoint },
      ports: [443],
      ...config,
    }),
  };
}

const http = new HttpDestination({
  endpoint: 'https://siem.example.com/api/logs',
  apiKey: SecretSource.existing({ secretName: 'siem-api' }),
  tls: { caSecretName: 'siem-ca', clientTlsSecretName: 'siem-client' },
  buffer: { totalSize: '4Gi', flushSeconds: 5 },
});
const search = new ElasticsearchDestination({
  hosts: ['https://es.example.com:9200'],
  username: 'shipper',
  password: SecretSource.existing({ secretName: 'search', key: 'pass' }),
});

test('addresses and options are readable in one ConfigMap, which holds no secret', () => {
  const { chart } = connect({ destinations: [http, search] });
  const objects = objectsOf(chart);
  expect(manifestProblems(objects, { external, kubernetesVersion: '1.27' })).toEqual([]);
  expect(objects).toMatchObject([
    {
      kind: 'ConfigMap',
      metadata: { name: 'siem-connection', namespace: 'siem' },
      data: {
        'http.endpoint': 'https://siem.example.com/api/logs',
        'elasticsearch.hosts': 'https://es.example.com:9200',
        'elasticsearch.index-prefix': 'siem',
        'elasticsearch.username': 'shipper',
      },
    },
  ]);
});

test('each output has its own buffer and its own files', () => {
  expect(connect({ destinations: [http, search] }).connection._outputs()).toMatchObject([
    {
      id: 'http',
      tls: {
        caFile: '/etc/siem/destinations/http/ca.crt',
        clientCertificateFile: '/etc/siem/destinations/http/tls.crt',
        clientKeyFile: '/etc/siem/destinations/http/tls.key',
      },
      buffer: { totalBytes: 4 * 2 ** 30, flushSeconds: 5 },
    },
    { id: 'elasticsearch', buffer: { totalBytes: 2 * 2 ** 30 } },
  ]);
});

test('the environment holds what stands in the ConfigMap', () => {
  const environment = connect({ destinations: [http] }).connection._environment();
  expect(environment).toEqual([
    {
      name: 'SIEM_HTTP_ENDPOINT',
      valueFrom: { configMapKeyRef: { name: 'siem-connection', key: 'http.endpoint' } },
    },
  ]);
});

test('the recipe makes an image with the gems of all destinations', () => {
  expect(connect({ destinations: [http] }).connection.dockerfile).toContain('-debian-forward-');
  expect(connect({ destinations: [http, search] }).connection.dockerfile).toContain('-debian-elasticsearch8-');
});

test('the gems of all destinations together decide the image', () => {
  expect(connect({ destinations: [http, search] }).connection._requiredGems()).toEqual([
    'elasticsearch ~> 8.0',
    'fluent-plugin-elasticsearch',
  ]);
});

test('each file comes from the Secret that was named', () => {
  expect(connect({ destinations: [http, search] }).connection._volumes()).toMatchObject([
    {
      volume: {
        projected: {
          sources: [
            { secret: { name: 'siem-api', items: [{ key: 'api-key', path: 'http/api-key' }] } },
            { secret: { name: 'siem-ca', items: [{ key: 'ca.crt', path: 'http/ca.crt' }] } },
            {
              secret: {
                name: 'siem-client',
                items: [
                  { key: 'tls.crt', path: 'http/tls.crt' },
                  { key: 'tls.key', path: 'http/tls.key' },
                ],
              },
            },
            { secret: { name: 'search', items: [{ key: 'pass', path: 'elasticsearch/password' }] } },
          ],
        },
      },
      mount: { mountPath: '/etc/siem/destinations', readOnly: true },
    },
  ]);
});

test('destinations can be added later, and stay in order', () => {
  const { connection } = connect({ destinations: [http] });
  connection.addDestination(search);
  expect(connection.destinationNames).toEqual(['http', 'elasticsearch']);
});

test('the policy opens the ports of the destinations, to any address or to those that are named', () => {
  expect(connect({ destinations: [http, search] }).connection._egress()[1]).toEqual({ ports: [443, 9200] });
  const narrow = connect({ destinations: [http], egressCidrs: ['203.0.113.0/24'] });
  expect(narrow.connection._egress()[1]).toEqual({ ports: [443], peers: [{ ipBlock: { cidr: '203.0.113.0/24' } }] });
});

test('an address range that is none is refused, since the API server would refuse the policy', () => {
  expect(() => connect({ destinations: [http], egressCidrs: ['203.0.113.7'] })).toThrow(
    "test/Connection: the egress range '203.0.113.7' is no address range; write it in CIDR notation",
  );
});

test('a Service of the cluster without a port is undecided: policies see the port of the pods behind it', () => {
  const inside = (url: string): HttpDestination => new HttpDestination({ endpoint: url });
  const warnings = (props: SiemConnectionProps): string[] => warningsBelow(connect(props).chart);
  const undecided = 'the network policy opens port 443, and sees that of the pods';
  expect(warnings({ destinations: [inside('https://siem.logging.svc/api')] })).toEqual([
    `test/Connection: ${undecided} behind 'siem.logging.svc'; if they listen on another, give it in 'egressPorts'`,
  ]);
  expect(warnings({ destinations: [inside('https://siem.logging.svc.cluster.local/api')] })).toHaveLength(1);
  expect(warnings({ destinations: [inside('https://siem.logging.svc/api')], egressPorts: [8443] })).toEqual([]);
  expect(warnings({ destinations: [inside('https://siem.logging.svc:8443/api')] })).toEqual([]);
  expect(warnings({ destinations: [http, search, foreign({ parameters: { endpoint: 'unix' } })] })).toEqual([]);
  expect(warnings({ destinations: [inside('https://[2001:db8::1]/api')] })).toEqual([]);
});

test('ports that the reader adds are opened too, and have to be ports', () => {
  expect(connect({ destinations: [http], egressPorts: [8443, 443] }).connection._egress()[1]).toEqual({
    ports: [443, 8443],
  });
  expect(() => connect({ destinations: [http], egressPorts: [70_000] })).toThrow(
    "test/Connection: 'egressPorts' names the port 70000; give TCP ports, 1 to 65535",
  );
});

test('no range at all is refused: an empty list would open the ports to everyone', () => {
  expect(() => connect({ destinations: [http], egressCidrs: [] })).toThrow(
    'test/Connection: the list of egress ranges is empty; name at least one range, or leave the list out for any address',
  );
});

test('a literal secret is refused, and allowed only by name', () => {
  const literal = new HttpDestination({
    endpoint: 'https://siem.example.com',
    apiKey: SecretSource.unsafeLiteral('hunter2'),
  });
  expect(() => connect({ destinations: [literal] })).toThrow(
    "test/Connection: the api-key of 'siem-http-api-key' is a literal value, [redacted]",
  );
  const { chart } = connect({ destinations: [literal], allowPlaintextSecrets: true });
  expect(objectsOf(chart).map(({ kind }) => kind)).toEqual(['ConfigMap', 'Secret']);
});

test('a connection without a destination is an error at synth, when nobody adds one', () => {
  const { chart, connection } = connect({});
  expect(() => objectsOf(chart)).toThrow('test/Connection: the connection has no destination');
  connection.addDestination(http);
  expect(objectsOf(chart)).toHaveLength(1);
});

test('two destinations of one name are refused', () => {
  expect(() => connect({ destinations: [http, http] })).toThrow(
    "test/Connection: two destinations are named 'http'; give one of them a 'destinationName'",
  );
});

test.each([
  {
    title: 'a name that cannot name a buffer',
    config: { destinationName: 'My_SIEM' },
    problem: "the destination name 'My_SIEM'",
  },
  {
    title: 'a parameter whose name names no variable',
    config: { parameters: { 'our url': 'https://x.example.com' } },
    problem: "'our url' of 'foreign' cannot name a parameter; use lower-case letters, digits and dashes",
  },
  {
    title: 'a text that Fluentd would expand',
    config: { parameters: { endpoint: 'https://x.example.com/${tag}' } },
    problem: "'endpoint' of 'foreign' holds ${ or %{; Fluentd would expand it",
  },
  {
    title: 'its CA in two places',
    config: { tls: { caConfigMapName: 'ca', caSecretName: 'ca' } },
    problem: "the CA of 'foreign' comes from a ConfigMap and from a Secret; name one of them",
  },
  {
    title: 'a CA in an object without a proper name',
    config: { tls: { caConfigMapName: 'My CA' } },
    problem: "the TLS object name 'My CA' is not a valid object name",
  },
  {
    title: 'no port, which would open all of them',
    config: { ports: [] },
    problem: "the destination 'foreign' names no port; give the TCP ports of its endpoints, 1 to 65535",
  },
  { title: 'a port that is none', config: { ports: [0] }, problem: "the destination 'foreign' names the port 0; give" },
  { title: 'a buffer size that is none', config: { buffer: { totalSize: 'big' } }, problem: "the buffer size 'big'" },
])("somebody else's destination with $title is refused", ({ config, problem }) => {
  expect(() => connect({ destinations: [foreign(config)] })).toThrow(`test/Connection: ${problem}`);
});

test("somebody else's destination is its own text, with a name and a bounded buffer", () => {
  const output = FluentdOutput.raw('@type stdout\n<format>\n  @type json\n</format>\n');
  const [element] = destinationConfig(foreign({ output }));
  expect(element).toMatchObject({ name: 'label', argument: '@DESTINATION_FOREIGN' });
  const [delivery] = element?.children ?? [];
  expect(delivery?.params).toEqual({ '@id': 'out_foreign', '@type': 'stdout' });
  expect(delivery?.children.map(({ name, params }) => [name, params['@type']])).toEqual([
    ['format', 'json'],
    ['buffer', 'file'],
  ]);
});

test("somebody else's buffer stays as it is", () => {
  const output = FluentdOutput.raw('@type stdout\n<buffer tag>\n  @type memory\n</buffer>\n');
  const buffers = all(destinationConfig(foreign({ output })), ({ name }) => name === 'buffer');
  expect(buffers.map(({ argument, params }) => [argument, params['@type']])).toEqual([['tag', 'memory']]);
});

test.each([
  { title: 'names no plugin', text: 'endpoint x', problem: "the output names no plugin; begin with '@type'" },
  { title: 'names itself', text: '@type null\n@id mine', problem: 'the output names itself' },
  { title: 'ends what it did not begin', text: '@type null\n</match>', problem: 'would not stand by itself' },
])('an output in words of its own that $title is refused', ({ text, problem }) => {
  expect(() => FluentdOutput.raw(text)).toThrow(problem);
});
