import type { Construct } from 'constructs';
import type { OutputPlace } from '../../model/destinations/output';
import { EmbeddedText, label, match, section } from '../../model/fluentd/elements';
import type { FluentdElement, FluentdParams } from '../../model/fluentd/elements';
import { awsConfig } from '../private/aws-destination';
import { checkBucket, checkObjects, checkPrefix, objectBuffer, objectKey } from '../private/object-store';
import { fail } from '../private/validate';
import { AwsCredentials } from './aws-credentials';
import type { DestinationBindOptions, DestinationProps, ISiemDestination, SiemDestinationConfig } from './destination';
import { FluentdOutput } from './fluentd-output';

/** Properties of `S3Destination`. */
export interface S3DestinationProps extends DestinationProps {
  /** Name of the bucket. It is not made, and not looked for at the start. */
  readonly bucket: string;

  /** Region of the bucket. */
  readonly region: string;

  /**
   * As whom objects are written: the right to `s3:PutObject` below the prefix is enough.
   * @default AwsCredentials.pod()
   */
  readonly credentials?: AwsCredentials;

  /**
   * First part of the key of every object, without a slash at its end.
   * @default 'siem'
   */
  readonly prefix?: string;

  /**
   * Base URL of a server that speaks the protocol of S3, such as MinIO; the bucket is then part of its paths.
   * @default - Amazon's own for the region
   */
  readonly endpoint?: string;

  /**
   * Storage class of the objects, in Amazon's words.
   * @default 'STANDARD'
   */
  readonly storageClass?: string;

  /**
   * Id or ARN of the key of AWS KMS that objects are encrypted with.
   * @default - the bucket decides
   */
  readonly kmsKeyId?: string;

  /**
   * Span of event time that one object holds, in seconds: 60 to 3600. An object is written 30 seconds after its span is
   * over, or when it has 64 MiB.
   * @default 300
   */
  readonly objectSeconds?: number;
}

const GEM = 'fluent-plugin-s3';
const STORAGE_CLASS = /^[A-Z_]{3,40}$/;

/**
 * Ships to a bucket of S3: gzipped objects with one record of JSON a line, under
 * `<prefix>/dt=YYYY-MM-DD/hour=HH/<chunk>.json.gz`, by event time in UTC. A repeated upload has the same key and the same
 * content, so nothing doubles. Records are of any size. Nothing is asked at the start, so that the aggregator starts while
 * the bucket is away; an upload that is refused is repeated for ever.
 *
 * @example
 *
 * new S3Destination({
 *   bucket: 'example-security-archive',
 *   region: 'eu-central-1',
 *   credentials: AwsCredentials.serviceAccountRole('arn:aws:iam::123456789012:role/siem'),
 * });
 */
export class S3Destination implements ISiemDestination {
  /**
   * Declares the destination.
   * @param props bucket and how to authenticate
   */
  public constructor(private readonly props: S3DestinationProps) {}

  /**
   * Binds the secrets and says how to reach the bucket.
   * @param scope the connection that will ship to it
   * @param options names, namespace and labels
   */
  public bind(scope: Construct, options: DestinationBindOptions): SiemDestinationConfig {
    const { bucket, prefix = 'siem', storageClass, kmsKeyId, tls = {}, destinationName = 's3' } = this.props;
    checkBucket(scope, bucket);
    checkPrefix(scope, prefix);
    checkObjects(scope, this.props);
    if (tls.clientTlsSecretName !== undefined) {
      fail(scope, 'S3 takes no client certificate', "give 'credentials' instead of 'clientTlsSecretName'");
    }
    if (storageClass !== undefined && !STORAGE_CLASS.test(storageClass)) {
      fail(scope, `'${storageClass}' is not a storage class`, "write it as 'STANDARD_IA'");
    }
    const parameters = { bucket, prefix, ...(kmsKeyId !== undefined && { 'kms-key-id': kmsKeyId }) };
    return {
      ...awsConfig(scope, options, { ...this.props, destinationName }, parameters),
      output: FluentdOutput._of((place) => this.labels(place)),
      requiredGems: [GEM],
    };
  }

  private labels(place: OutputPlace): FluentdElement[] {
    const { endpoint, kmsKeyId, storageClass, credentials = AwsCredentials.pod() } = this.props;
    const { tls } = place;
    const params: FluentdParams = {
      '@type': 's3',
      '@id': place.outputId,
      s3_bucket: place.parameter('bucket'),
      s3_region: place.parameter('region'),
      s3_endpoint: endpoint === undefined ? undefined : place.parameter('endpoint'),
      force_path_style: endpoint === undefined ? undefined : true,
      ...credentials._params(place),
      s3_object_key_format: new EmbeddedText([...place.parameter('prefix').parts, objectKey('%{file_extension}')]),
      store_as: 'gzip',
      storage_class: storageClass,
      use_server_side_encryption: kmsKeyId === undefined ? undefined : 'aws:kms',
      ssekms_key_id: kmsKeyId === undefined ? undefined : place.parameter('kms-key-id'),
      check_apikey_on_start: false,
      check_bucket: false,
      check_object: false,
      auto_create_bucket: false,
      ssl_verify_peer: true,
      ssl_ca_bundle: tls.caFile,
    };
    const buffer = objectBuffer(place, this.props);
    return [label(place.label, [match(params, [section('format', { '@type': 'json' }), buffer])])];
  }
}
