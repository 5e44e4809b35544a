/** Splunk, Loki, Datadog, New Relic and Sumo Logic: what they are told, and what they refuse. */
import { DatadogDestination } from '../../../src/constructs/destinations/datadog';
import type { ISiemDestination } from '../../../src/constructs/destinations/destination';
import { LokiDestination, LokiLabel } from '../../../src/constructs/destinations/loki';
import { NewRelicDestination, NewRelicRegion } from '../../../src/constructs/destinations/new-relic';
import { SecretSource } from '../../../src/constructs/destinations/secret-source';
import { SplunkHecDestination } from '../../../src/constructs/destinations/splunk';
import { SumoLogicDestination } from '../../../src/constructs/destinations/sumo-logic';
import { find } from '../../model/support/fluentd-reader';
import { bindDestination, destinationConfig } from '../../support/destinations';

const secret = SecretSource.existing({ secretName: 'siem' });
const splunk = { endpoint: 'https://splunk.example.com:8088/', token: secret };
const loki = { endpoint: 'https://loki.example.com' };

test.each([
  {
    title: 'Splunk',
    destination: new SplunkHecDestination({ ...splunk, index: 'security', sourcetype: 'kube:audit' }),
    parameters: {
      endpoint: 'https://splunk.example.com:8088/services/collector/event',
      index: 'security',
      source: 'cdk8s-siem',
      sourcetype: 'kube:audit',
    },
    secrets: { token: { secretName: 'siem', key: 'token' } },
    ports: [8088],
  },
  {
    title: 'Loki',
    destination: new LokiDestination({ ...loki, tenant: 'security', bearerToken: secret }),
    parameters: { endpoint: 'https://loki.example.com/loki/api/v1/push', tenant: 'security' },
    secrets: { 'bearer-token': { secretName: 'siem', key: 'bearer-token' } },
    ports: [443],
  },
  {
    title: 'Datadog',
    destination: new DatadogDestination({ apiKey: secret, site: 'datadoghq.eu', tags: ['env:prod', 'team:sec'] }),
    parameters: {
      endpoint: 'https://http-intake.logs.datadoghq.eu/api/v2/logs',
      ddsource: 'kubernetes',
      service: 'cdk8s-siem',
      tags: 'env:prod,team:sec',
    },
    secrets: { 'api-key': { secretName: 'siem', key: 'api-key' } },
    ports: [443],
  },
  {
    title: 'New Relic',
    destination: new NewRelicDestination({ licenseKey: secret, region: NewRelicRegion.EU }),
    parameters: { endpoint: 'https://log-api.eu.newrelic.com/log/v1', logtype: 'siem' },
    secrets: { 'license-key': { secretName: 'siem', key: 'license-key' } },
    ports: [443],
  },
  {
    title: 'Sumo Logic',
    destination: new SumoLogicDestination({ sourceUrl: secret, sourceName: 'siem', fields: { a: '1', b: '2' } }),
    parameters: { name: 'siem', fields: 'a=1,b=2' },
    secrets: { 'source-url': { secretName: 'siem', key: 'source-url' } },
    ports: [443],
  },
])('$title: what is readable, what is secret, and no gem beyond every image', (row) => {
  const { config, warnings } = bindDestination(row.destination);
  expect(config).toMatchObject({ secrets: row.secrets, ports: row.ports });
  expect(config.parameters).toEqual(row.parameters);
  expect(config.requiredGems).toBeUndefined();
  expect(warnings).toEqual([]);
});

const delivery = (destination: ISiemDestination, type = 'http') =>
  find(destinationConfig(destination), ({ name, params }) => name === 'match' && params['@type'] === type);

test('deliveries are no larger than the service takes', () => {
  const bytes = (destination: ISiemDestination, type?: string) =>
    find([delivery(destination, type)], ({ name }) => name === 'buffer').params['chunk_limit_size'];
  expect(bytes(new SplunkHecDestination(splunk))).toBe('1000000');
  expect(bytes(new LokiDestination(loki), 'siem_loki')).toBe('2000000');
  expect(bytes(new DatadogDestination({ apiKey: secret }))).toBe('4000000');
  expect(bytes(new NewRelicDestination({ licenseKey: secret }))).toBe('1000000');
  expect(bytes(new SumoLogicDestination({ sourceUrl: secret }))).toBe('1000000');
});

