import type { Construct } from 'constructs';
import { searchLabels } from '../../model/destinations/search-output';
import type { SearchOptions } from '../../model/destinations/search-output';
import type { DestinationBindOptions, DestinationProps, SiemDestinationConfig } from '../destinations/destination';
import { FluentdOutput } from '../destinations/fluentd-output';
import type { SecretSource } from '../destinations/secret-source';
import { bindSecrets, sharedConfig } from './destination-secret';
import { checkEndpoint, portOf } from './endpoint';
import { fail } from './validate';

/** What Elasticsearch and OpenSearch have in common. */
export interface SearchDestination extends DestinationProps {
  readonly destinationName: string;
  readonly plugin: SearchOptions['plugin'];
  readonly version: number;
  readonly requiredGems: string[];
  readonly hosts: string[];
  readonly indexPrefix?: string;
  readonly username?: string;
  readonly password?: SecretSource;
  readonly apiKey?: SecretSource;
}

export function bindSearch(
  scope: Construct,
  options: DestinationBindOptions,
  destination: SearchDestination,
): SiemDestinationConfig {
  const { destinationName, plugin, version, requiredGems, hosts, indexPrefix = 'siem', username } = destination;
  check(scope, destination, indexPrefix);
  const urls = hosts.map((host) => checkEndpoint(scope, host));
  const login = username !== undefined ? 'password' : destination.apiKey !== undefined ? 'api-key' : 'none';
  return {
    destinationName,
    output: FluentdOutput._of((place) => searchLabels(place, { plugin, version, login })),
    parameters: {
      hosts: urls.map((url) => url.href.replace(/\/$/, '')).join(','),
      'index-prefix': indexPrefix,
      ...(username !== undefined && { username }),
    },
    secrets: bindSecrets(scope, options, destinationName, {
      password: destination.password,
      'api-key': destination.apiKey,
    }),
    requiredGems,
    ...sharedConfig(destination),
    ports: [...new Set(urls.map(portOf))].sort((a, b) => a - b),
  };
}

function check(scope: Construct, destination: SearchDestination, indexPrefix: string): void {
  const { hosts, username, password, apiKey } = destination;
  if (hosts.length === 0) fail(scope, 'the destination has no host', "name one: 'https://search.example.com:9200'");
  if ((username === undefined) !== (password === undefined)) {
    fail(scope, 'a login needs a user and a password', "give both 'username' and 'password'");
  }
  if (apiKey !== undefined && username !== undefined) {
    fail(scope, 'the destination has an API key and a user', 'give one of them');
  }
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(indexPrefix)) {
    fail(scope, `the index prefix '${indexPrefix}' is not valid`, 'use lower-case letters, digits, dashes and dots');
  }
}
