import type { Construct } from 'constructs';
import { framedBuffer, frameFilters, payloadFormat } from '../../model/destinations/frames';
import type { OutputPlace } from '../../model/destinations/output';
import { label, match } from '../../model/fluentd/elements';
import type { FluentdElement, FluentdParams } from '../../model/fluentd/elements';
import { awsConfig, refuseOwnTls } from '../private/aws-destination';
import { fail } from '../private/validate';
import { AwsCredentials } from './aws-credentials';
import type { DestinationBindOptions, DestinationProps, ISiemDestination, SiemDestinationConfig } from './destination';
import { FluentdOutput } from './fluentd-output';

/** Properties of `CloudWatchDestination`. */
export interface CloudWatchDestinationProps extends DestinationProps {
  /** Log group that records and alerts go to. It is made if it is not there and the credentials allow it. */
  readonly logGroup: string;

  /** Region of the log group. */
  readonly region: string;

  /**
   * Log stream in the group; it is made if it is not there.
   * @default - the name of the stack
   */
  readonly logStream?: string;

  /**
   * As whom records are written: the rights to `logs:PutLogEvents`, `logs:DescribeLogGroups`, `logs:DescribeLogStreams`
   * and `logs:CreateLogStream` are needed, `logs:CreateLogGroup` only where the group is not there.
   * @default AwsCredentials.pod()
   */
  readonly credentials?: AwsCredentials;

  /**
   * Base URL of the service, such as that of an endpoint in the VPC.
   * @default - Amazon's own for the region
   */
  readonly endpoint?: string;
}

const GEM = 'fluent-plugin-cloudwatch-logs';
const GROUP = /^[\w./#-]{1,512}$/;
const STREAM = /^[^:*\p{Cc}]{1,512}$/u;

/** The service takes 1 MiB, with 26 bytes for each record, and the client throws a whole delivery away for one above it. */
const LIMIT_BYTES = 1_000_000;

/**
 * Ships to a log group of CloudWatch Logs, each record one event of JSON with the time of its event. Records above
 * 1,000,000 bytes lose their largest fields, and are counted in `siem_destination_shortened_records_total`. A delivery
 * that is throttled or refused is repeated for ever; one that was taken in part is repeated whole.
 *
 * What the service takes and drops by itself, events older than 14 days or than the group's retention and those more than 2
 * hours ahead, is counted in `siem_destination_dropped_records_total`. Keep the buffer below 14 days, and clocks right.
 *
 * @example
 *
 * new CloudWatchDestination({
 *   logGroup: '/security/prod-eu',
 *   region: 'eu-central-1',
 *   credentials: AwsCredentials.serviceAccountRole('arn:aws:iam::123456789012:role/siem'),
 * });
 */
export class CloudWatchDestination implements ISiemDestination {
  /**
   * Declares the destination.
   * @param props log group and how to authenticate
   */
  public constructor(private readonly props: CloudWatchDestinationProps) {}

  /**
   * Binds the secrets and says how to reach the service.
   * @param scope the connection that will ship to it
   * @param options names, namespace and labels
   */
  public bind(scope: Construct, options: DestinationBindOptions): SiemDestinationConfig {
    const { logGroup, logStream = options.stackName, destinationName = 'cloudwatch' } = this.props;
    if (!GROUP.test(logGroup)) {
      fail(scope, `'${logGroup}' is not a log group`, 'use at most 512 letters, digits and . _ - / #');
    }
    if (!STREAM.test(logStream)) fail(scope, `'${logStream}' is not a log stream`, "leave out ':' and '*'");
    refuseOwnTls(scope, this.props, 'CloudWatch Logs');
    return {
      ...awsConfig(
        scope,
        options,
        { ...this.props, destinationName },
        { 'log-group': logGroup, 'log-stream': logStream },
      ),
      output: FluentdOutput._of((place) => this.labels(place)),
      requiredGems: [GEM],
    };
  }

  /** `auto_create_stream`: without it the client drops what goes to a group or stream that is not there. */
  private labels(place: OutputPlace): FluentdElement[] {
    const { endpoint, credentials = AwsCredentials.pod() } = this.props;
    const params: FluentdParams = {
      '@type': 'siem_log_group',
      '@id': place.outputId,
      destination: place.id,
      region: place.parameter('region'),
      endpoint: endpoint === undefined ? undefined : place.parameter('endpoint'),
      ...credentials._params(place),
      log_group_name: place.parameter('log-group'),
      log_stream_name: place.parameter('log-stream'),
      auto_create_stream: true,
      ssl_verify_peer: true,
    };
    return [
      label(place.label, [
        ...frameFilters(place, { shape: 'json', limitBytes: LIMIT_BYTES }),
        match(params, [payloadFormat(), framedBuffer(place, LIMIT_BYTES)]),
      ]),
    ];
  }
}
