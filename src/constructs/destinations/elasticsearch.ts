import type { Construct } from 'constructs';
import { bindSearch } from '../private/search-destination';
import type { DestinationBindOptions, DestinationProps, ISiemDestination, SiemDestinationConfig } from './destination';
import type { SecretSource } from './secret-source';

/** Major version of an Elasticsearch cluster. */
export enum ElasticsearchVersion {
  /** Elasticsearch 8. */
  V8 = '8',
  /** Elasticsearch 9. */
  V9 = '9',
}

/** Properties of `ElasticsearchDestination`. */
export interface ElasticsearchDestinationProps extends DestinationProps {
  /** Base URLs of the cluster, such as `https://elasticsearch.example.com:9200`. */
  readonly hosts: string[];

  /**
   * Major version of the cluster; decides the client in the image.
   * @default ElasticsearchVersion.V8
   */
  readonly version?: ElasticsearchVersion;

  /**
   * Records go to one index a day, `<indexPrefix>-YYYY.MM.DD`.
   * @default 'siem'
   */
  readonly indexPrefix?: string;

  /**
   * API key in the form `id:key`.
   * @default - none
   */
  readonly apiKey?: SecretSource;

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
}

/** Ships to Elasticsearch, into one index a day. */
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
