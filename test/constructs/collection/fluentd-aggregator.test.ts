import { Chart, Testing } from 'cdk8s';
import { FluentdAggregator } from '../../../src/constructs/collection/fluentd-aggregator';
import type { FluentdAggregatorProps } from '../../../src/constructs/collection/fluentd-aggregator';
import { FluentdImage } from '../../../src/constructs/collection/fluentd-image';
import type { ISiemDestination } from '../../../src/constructs/destinations/destination';
import { ElasticsearchDestination } from '../../../src/constructs/destinations/elasticsearch';
import { HttpDestination } from '../../../src/constructs/destinations/http';
import { OpenSearchDestination } from '../../../src/constructs/destinations/opensearch';
import { SecretSource } from '../../../src/constructs/destinations/secret-source';
import { SiemConnection } from '../../../src/constructs/destinations/siem-connection';
import { warningsBelow } from '../../../src/constructs/private/warnings';
import { podProblems } from '../../support/manifests/pod-security';
import { at, findObject, listAt, objectsOf } from '../../support/manifests';

const http = new HttpDestination({
  endpoint: 'https://siem.example.com/api/logs',
  apiKey: SecretSource.existing({ secretName: 'siem-api' }),
});
const elasticsearch = new ElasticsearchDestination({ hosts: ['https://es.example.com:9200'] });
const openSearch = new OpenSearchDestination({ hosts: ['https://os.example.com:9200'] });

function aggregator(
  destinations: ISiemDestination[],
  props: FluentdAggregatorProps = {},
): { chart: Chart; made: FluentdAggregator } {
  const chart = new Chart(Testing.app(), 'test');
  const connection =
    destinations.length === 0 ? {} : { connection: new SiemConnection(chart, 'Connection', { destinations }) };
  return { chart, made: new FluentdAggregator(chart, 'Aggregator', { ...connection, ...props }) };
}

test('the buffers of all destinations, of the detector, and what is kept aside fit the volume', () => {
  const small = new HttpDestination({
    destinationName: 'second',
    endpoint: 'https://b.example.com',
    buffer: { totalSize: '512Mi' },
  });
  const { made } = aggregator([http, small], { detectorBufferSize: '256Mi' });
  expect(made._volumes().find(({ name }) => name === 'fluentd-state')).toEqual({
    name: 'fluentd-state',
    emptyDir: { sizeLimit: '3840Mi' },
  });
  expect(at(made._container(), 'resources.requests.ephemeral-storage')).toBe('3840Mi');
  expect(at(made._container(), 'resources.limits.ephemeral-storage')).toBe('4864Mi');
});

test('container and volumes fit the restricted level in a pod that does not run as root', () => {
  const { made } = aggregator([http]);
  const spec = {
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [made._container()],
    volumes: made._volumes(),
  };
  expect(podProblems(spec, 'restricted')).toEqual([]);
});

test('Ruby gets a temporary directory that nobody else may write to', () => {
  const container = aggregator([http]).made._container();
  expect(at(container, 'command')).toEqual([
    'tini',
    '--',
    'sh',
    '-c',
    'mkdir -p -m 0700 "$TMPDIR" && exec fluentd "$@"',
    'fluentd',
  ]);
  expect(listAt(container, 'env')).toContainEqual({ name: 'TMPDIR', value: '/state/tmp' });
});

test('credentials are files, addresses come from the connection, and neither stands in fluent.conf', () => {
  const { chart, made } = aggregator([http]);
  const text = String(
    Object.values(at(findObject(objectsOf(chart), 'ConfigMap', 'siem-aggregator'), 'data') as object)[0],
  );
  expect(text).not.toContain('siem.example.com');
  expect(text).toContain('/etc/siem/destinations/http/api-key');
  expect(listAt(made._container(), 'env')).toContainEqual({
    name: 'SIEM_HTTP_ENDPOINT',
    valueFrom: { configMapKeyRef: { name: 'siem-connection', key: 'http.endpoint' } },
  });
  expect(made._volumes()).toContainEqual({
    name: 'destinations',
    projected: {
      defaultMode: 0o440,
      sources: [{ secret: { name: 'siem-api', items: [{ key: 'api-key', path: 'http/api-key' }] } }],
    },
  });
});

test('the image has the client that the destinations need', () => {
  const images = [[http], [http, elasticsearch], [openSearch], []].map((destinations) =>
    at(aggregator(destinations).made._container(), 'image'),
  );
  expect(images).toEqual(
    ['forward', 'elasticsearch8', 'opensearch', 'forward'].map(
      (variant) => `docker.io/fluent/fluentd-kubernetes-daemonset:v1.19.3-debian-${variant}-1.1`,
    ),
  );
});

test('an image of your own is named as you wrote it', () => {
  const fluentdImage = FluentdImage.custom('team/fluentd:1.19.3');
  expect(at(aggregator([http], { fluentdImage }).made._container(), 'image')).toBe('team/fluentd:1.19.3');
});

test('it says that a deleted pod takes its buffers along', () => {
  const { chart } = aggregator([http]);
  expect(warningsBelow(chart)).toEqual([
    "test/Aggregator: buffers live in the pod: one that is deleted while the SIEM refuses records loses what it holds; give 'persistence', or see that the SIEM takes them before a drain or an update",
  ]);
});

test('clients that no published image has together need an image of your own', () => {
  expect(() => aggregator([elasticsearch, openSearch]).made._container()).toThrow(
    'test/Aggregator: no published image has what the destinations need',
  );
  const fluentdImage = FluentdImage.custom('registry.example.com/fluentd:1.19.3');
  expect(at(aggregator([elasticsearch, openSearch], { fluentdImage }).made._container(), 'image')).toBe(
    'registry.example.com/fluentd:1.19.3',
  );
});

test('the pod starts again when an address changes: Fluentd reads it when it starts', () => {
  const other = new HttpDestination({
    endpoint: 'https://other.example.com',
    apiKey: SecretSource.existing({ secretName: 'siem-api' }),
  });
  const [one, same, changed] = [[http], [http], [other]].map((list) => aggregator(list).made._podAnnotations());
  expect(one).toEqual(same);
  expect(one).not.toEqual(changed);
});

test('without a destination nothing but DNS has to be reached', () => {
  expect(aggregator([]).made._egress()).toHaveLength(1);
  expect(aggregator([http, elasticsearch]).made._egress().at(-1)).toEqual({ ports: [443, 9200] });
});
