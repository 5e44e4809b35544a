import type { Construct } from 'constructs';
import type { OutputPlace } from '../../model/destinations/output';
import { EmbeddedText, label, match, section } from '../../model/fluentd/elements';
import type { FluentdElement, FluentdParams } from '../../model/fluentd/elements';
import { refuseOwnTls } from '../private/aws-destination';
import { bindSecrets, sharedConfig } from '../private/destination-secret';
import { checkEndpoint, portOf } from '../private/endpoint';
import { checkBucket, checkObjects, checkPrefix, objectBuffer, objectKey } from '../private/object-store';
import { fail } from '../private/validate';
import type { DestinationBindOptions, DestinationProps, ISiemDestination, SiemDestinationConfig } from './destination';
import { FluentdOutput } from './fluentd-output';
import type { SecretSource } from './secret-source';

/** Properties of `GcsDestination`. */
export interface GcsDestinationProps extends DestinationProps {
  /** Name of the bucket. It is not made, and not looked for at the start. */
  readonly bucket: string;

  /**
   * Service account of Google Cloud that the aggregator's ServiceAccount acts as, by Workload Identity; the right to
   * create objects (`roles/storage.objectCreator`) is enough.
   * @default - the identity of the pod itself
   */
  readonly serviceAccountEmail?: string;

  /**
   * Key of a service account, as the JSON that Google gives out. Prefer Workload Identity: a key does not expire.
   * @default - none
   */
  readonly keyFile?: SecretSource;

  /**
   * First part of the name of every object, without a slash at its end.
   * @default 'siem'
   */
  readonly prefix?: string;

  /**
   * Base URL of the service, where it is not Google's own.
   * @default - Google's own
   */
  readonly endpoint?: string;

  /**
   * Span of event time that one object holds, in seconds: 60 to 3600. An object is written 30 seconds after its span is
   * over, or when it has 64 MiB.
   * @default 300
   */
  readonly objectSeconds?: number;
}

const GEM = 'fluent-plugin-gcs';
const EMAIL = /^[a-z0-9-]+@[a-z0-9.-]+\.iam\.gserviceaccount\.com$/;
/** The metadata service of a node, and where GKE puts it behind a network policy. */
const METADATA_PORTS = [80, 988];

/**
 * Ships to a bucket of Google Cloud Storage: gzipped objects with one record of JSON a line, under
 * `<prefix>/dt=YYYY-MM-DD/hour=HH/<chunk>.json.gz`, by event time in UTC. An object is written once: an upload that is
 * repeated because its answer was lost finds it there, and is done. Records are of any size. Nothing is asked at the start,
 * so that the aggregator starts while the bucket is away; an upload that is refused is repeated for ever.
 *
 * @example
 *
 * new GcsDestination({
 *   bucket: 'example-security-archive',
 *   serviceAccountEmail: 'siem@example-project.iam.gserviceaccount.com',
 * });
 */
export class GcsDestination implements ISiemDestination {
  /**
   * Declares the destination.
   * @param props bucket and how to authenticate
   */
  public constructor(private readonly props: GcsDestinationProps) {}

  /**
   * Binds the secrets and says how to reach the bucket.
   * @param scope the connection that will ship to it
   * @param options names, namespace and labels
   */
  public bind(scope: Construct, options: DestinationBindOptions): SiemDestinationConfig {
    const { bucket, prefix = 'siem', endpoint, keyFile, destinationName = 'gcs' } = this.props;
    checkBucket(scope, bucket);
    checkPrefix(scope, prefix);
    checkObjects(scope, this.props);
    refuseOwnTls(scope, this.props, 'Cloud Storage');
    const port = endpoint === undefined ? 443 : portOf(checkEndpoint(scope, endpoint));
    return {
      destinationName,
      output: FluentdOutput._of((place) => this.labels(place)),
      parameters: { bucket, prefix, ...(endpoint !== undefined && { endpoint }) },
      secrets: bindSecrets(scope, options, destinationName, { 'key-file': keyFile }),
      serviceAccountAnnotations: this.annotations(scope),
      ...sharedConfig(this.props),
      requiredGems: [GEM],
      ports: [port, ...(keyFile === undefined ? METADATA_PORTS : [])],
    };
  }

  private annotations(scope: Construct): Record<string, string> {
    const { serviceAccountEmail, keyFile } = this.props;
    if (serviceAccountEmail === undefined) return {};
    if (keyFile !== undefined) {
      fail(scope, 'Cloud Storage gets a key and an identity', "give 'keyFile' or 'serviceAccountEmail'");
    }
    if (!EMAIL.test(serviceAccountEmail)) {
      const remedy = "write it as 'siem@example-project.iam.gserviceaccount.com'";
      fail(scope, `'${serviceAccountEmail}' is not a service account of Google Cloud`, remedy);
    }
    return { 'iam.gke.io/gcp-service-account': serviceAccountEmail };
  }

  private labels(place: OutputPlace): FluentdElement[] {
    const { endpoint, keyFile } = this.props;
    const params: FluentdParams = {
      '@type': 'siem_gcs',
      '@id': place.outputId,
      bucket: place.parameter('bucket'),
      endpoint: endpoint === undefined ? undefined : place.parameter('endpoint'),
      keyfile: keyFile === undefined ? undefined : place.secretPath('key-file'),
      object_key_format: new EmbeddedText([...place.parameter('prefix').parts, objectKey('%{file_extension}')]),
      store_as: 'gzip',
      blind_write: true,
      auto_create_bucket: false,
      client_retries: 2,
      client_timeout: 60,
    };
    const buffer = objectBuffer(place, this.props);
    return [label(place.label, [match(params, [section('format', { '@type': 'json' }), buffer])])];
  }
}
