import type { Construct } from 'constructs';
import { framedBuffer, frameFilters, PAYLOAD_FIELD } from '../../model/destinations/frames';
import type { OutputPlace } from '../../model/destinations/output';
import { label, match } from '../../model/fluentd/elements';
import type { FluentdElement, FluentdParams } from '../../model/fluentd/elements';
import { awsConfig, refuseOwnTls } from '../private/aws-destination';
import { fail } from '../private/validate';
import { AwsCredentials } from './aws-credentials';
import type { DestinationBindOptions, DestinationProps, ISiemDestination, SiemDestinationConfig } from './destination';
import { FluentdOutput } from './fluentd-output';

/** Properties of `KinesisDestination`. */
export interface KinesisDestinationProps extends DestinationProps {
  /** Data stream that records and alerts go to. It is not made. */
  readonly streamName: string;

  /** Region of the stream. */
  readonly region: string;

  /**
   * As whom records are written: the right to `kinesis:PutRecords` is enough.
   * @default AwsCredentials.pod()
   */
  readonly credentials?: AwsCredentials;

  /**
   * Base URL of the service, such as that of an endpoint in the VPC.
   * @default - Amazon's own for the region
   */
  readonly endpoint?: string;
}

const GEM = 'fluent-plugin-kinesis';
const STREAM = /^[\w.-]{1,128}$/;

/** The client takes 1 MiB, the key of 32 bytes included, and drops what is above it with a line in its log. */
const LIMIT_BYTES = 1_000_000;
const MIB = 1024 * 1024;

/**
 * Ships to a data stream of Kinesis, each record one of JSON under a random partition key. Records above 1,000,000 bytes
 * lose their largest fields, and are counted in `siem_destination_shortened_records_total`. What a shard refuses is asked
 * again by itself, 8 times within about a minute and a half; after that, and after any other refusal, the delivery of up to
 * 500 records is repeated whole, for ever.
 *
 * @example
 *
 * new KinesisDestination({
 *   streamName: 'security',
 *   region: 'eu-central-1',
 *   credentials: AwsCredentials.serviceAccountRole('arn:aws:iam::123456789012:role/siem'),
 * });
 */
export class KinesisDestination implements ISiemDestination {
  /**
   * Declares the destination.
   * @param props stream and how to authenticate
   */
  public constructor(private readonly props: KinesisDestinationProps) {}

  /**
   * Binds the secrets and says how to reach the stream.
   * @param scope the connection that will ship to it
   * @param options names, namespace and labels
   */
  public bind(scope: Construct, options: DestinationBindOptions): SiemDestinationConfig {
    const { streamName, destinationName = 'kinesis' } = this.props;
    if (!STREAM.test(streamName)) {
      fail(scope, `'${streamName}' is not a stream`, 'use at most 128 letters, digits, dots, underscores and dashes');
    }
    refuseOwnTls(scope, this.props, 'Kinesis');
    return {
      ...awsConfig(scope, options, { ...this.props, destinationName }, { 'stream-name': streamName }),
      output: FluentdOutput._of((place) => this.labels(place)),
      requiredGems: [GEM],
    };
  }

  /** `drop_failed_records…`: by default, what a shard refused 8 times is dropped. */
  private labels(place: OutputPlace): FluentdElement[] {
    const { endpoint, credentials = AwsCredentials.pod() } = this.props;
    const params: FluentdParams = {
      '@type': 'kinesis_streams',
      '@id': place.outputId,
      region: place.parameter('region'),
      endpoint: endpoint === undefined ? undefined : place.parameter('endpoint'),
      ...credentials._params(place),
      stream_name: place.parameter('stream-name'),
      data_key: PAYLOAD_FIELD,
      drop_failed_records_after_batch_request_retries: false,
      ssl_verify_peer: true,
    };
    return [
      label(place.label, [
        ...frameFilters(place, { shape: 'json', limitBytes: LIMIT_BYTES }),
        match(params, [framedBuffer(place, LIMIT_BYTES, { deliveryRecords: 500, chunkBytes: 4 * MIB })]),
      ]),
    ];
  }
}
