import type { Construct } from 'constructs';
import { computedFields, constantFields, RECORD_HOST } from '../../model/destinations/envelope';
import { fitFilter } from '../../model/destinations/frames';
import { httpMatch } from '../../model/destinations/http-output';
import type { OutputPlace } from '../../model/destinations/output';
import { label } from '../../model/fluentd/elements';
import type { FluentdElement } from '../../model/fluentd/elements';
import { bindSecrets, sharedConfig } from '../private/destination-secret';
import { checkConstants } from '../private/destination-texts';
import { fail } from '../private/validate';
import type { DestinationBindOptions, DestinationProps, ISiemDestination, SiemDestinationConfig } from './destination';
import { FluentdOutput } from './fluentd-output';
import type { SecretSource } from './secret-source';

/** Properties of `DatadogDestination`. */
export interface DatadogDestinationProps extends DestinationProps {
  /** API key of the organisation. */
  readonly apiKey: SecretSource;

  /**
   * Site of the organisation, such as `datadoghq.eu`.
   * @default 'datadoghq.com'
   */
  readonly site?: string;

  /**
   * Value of `ddsource`, which chooses the pipeline.
   * @default 'kubernetes'
   */
  readonly ddsource?: string;

  /**
   * Value of `service`.
   * @default 'cdk8s-siem'
   */
  readonly service?: string;

  /**
   * Tags of every log, each in the form `name:value`.
   * @default - none
   */
  readonly tags?: string[];
}

/** The service takes at most 5 MB and 1,000 logs in a request, and cuts a log above 1 MB. */
const DELIVERY_BYTES = 4_000_000;
const RECORD_BYTES = 900_000;
const DELIVERY_RECORDS = 1000;

/**
 * Ships to Datadog's log intake. Its plugin loses what the service refuses; here refused keys and limits are repeated for
 * ever, and what is refused for what it holds is kept aside and counted. Records above 900,000 bytes lose their largest
 * fields.
 * @example
 * new DatadogDestination({
 *   apiKey: SecretSource.existing({ secretName: 'datadog' }),
 *   site: 'datadoghq.eu',
 *   tags: ['env:prod'],
 * });
 */
export class DatadogDestination implements ISiemDestination {
  /**
   * Declares the destination.
   * @param props site, key and tags
   */
  public constructor(private readonly props: DatadogDestinationProps) {}

  /**
   * Binds the key and says how to reach the site.
   * @param scope the connection that will ship to it
   * @param options names, namespace and labels
   */
  public bind(scope: Construct, options: DestinationBindOptions): SiemDestinationConfig {
    const { apiKey, site = 'datadoghq.com', tags = [], destinationName = 'datadog', buffer } = this.props;
    const { ddsource = 'kubernetes', service = 'cdk8s-siem' } = this.props;
    if (!/^([a-z0-9-]+\.)+[a-z]+$/.test(site)) fail(scope, `'${site}' is no site`, "write it as 'datadoghq.eu'");
    const wrong = tags.find((tag) => !/^[^:,\s]+(:[^,\s]+)?$/.test(tag));
    if (wrong !== undefined) fail(scope, `'${wrong}' is no tag`, "write it as 'env:prod', without commas and blanks");
    if ((buffer?.deliveryRecords ?? 0) > DELIVERY_RECORDS) {
      fail(scope, `'deliveryRecords' is ${buffer?.deliveryRecords}`, `Datadog takes at most ${DELIVERY_RECORDS} logs`);
    }
    const constants = { ddsource, service, tags: tags.join(',') };
    checkConstants(scope, destinationName, constants);
    return {
      destinationName,
      output: FluentdOutput._of((place) => this.labels(place)),
      parameters: { endpoint: `https://http-intake.logs.${site}/api/v2/logs`, ...constants },
      secrets: bindSecrets(scope, options, destinationName, { 'api-key': apiKey }),
      ...sharedConfig(this.props),
      ports: [443],
    };
  }

  private labels(place: OutputPlace): FluentdElement[] {
    return [
      label(place.label, [
        fitFilter(place, RECORD_BYTES),
        computedFields({ hostname: RECORD_HOST }),
        constantFields({
          ddsource: place.parameter('ddsource'),
          service: place.parameter('service'),
          ddtags: place.parameter('tags'),
        }),
        httpMatch(place, {
          endpoint: place.parameter('endpoint'),
          headers: { 'DD-API-KEY': place.secret('api-key') },
          body: 'json-array',
          gzip: true,
          buffer: { chunkBytes: DELIVERY_BYTES, deliveryRecords: DELIVERY_RECORDS },
        }),
      ]),
    ];
  }
}
