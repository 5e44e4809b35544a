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

/** Major version of an Elasticsearch cluster. */
export enum ElasticsearchVersion {
  /** Elasticsearch 8. */
  V8 = '8',
  /** Elasticsearch 9. */
  V9 = '9',
}

/** Properties of `ElasticsearchDestination`. */
export interface ElasticsearchDestinationProps {
  /** Base URLs of the cluster, such as `https://elasticsearch.example.com:9200`. */
  readonly hosts: string[];

  /**
   * Name of the destination, unique in its connection.
   * @default 'elasticsearch'
   */
  readonly destinationName?: string;

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
    const { version, destinationName = 'elasticsearch', ...rest } = this.props;
    return bindSearch(scope, options, {
      ...rest,
      destinationName,
      plugin: DestinationPlugin.ELASTICSEARCH,
      variant: version === ElasticsearchVersion.V9 ? FluentdVariant.ELASTICSEARCH_9 : FluentdVariant.ELASTICSEARCH_8,
    });
  }
}
