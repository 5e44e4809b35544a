import type { Construct } from 'constructs';
import { bindSearch } from '../private/search-destination';
import type { DestinationBindOptions, ISiemDestination, SiemDestinationConfig } from './destination';
import type { SearchIndexProps } from './search-index';
import type { SecretSource } from './secret-source';

/** Major version of an Elasticsearch cluster. */
export enum ElasticsearchVersion {
  /** Elasticsearch 8. */
  V8 = '8',
  /** Elasticsearch 9. */
  V9 = '9',
}

/** Properties of `ElasticsearchDestination`. */
export interface ElasticsearchDestinationProps extends SearchIndexProps {
  /**
   * Major version of the cluster; decides the client in the image.
   * @default ElasticsearchVersion.V8
   */
  readonly version?: ElasticsearchVersion;

  /**
   * API key in the form `id:key`.
   * @default - none
   */
  readonly apiKey?: SecretSource;
}

/**
 * Ships to Elasticsearch by its bulk API, into one index a day or into data streams. Whatever it does not take is repeated
 * for ever, in part where it took a part; a document that it refuses for what it holds is kept aside and counted.
 * @example
 * new ElasticsearchDestination({
 *   hosts: ['https://elasticsearch.example.com:9200'],
 *   apiKey: SecretSource.existing({ secretName: 'elasticsearch' }),
 *   dataStream: { dataset: 'siem' },
 * });
 */
export class ElasticsearchDestination implements ISiemDestination {
  /**
   * Declares the destination.
   * @param props the cluster and how to authenticate
   */
  public constructor(private readonly props: ElasticsearchDestinationProps) {}

  /**
   * Binds the secrets and says how to reach the cluster.
   * @param scope the connection that will ship to it
   * @param options names, namespace and labels
   */
  public bind(scope: Construct, options: DestinationBindOptions): SiemDestinationConfig {
    const { version = ElasticsearchVersion.V8, destinationName = 'elasticsearch', ...rest } = this.props;
    return bindSearch(scope, options, {
      ...rest,
      destinationName,
      plugin: 'elasticsearch',
      version: Number(version),
      requiredGems: ['fluent-plugin-elasticsearch', `elasticsearch ~> ${version}.0`],
    });
  }
}
