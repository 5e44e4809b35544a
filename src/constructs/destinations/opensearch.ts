import type { Construct } from 'constructs';
import { FluentdVariant } from '../collection/fluentd-image';
import { bindSearch } from '../private/search-destination';
import { DestinationPlugin } from './destination';
import type {
  DestinationBindOptions,
  DestinationBuffer,
  DestinationTls,
  ISiemDestination,
  SiemDestinationConfig,
} from './destination';
import type { SecretSource } from './secret-source';

/** Properties of `OpenSearchDestination`. */
export interface OpenSearchDestinationProps {
  /** Base URLs of the cluster, such as `https://opensearch.example.com:9200`. */
  readonly hosts: string[];

  /**
   * Name of the destination, unique in its connection.
   * @default 'opensearch'
   */
  readonly destinationName?: string;

  /**
   * Records go to one index a day, `<indexPrefix>-YYYY.MM.DD`.
   * @default 'siem'
   */
  readonly indexPrefix?: string;

  /**
   * User that may write to the indices.
   * @default - none
   */
  readonly username?: string;

  /**
   * Password of the user.
   * @default - none
   */
  readonly password?: SecretSource;

  /**
   * TLS towards the cluster.
   * @default - the CAs of the image, no client certificate
   */
  readonly tls?: DestinationTls;

  /**
   * What waits while the cluster does not take records.
   * @default - 2 GiB
   */
  readonly buffer?: DestinationBuffer;
}

/** Ships to OpenSearch, into one index a day. */
export class OpenSearchDestination implements ISiemDestination {
  /**
   * Declares the destination.
   * @param props the cluster and how to authenticate
   */
  public constructor(private readonly props: OpenSearchDestinationProps) {}

  /**
   * Binds the secrets and says how to reach the cluster.
   * @param scope the connection that will ship to it
   * @param options names, namespace and labels
   */
  public bind(scope: Construct, options: DestinationBindOptions): SiemDestinationConfig {
    const { destinationName = 'opensearch', ...rest } = this.props;
    return bindSearch(scope, options, {
      ...rest,
      destinationName,
      plugin: DestinationPlugin.OPENSEARCH,
      variant: FluentdVariant.OPENSEARCH,
    });
  }
}
