import type { Construct } from 'constructs';
import { bindSearch } from '../private/search-destination';
import type { DestinationBindOptions, ISiemDestination, SiemDestinationConfig } from './destination';
import type { SearchIndexProps } from './search-index';

/** Properties of `OpenSearchDestination`. */
export interface OpenSearchDestinationProps extends SearchIndexProps {
  /**
   * Major version of the cluster.
   * @default 2
   */
  readonly version?: number;
}

/**
 * Ships to OpenSearch by its bulk API, into one index a day or into data streams. Whatever it does not take is repeated for
 * ever, in part where it took a part; a document that it refuses for what it holds is kept aside and counted.
 * @example
 * new OpenSearchDestination({
 *   hosts: ['https://opensearch.example.com:9200'],
 *   username: 'shipper',
 *   password: SecretSource.existing({ secretName: 'opensearch' }),
 * });
 */
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
    const { version = 2, destinationName = 'opensearch', ...rest } = this.props;
    return bindSearch(scope, options, {
      ...rest,
      destinationName,
      plugin: 'opensearch',
      version,
      requiredGems: ['fluent-plugin-opensearch'],
    });
  }
}
