import type { Construct } from 'constructs';
import { fitFilter } from '../../model/destinations/frames';
import { httpMatch } from '../../model/destinations/http-output';
import type { OutputPlace } from '../../model/destinations/output';
import { json, label } from '../../model/fluentd/elements';
import type { FluentdElement } from '../../model/fluentd/elements';
import { bindSecrets, sharedConfig } from '../private/destination-secret';
import { checkConstants, given } from '../private/destination-texts';
import { checkBaseUrl, portOf } from '../private/endpoint';
import { fail } from '../private/validate';
import type { DestinationBindOptions, DestinationProps, ISiemDestination, SiemDestinationConfig } from './destination';
import { FluentdOutput } from './fluentd-output';
import type { SecretSource } from './secret-source';

/** A label whose values are few, however many records there are. */
export enum LokiLabel {
  /** Name of the cluster. */
  CLUSTER = 'cluster',
  /** Where the record comes from, such as `kubernetes-audit`. */
  SOURCE = 'source',
  /** Name of the node that wrote it. */
  NODE = 'node',
  /** Namespace of the pod that wrote it. */
  NAMESPACE = 'namespace',
  /** Severity of an alert. */
  SEVERITY = 'severity',
}

/** Properties of `LokiDestination`. */
export interface LokiDestinationProps extends DestinationProps {
  /** Base URL of Loki or of its gateway, such as `https://loki.example.com`. */
  readonly endpoint: string;

  /**
   * Tenant, sent as `X-Scope-OrgID`.
   * @default - none: Loki without tenants
   */
  readonly tenant?: string;

  /**
   * User of basic authentication.
   * @default - no basic authentication
   */
  readonly username?: string;

  /**
   * Password of the user.
   * @default - none
   */
  readonly password?: SecretSource;

  /**
   * Token sent as a bearer.
   * @default - none
   */
  readonly bearerToken?: SecretSource;

  /**
   * Labels taken from records, beside `job="siem"`.
   * @default - cluster, source and severity
   */
  readonly labels?: LokiLabel[];

  /**
   * Structured metadata: names to fields of records, written with dots, such as `user.username`. For values that are many;
   * the schema of Loki must be v13 or later.
   * @default - none
   */
  readonly structuredMetadata?: { [key: string]: string };
}

/** Loki takes lines of 256 KiB and requests of 4 MiB unless told otherwise. */
const RECORD_BYTES = 256_000;
const DELIVERY_BYTES = 2_000_000;

/** Labels to the accessors of their fields, the first that a record has; alerts name their cluster by themselves. */
const FIELDS: Readonly<Record<LokiLabel, string>> = {
  [LokiLabel.CLUSTER]: '$.siem.cluster,$.cluster',
  [LokiLabel.SOURCE]: '$.siem.source',
  [LokiLabel.NODE]: '$.siem.node',
  [LokiLabel.NAMESPACE]: '$.kubernetes.namespace_name',
  [LokiLabel.SEVERITY]: '$.severity',
};

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const PATH = /^[A-Za-z0-9_@-]+(\.[A-Za-z0-9_@-]+)*$/;

/**
 * Ships to Loki by its push API. The plugin of Loki loses what is refused with 400 or 401 and is in no published image;
 * here a refused login and limits are repeated for ever, and what is refused for what it holds, such as its age, is kept
 * aside and counted. Records above 256,000 bytes lose their largest fields.
 * @example
 * new LokiDestination({
 *   endpoint: 'https://loki.example.com',
 *   tenant: 'security',
 *   structuredMetadata: { user: 'user.username' },
 * });
 */
export class LokiDestination implements ISiemDestination {
  /**
   * Declares the destination.
   * @param props endpoint, tenant and labels
   */
  public constructor(private readonly props: LokiDestinationProps) {}

  /**
   * Binds the credentials and says how to reach Loki.
   * @param scope the connection that will ship to it
   * @param options names, namespace and labels
   */
  public bind(scope: Construct, options: DestinationBindOptions): SiemDestinationConfig {
    const { endpoint, tenant, username, password, bearerToken, destinationName = 'loki' } = this.props;
    const url = checkBaseUrl(scope, endpoint);
    this.checkLogin(scope);
    this.checkMetadata(scope);
    const constants = { tenant, username };
    checkConstants(scope, destinationName, constants);
    return {
      destinationName,
      output: FluentdOutput._of((place) => this.lokiLabels(place)),
      parameters: { endpoint: `${url}/loki/api/v1/push`, ...given(constants) },
      secrets: bindSecrets(scope, options, destinationName, { password, 'bearer-token': bearerToken }),
      ...sharedConfig(this.props),
      ports: [portOf(new URL(url))],
    };
  }

  private checkLogin(scope: Construct): void {
    const { username, password, bearerToken } = this.props;
    if ((username === undefined) !== (password === undefined)) {
      fail(scope, 'basic authentication needs a user and a password', "give both 'username' and 'password'");
    }
    if (username !== undefined && bearerToken !== undefined) {
      fail(scope, 'a password and a token both claim the header Authorization', 'give one of them');
    }
  }

  private checkMetadata(scope: Construct): void {
    for (const [name, path] of Object.entries(this.props.structuredMetadata ?? {})) {
      if (NAME.test(name) && PATH.test(path)) continue;
      fail(scope, `the structured metadata '${name}: ${path}' is not valid`, "write it as { user: 'user.username' }");
    }
  }

  private lokiLabels(place: OutputPlace): FluentdElement[] {
    const { tenant, username, bearerToken, structuredMetadata = {} } = this.props;
    const { labels = [LokiLabel.CLUSTER, LokiLabel.SOURCE, LokiLabel.SEVERITY] } = this.props;
    const metadata = Object.entries(structuredMetadata).map(([name, path]) => [name, accessor(path)]);
    return [
      label(place.label, [
        fitFilter(place, RECORD_BYTES),
        httpMatch(place, {
          endpoint: place.parameter('endpoint'),
          headers: {
            ...(tenant !== undefined && { 'X-Scope-OrgID': place.parameter('tenant') }),
            ...(bearerToken !== undefined && { Authorization: place.secret('bearer-token', 'Bearer ') }),
          },
          ...(username !== undefined && {
            login: { username: place.parameter('username'), password: place.secret('password') },
          }),
          body: 'ndjson',
          gzip: true,
          plugin: {
            '@type': 'siem_loki',
            content_type: 'application/json',
            static_labels: json({ job: 'siem' }),
            record_labels: json(Object.fromEntries([...labels].sort().map((name) => [name, FIELDS[name]]))),
            structured_metadata: json(Object.fromEntries(metadata) as Record<string, string>),
          },
          buffer: { chunkBytes: DELIVERY_BYTES },
        }),
      ]),
    ];
  }
}

/** `a.b` in Fluentd's own notation. */
function accessor(path: string): string {
  return `$${path
    .split('.')
    .map((part) => `['${part}']`)
    .join('')}`;
}
