import type { Construct } from 'constructs';
import { httpMatch } from '../../model/destinations/http-output';
import type { OutputPlace } from '../../model/destinations/output';
import { label } from '../../model/fluentd/elements';
import type { EmbeddedText, FluentdElement } from '../../model/fluentd/elements';
import { checkNoPlaceholder } from '../private/destination-files';
import { bindSecrets, sharedConfig } from '../private/destination-secret';
import { checkEndpoint, portOf } from '../private/endpoint';
import { fail } from '../private/validate';
import type { DestinationBindOptions, DestinationProps, ISiemDestination, SiemDestinationConfig } from './destination';
import { FluentdOutput } from './fluentd-output';
import type { SecretSource } from './secret-source';

/** Properties of `HttpDestination`. */
export interface HttpDestinationProps extends DestinationProps {
  /** URL that records are posted to. */
  readonly endpoint: string;

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
    const { endpoint, username, password, apiKey, headers = {}, destinationName = 'http' } = this.props;
    const url = checkEndpoint(scope, endpoint);
    this.checkAuthentication(scope);
    checkNoPlaceholder(scope, destinationName, headers);
    return {
      destinationName,
      output: FluentdOutput._of((place) => this.labels(place)),
      parameters: { endpoint, ...(username !== undefined && { username }) },
      secrets: bindSecrets(scope, options, destinationName, { password, 'api-key': apiKey }),
      ...sharedConfig(this.props),
      ports: [portOf(url)],
    };
  }

  private labels(place: OutputPlace): FluentdElement[] {
    const { username, jsonArray = false, gzip = false } = this.props;
    const request = httpMatch(place, {
      endpoint: place.parameter('endpoint'),
      headers: { ...this.props.headers, ...this.keyHeader(place) },
      ...(username !== undefined && {
        login: { username: place.parameter('username'), password: place.secret('password') },
      }),
      body: jsonArray ? 'json-array' : 'ndjson',
      gzip,
    });
    return [label(place.label, [request])];
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

  private keyHeader(place: OutputPlace): Record<string, EmbeddedText> {
    const { apiKey, apiKeyHeader = 'Authorization', apiKeyPrefix } = this.props;
    if (apiKey === undefined) return {};
    const prefix = apiKeyPrefix ?? (apiKeyHeader.toLowerCase() === AUTHORIZATION ? 'Bearer ' : undefined);
    return { [apiKeyHeader]: place.secret('api-key', prefix) };
  }
}
