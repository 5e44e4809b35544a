import type { Construct } from 'constructs';
import { bindSearch } from '../private/search-destination';
import type { DestinationBindOptions, DestinationProps, ISiemDestination, SiemDestinationConfig } from './destination';
import type { SecretSource } from './secret-source';

/** Properties of `OpenSearchDestination`. */
export interface OpenSearchDestinationProps extends DestinationProps {
  /** Base URLs of the cluster, such as `https://opensearch.example.com:9200`. */
  readonly hosts: string[];

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
      plugin: 'opensearch',
      version: 2,
      requiredGems: ['fluent-plugin-opensearch'],
    });
  }
}
