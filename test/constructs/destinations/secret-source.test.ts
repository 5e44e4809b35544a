import { Chart, Testing } from 'cdk8s';
import { SecretSource, SecretStoreKind } from '../../../src/constructs/destinations/secret-source';
import type { SecretBindOptions, SecretReference } from '../../../src/constructs/destinations/secret-source';
import { objectsOf } from '../../support/manifests';

function bind(
  source: SecretSource,
  options: Partial<SecretBindOptions> = {},
): { chart: Chart; reference: SecretReference } {
  const chart = new Chart(Testing.app(), 'test');
  const all = { name: 'siem-http-api-key', namespaceName: 'siem', key: 'api-key', ...options };
  return { chart, reference: source.bind(chart, all) };
}

test('an existing Secret is only referred to', () => {
  const { chart, reference } = bind(SecretSource.existing({ secretName: 'siem-api', key: 'token' }));
  expect(reference).toEqual({ secretName: 'siem-api', key: 'token' });
  expect(objectsOf(chart)).toEqual([]);
});

test('the key is named after its use when nobody names one', () => {
  expect(bind(SecretSource.existing({ secretName: 'siem-api' })).reference.key).toBe('api-key');
});

test('a value of an external store becomes an ExternalSecret that spells out what the operator would fill in', () => {
  const source = SecretSource.externalSecret({ store: 'vault', remoteKey: 'siem/api', property: 'key' });
  const { chart, reference } = bind(source, { labels: { team: 'sec' } });
  expect(reference).toEqual({ secretName: 'siem-http-api-key', key: 'api-key' });
  expect(objectsOf(chart)).toEqual([
    {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { name: 'siem-http-api-key', namespace: 'siem', labels: { team: 'sec' } },
      spec: {
        refreshPolicy: 'Periodic',
        refreshInterval: '1h0m0s',
        secretStoreRef: { name: 'vault', kind: 'ClusterSecretStore' },
        target: {
          name: 'siem-http-api-key',
          creationPolicy: 'Owner',
          deletionPolicy: 'Retain',
          template: {
            type: 'Opaque',
            engineVersion: 'v2',
            mergePolicy: 'Replace',
            metadata: { labels: { team: 'sec' } },
          },
        },
        data: [
          {
            secretKey: 'api-key',
            remoteRef: {
              key: 'siem/api',
              property: 'key',
              conversionStrategy: 'Default',
              decodingStrategy: 'None',
              metadataPolicy: 'None',
            },
          },
        ],
      },
    },
  ]);
});

test('store, interval and name of the Secret can be chosen', () => {
  const source = SecretSource.externalSecret({
    store: 'team',
    storeKind: SecretStoreKind.SECRET_STORE,
    remoteKey: 'siem',
    refreshInterval: '10m0s',
    secretName: 'team-siem',
  });
  const { chart, reference } = bind(source);
  expect(reference.secretName).toBe('team-siem');
  expect(objectsOf(chart)).toMatchObject([
    {
      spec: {
        refreshInterval: '10m0s',
        secretStoreRef: { kind: 'SecretStore', name: 'team' },
        target: { name: 'team-siem' },
      },
    },
  ]);
});

test('a literal is refused without showing it', () => {
  const literal = SecretSource.unsafeLiteral('hunter2-hunter2');
  expect(() => bind(literal)).toThrow(
    "test: the api-key of 'siem-http-api-key' is a literal value, [redacted]; use SecretSource.existing() or SecretSource.externalSecret(), or set allowPlaintextSecrets: true for a test",
  );
  expect(() => bind(literal)).not.toThrow('hunter2');
});

test('a literal that is allowed becomes a Secret', () => {
  const { chart, reference } = bind(SecretSource.unsafeLiteral('value'), { allowPlaintext: true });
  expect(reference).toEqual({ secretName: 'siem-http-api-key', key: 'api-key' });
  expect(objectsOf(chart)).toEqual([
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'siem-http-api-key', namespace: 'siem' },
      type: 'Opaque',
      stringData: { 'api-key': 'value' },
    },
  ]);
});

test.each([
  {
    title: 'a name that is none',
    source: SecretSource.existing({ secretName: 'Siem_API' }),
    problem: "the secret name 'Siem_API'",
  },
  {
    title: 'a key that is none',
    source: SecretSource.existing({ secretName: 'siem', key: 'a b' }),
    problem: "'a b' is not a key of a Secret",
  },
  {
    title: 'an interval that is none',
    source: SecretSource.externalSecret({ store: 'vault', remoteKey: 'x', refreshInterval: '1 hour' }),
    problem: "the refresh interval '1 hour' is not a duration; write it as '1h0m0s'",
  },
])('refuses $title', ({ source, problem }) => {
  expect(() => bind(source)).toThrow(problem);
});
