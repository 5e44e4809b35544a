import type { Construct } from 'constructs';
import { bindSecret } from '../private/destination-secret';
import { checkEndpoint, portOf } from '../private/endpoint';
import { fail } from '../private/validate';
import { DestinationPlugin } from './destination';
import type {
  DestinationBindOptions,
  DestinationBuffer,
  DestinationTls,
  ISiemDestination,
  SecretHeader,
  SiemDestinationConfig,
} from './destination';
import type { SecretReference, SecretSource } from './secret-source';

/** Properties of `HttpDestination`. */
export interface HttpDestinationProps {
  /** URL that records are posted to. */
  readonly endpoint: string;

  /**
   * Name of the destination, unique in its connection.
   * @default 'http'
   */
  readonly destinationName?: string;

  /**
   * Key that authenticates every request.
   * @default - none
   */
  readonly apiKey?: SecretSource;

  /**
   * Header that carries the key.
   * @default 'Authorization'
   */
  readonly apiKeyHeader?: string;

  /**
   * Text before the key, with its space.
   * @default - 'Bearer ' in the header Authorization, nothing in others
   */
  readonly apiKeyPrefix?: string;

  /**
   * User of basic authentication.
   * @default - no basic authentication
   */
  readonly username?: string;

  /**
   * Password of basic authentication.
   * @default - none
   */
  readonly password?: SecretSource;

  /**
   * More headers. Values that are secret do not belong here.
   * @default - none
   */
  readonly headers?: { [key: string]: string };

  /**
   * Whether a request carries one JSON array instead of one record a line.
   * @default false
   */
  readonly jsonArray?: boolean;

  /**
   * Whether bodies are compressed with gzip.
   * @default false
   */
  readonly gzip?: boolean;

  /**
   * TLS towards the endpoint.
   * @default - the CAs of the image, no client certificate
   */
  readonly tls?: DestinationTls;

  /**
   * What waits while the endpoint does not take records.
   * @default - 2 GiB
   */
  readonly buffer?: DestinationBuffer;
}

const AUTHORIZATION = 'authorization';

/** Ships to any endpoint that takes JSON by HTTP POST. */
export class HttpDestination implements ISiemDestination {
  /**
   * Declares the destination.
   * @param props the endpoint and how to authenticate
   */
  public constructor(private readonly props: HttpDestinationProps) {}

  /**
   * Binds the secrets and says how to reach the endpoint.
   * @param scope the connection that will ship to it
   * @param options names, namespace and labels
   */
  public bind(scope: Construct, options: DestinationBindOptions): SiemDestinationConfig {
    const { endpoint, username, headers, jsonArray, gzip, tls, buffer, destinationName = 'http' } = this.props;
    const url = checkEndpoint(scope, endpoint);
    this.checkAuthentication(scope);
    const password = this.bound(scope, options, 'password');
    return {
      destinationName,
      plugin: DestinationPlugin.HTTP,
      parameters: { endpoint, ...(username !== undefined && { username }) },
      ...(password !== undefined && { secrets: { password } }),
      ...(headers !== undefined && { headers }),
      secretHeaders: this.keyHeaders(scope, options),
      jsonArray: jsonArray ?? false,
      gzip: gzip ?? false,
      ...(tls !== undefined && { tls }),
      ...(buffer !== undefined && { buffer }),
      ports: [portOf(url)],
    };
  }

  private checkAuthentication(scope: Construct): void {
    const { username, password, apiKey, apiKeyHeader = AUTHORIZATION, headers = {} } = this.props;
    if ((username === undefined) !== (password === undefined)) {
      fail(scope, 'basic authentication needs a user and a password', "give both 'username' and 'password'");
    }
    if (password !== undefined && apiKey !== undefined && apiKeyHeader.toLowerCase() === AUTHORIZATION) {
      fail(scope, 'a password and an API key both claim the header Authorization', "name another 'apiKeyHeader'");
    }
    const secret = Object.keys(headers).find((name) => /^(proxy-)?authorization$|key|token|secret|cookie/i.test(name));
    if (secret !== undefined) {
      fail(
        scope,
        `the header '${secret}' looks like a credential, [redacted]`,
        "give it as 'apiKey' and 'apiKeyHeader'",
      );
    }
  }

  private keyHeaders(scope: Construct, options: DestinationBindOptions): SecretHeader[] {
    const { apiKeyHeader = 'Authorization', apiKeyPrefix } = this.props;
    const secret = this.bound(scope, options, 'api-key');
    if (secret === undefined) return [];
    const prefix = apiKeyPrefix ?? (apiKeyHeader.toLowerCase() === AUTHORIZATION ? 'Bearer ' : undefined);
    return [{ header: apiKeyHeader, secret, ...(prefix !== undefined && { prefix }) }];
  }

  private bound(
    scope: Construct,
    options: DestinationBindOptions,
    key: 'api-key' | 'password',
  ): SecretReference | undefined {
    const source = key === 'api-key' ? this.props.apiKey : this.props.password;
    return source && bindSecret(source, scope, options, { key, destinationName: this.props.destinationName ?? 'http' });
  }
}
