import type { Construct } from 'constructs';
import type {
  DestinationBindOptions,
  DestinationBuffer,
  DestinationPlugin,
  DestinationTls,
  SiemDestinationConfig,
} from '../destinations/destination';
import type { FluentdVariant } from '../collection/fluentd-image';
import type { SecretSource } from '../destinations/secret-source';
import { bindSecret } from './destination-secret';
import { checkEndpoint, portOf } from './endpoint';
import { fail } from './validate';

/** What Elasticsearch and OpenSearch have in common. */
export interface SearchDestination {
  readonly destinationName: string;
  readonly plugin: DestinationPlugin;
  readonly variant: FluentdVariant;
  readonly hosts: readonly string[];
  readonly indexPrefix?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: SecretSource | undefined;
  readonly apiKey?: SecretSource | undefined;
  readonly tls?: DestinationTls | undefined;
  readonly buffer?: DestinationBuffer | undefined;
}

export function bindSearch(
  scope: Construct,
  options: DestinationBindOptions,
  destination: SearchDestination,
): SiemDestinationConfig {
  const { destinationName, plugin, variant, hosts, indexPrefix = 'siem', username, tls, buffer } = destination;
  check(scope, destination, indexPrefix);
  const urls = hosts.map((host) => checkEndpoint(scope, host));
  const bound = (source: SecretSource, key: 'api-key' | 'password'): object => ({
    [key]: bindSecret(source, scope, options, { destinationName, key }),
  });
  return {
    destinationName,
    plugin,
    variant,
    parameters: {
      hosts: urls.map((url) => url.href.replace(/\/$/, '')).join(','),
      'index-prefix': indexPrefix,
      ...(username !== undefined && { username }),
    },
    secrets: {
      ...(destination.password !== undefined && bound(destination.password, 'password')),
      ...(destination.apiKey !== undefined && bound(destination.apiKey, 'api-key')),
    },
    ...(tls !== undefined && { tls }),
    ...(buffer !== undefined && { buffer }),
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
