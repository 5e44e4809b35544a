import { HttpDestination } from '../../../src/constructs/destinations/http';
import type { HttpDestinationProps } from '../../../src/constructs/destinations/http';
import { SecretSource } from '../../../src/constructs/destinations/secret-source';
import { find } from '../../model/support/fluentd-reader';
import { bindDestination, destinationConfig } from '../../support/destinations';

const endpoint = 'https://siem.example.com/api/logs';
const secret = SecretSource.existing({ secretName: 'siem-api' });

function bound(props: Partial<HttpDestinationProps>): ReturnType<typeof bindDestination> {
  return bindDestination(new HttpDestination({ endpoint, ...props }));
}

const KEY = "<ruby>File.read('/credentials/http/api-key', encoding: 'UTF-8').strip.to_json[1..-2]</ruby>";

function headersOf(props: Partial<HttpDestinationProps>): string | undefined {
  const config = destinationConfig(new HttpDestination({ endpoint, ...props }));
  return find(config, ({ params }) => params['@type'] === 'http').params['headers'];
}

test('an API key goes into the header Authorization as a bearer', () => {
  const { config } = bound({ apiKey: secret });
  expect(config).toMatchObject({
    destinationName: 'http',
    parameters: { endpoint },
    secrets: { 'api-key': { secretName: 'siem-api', key: 'api-key' } },
    ports: [443],
  });
  expect(config.requiredGems).toBeUndefined();
  expect(headersOf({ apiKey: secret })).toBe(`{"Authorization":"Bearer ${KEY}"}`);
});

test('a header of its own has no prefix unless one is given', () => {
  expect(headersOf({ apiKey: secret, apiKeyHeader: 'X-API-Key' })).toBe(`{"X-API-Key":"${KEY}"}`);
  expect(headersOf({ apiKey: secret, apiKeyPrefix: 'Token ' })).toBe(`{"Authorization":"Token ${KEY}"}`);
  expect(headersOf({ headers: { 'X-Team': 'sec' } })).toBe('{"X-Team":"sec"}');
  expect(headersOf({})).toBeUndefined();
});

test('a user and a password are basic authentication, beside a key in another header', () => {
  const { config } = bound({ username: 'shipper', password: secret, apiKey: secret, apiKeyHeader: 'X-API-Key' });
  expect(config).toMatchObject({
    parameters: { username: 'shipper' },
    secrets: { password: { secretName: 'siem-api', key: 'password' } },
  });
});

test('the port of the endpoint is the one that the policy opens', () => {
  expect(bound({ endpoint: 'https://siem.example.com:8443/logs' }).config.ports).toEqual([8443]);
  expect(bound({ endpoint: 'http://collector.logging.svc/logs' }).config.ports).toEqual([80]);
});

test('plain text is warned of', () => {
  expect(bound({ endpoint: 'http://siem.example.com/logs' }).warnings).toEqual([
    "test: records travel to 'siem.example.com' in plain text; use https",
  ]);
  expect(bound({}).warnings).toEqual([]);
});

test.each([
  {
    title: 'no URL',
    props: { endpoint: 'siem.example.com' },
    problem: "the endpoint 'siem.example.com' is not an HTTP URL",
  },
  { title: 'another scheme', props: { endpoint: 'tcp://siem.example.com' }, problem: 'is not an HTTP URL' },
  {
    title: 'a password in the URL, without showing it',
    props: { endpoint: 'https://user:hunter2@siem.example.com' },
    problem: "the endpoint 'https://[redacted]@siem.example.com' holds a user or password",
  },
  {
    title: 'a credential in the query, without showing it',
    props: { endpoint: 'https://siem.example.com/?api_key=hunter2' },
    problem: "the endpoint's query parameter 'api_key' looks like a credential, [redacted]",
  },
  {
    title: 'a credential among the headers, without showing it',
    props: { headers: { 'X-Auth-Token': 'hunter2' } },
    problem: "the header 'X-Auth-Token' looks like a credential, [redacted]",
  },
  {
    title: 'a header that Fluentd would expand',
    props: { headers: { 'X-Team': '${tag}' } },
    problem: "'X-Team' of 'http' holds ${ or %{",
  },
  { title: 'a user without password', props: { username: 'shipper' }, problem: "give both 'username' and 'password'" },
  { title: 'a password without user', props: { password: secret }, problem: "give both 'username' and 'password'" },
  {
    title: 'two claims on one header',
    props: { username: 'shipper', password: secret, apiKey: secret },
    problem: 'a password and an API key both claim the header Authorization',
  },
])('refuses $title', ({ props, problem }) => {
  expect(() => bound(props)).toThrow(problem);
  expect(() => bound(props)).not.toThrow('hunter2');
});