test('Splunk answers 400 when the index is wrong, so that is repeated; for the others it speaks of the records', () => {
  const statuses = (destination: ISiemDestination) =>
    JSON.parse(delivery(destination).params['retryable_response_codes'] ?? '') as number[];
  expect(statuses(new SplunkHecDestination(splunk))).toContain(400);
  expect(statuses(new DatadogDestination({ apiKey: secret }))).not.toContain(400);
});

test('labels of Loki are those that are named, in a fixed order', () => {
  const labels = (...names: LokiLabel[]) =>
    delivery(new LokiDestination({ ...loki, labels: names }), 'siem_loki').params['record_labels'];
  expect(labels(LokiLabel.SOURCE, LokiLabel.NAMESPACE)).toBe(
    '{"namespace":"$.kubernetes.namespace_name","source":"$.siem.source"}',
  );
  expect(labels(LokiLabel.NAMESPACE, LokiLabel.SOURCE)).toBe(labels(LokiLabel.SOURCE, LokiLabel.NAMESPACE));
});

test('structured metadata of Loki are fields at any depth', () => {
  const structuredMetadata = { user: 'user.username', app: 'kubernetes.labels.app' };
  expect(
    delivery(new LokiDestination({ ...loki, structuredMetadata }), 'siem_loki').params['structured_metadata'],
  ).toBe(`{"user":"$['user']['username']","app":"$['kubernetes']['labels']['app']"}`);
});

test.each([
  {
    title: 'Splunk with a query in its endpoint',
    destination: new SplunkHecDestination({ ...splunk, endpoint: 'https://splunk.example.com/?channel=1' }),
    problem: "the endpoint 'https://splunk.example.com/' has a query; give the base URL alone",
  },
  {
    title: 'Splunk with an index that Fluentd would expand',
    destination: new SplunkHecDestination({ ...splunk, index: '${tag}' }),
    problem: "'index' of 'splunk' holds ${ or %{",
  },
  {
    title: 'Splunk with an index that Fluentd would remove',
    destination: new SplunkHecDestination({ ...splunk, index: 'a__HOSTNAME__' }),
    problem: "'index' of 'splunk' holds '__', with capitals; Fluentd would replace it: leave it out",
  },
  {
    title: 'Loki with a password and a token',
    destination: new LokiDestination({ ...loki, username: 'a', password: secret, bearerToken: secret }),
    problem: 'a password and a token both claim the header Authorization; give one of them',
  },
  {
    title: 'Loki with a user alone',
    destination: new LokiDestination({ ...loki, username: 'a' }),
    problem: "give both 'username' and 'password'",
  },
  {
    title: 'Loki with metadata that is no field',
    destination: new LokiDestination({ ...loki, structuredMetadata: { user: "x']; exit" } }),
    problem: "the structured metadata 'user: x']; exit' is not valid",
  },
  {
    title: 'Datadog with a site that is a URL',
    destination: new DatadogDestination({ apiKey: secret, site: 'https://datadoghq.eu' }),
    problem: "'https://datadoghq.eu' is no site; write it as 'datadoghq.eu'",
  },
  {
    title: 'Datadog with two tags in one',
    destination: new DatadogDestination({ apiKey: secret, tags: ['env:prod,team:sec'] }),
    problem: "'env:prod,team:sec' is no tag",
  },
  {
    title: 'Datadog with more logs in a delivery than it takes',
    destination: new DatadogDestination({ apiKey: secret, buffer: { deliveryRecords: 1001 } }),
    problem: "'deliveryRecords' is 1001; Datadog takes at most 1000 logs",
  },
  {
    title: 'Sumo Logic with a line break in a header',
    destination: new SumoLogicDestination({ sourceUrl: secret, sourceCategory: 'a\nb' }),
    problem: "'category' of 'sumo-logic' has a line break; write it on one line",
  },
])('$title is refused', ({ destination, problem }) => {
  expect(() => bindDestination(destination)).toThrow(problem);
});
