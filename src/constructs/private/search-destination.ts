import type { Construct } from 'constructs';
import { searchLabels } from '../../model/destinations/search-output';
import type { SearchOptions } from '../../model/destinations/search-output';
import type { DestinationBindOptions, SiemDestinationConfig } from '../destinations/destination';
import { FluentdOutput } from '../destinations/fluentd-output';
import type { SearchIndexProps } from '../destinations/search-index';
import type { SecretSource } from '../destinations/secret-source';
import { bindSecrets, sharedConfig } from './destination-secret';
import { checkEndpoint, portOf } from './endpoint';
import { fail } from './validate';

/** What Elasticsearch and OpenSearch have in common. */
export interface SearchDestination extends SearchIndexProps {
  readonly destinationName: string;
  readonly plugin: SearchOptions['plugin'];
  readonly version: number;
  readonly requiredGems: string[];
  readonly apiKey?: SecretSource;
}

export function bindSearch(
  scope: Construct,
  options: DestinationBindOptions,
  destination: SearchDestination,
): SiemDestinationConfig {
  const { destinationName, requiredGems, hosts, username, password, apiKey } = destination;
  checkLogin(scope, destination);
  if (hosts.length === 0) fail(scope, 'the destination has no host', "name one: 'https://search.example.com:9200'");
  const urls = hosts.map((host) => checkEndpoint(scope, host));
  const search: SearchOptions = {
    plugin: destination.plugin,
    version: destination.version,
    login: username !== undefined ? 'password' : apiKey !== undefined ? 'api-key' : 'none',
    isStream: destination.dataStream !== undefined,
    perSource: destination.indexPerSource ?? false,
  };
  return {
    destinationName,
    output: FluentdOutput._of((place) => searchLabels(place, search)),
    parameters: {
      hosts: urls.map((url) => url.href.replace(/\/$/, '')).join(','),
      ...indexParameters(scope, destination),
      ...(username !== undefined && { username }),
    },
    secrets: bindSecrets(scope, options, destinationName, { password, 'api-key': apiKey }),
    requiredGems,
    ...sharedConfig(destination),
    ports: [...new Set(urls.map(portOf))].sort((a, b) => a - b),
  };
}

function indexParameters(scope: Construct, { dataStream, indexPrefix }: SearchIndexProps): Record<string, string> {
  if (dataStream === undefined) return { 'index-prefix': checkIndexName(scope, 'index prefix', indexPrefix ?? 'siem') };
  if (indexPrefix !== undefined) fail(scope, 'the records go to an index and to a data stream', 'give one of them');
  const { streamType = 'logs', dataset = 'siem', streamNamespace = 'default' } = dataStream;
  for (const part of [streamType, dataset, streamNamespace]) {
    checkIndexName(scope, 'part of a data stream', part);
    if (part.includes('-')) fail(scope, `'${part}' holds a dash`, 'a data stream has dashes between its parts only');
  }
  return { 'stream-prefix': `${streamType}-${dataset}`, 'stream-namespace': streamNamespace };
}

function checkIndexName(scope: Construct, what: string, text: string): string {
  if (/^[a-z0-9][a-z0-9._-]*$/.test(text)) return text;
  fail(scope, `the ${what} '${text}' is not valid`, 'use lower-case letters, digits, dashes and dots');
}

function checkLogin(scope: Construct, { username, password, apiKey }: SearchDestination): void {
  if ((username === undefined) !== (password === undefined)) {
    fail(scope, 'a login needs a user and a password', "give both 'username' and 'password'");
  }
  if (apiKey !== undefined && username !== undefined) {
    fail(scope, 'the destination has an API key and a user', 'give one of them');
  }
}
