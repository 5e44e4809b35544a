import type { DestinationProps } from './destination';
import type { SecretSource } from './secret-source';

/** A data stream, `<streamType>-<dataset>-<streamNamespace>`. */
export interface DataStream {
  /**
   * First part of its name.
   * @default 'logs'
   */
  readonly streamType?: string;

  /**
   * Second part of its name.
   * @default 'siem'
   */
  readonly dataset?: string;

  /**
   * Third part of its name.
   * @default 'default'
   */
  readonly streamNamespace?: string;
}

/** What the destinations of search engines have in common. */
export interface SearchIndexProps extends DestinationProps {
  /** Base URLs of the cluster, such as `https://search.example.com:9200`. */
  readonly hosts: string[];

  /**
   * Records go to one index a day, `<indexPrefix>-YYYY.MM.DD`, by the time of their event in UTC.
   * @default 'siem'
   */
  readonly indexPrefix?: string;

  /**
   * A data stream instead of daily indices. Documents are only ever created in it, so a repeated delivery adds none. The
   * cluster must have an index template with `data_stream` that fits its name.
   * @default - daily indices
   */
  readonly dataStream?: DataStream;

  /**
   * Whether each kind of source has an index or data stream of its own: its tag, such as `kube.audit`, `kube.container`,
   * `host.auth` or `siem.alert`, is added to the prefix with a dash, or to the dataset with a dot.
   * @default false
   */
  readonly indexPerSource?: boolean;

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
