import type { Construct } from 'constructs';
import { constantFields, envelopeFilter, RECORD_HOST, RECORD_SOURCE } from '../../model/destinations/envelope';
import { fitFilter } from '../../model/destinations/frames';
import { httpMatch } from '../../model/destinations/http-output';
import type { OutputPlace } from '../../model/destinations/output';
import { label } from '../../model/fluentd/elements';
import type { FluentdElement } from '../../model/fluentd/elements';
import { bindSecrets, sharedConfig } from '../private/destination-secret';
import { checkConstants, given } from '../private/destination-texts';
import { checkBaseUrl, portOf } from '../private/endpoint';
import type { DestinationBindOptions, DestinationProps, ISiemDestination, SiemDestinationConfig } from './destination';
import { FluentdOutput } from './fluentd-output';
import type { SecretSource } from './secret-source';

/** Properties of `SplunkHecDestination`. */
export interface SplunkHecDestinationProps extends DestinationProps {
  /** Base URL of the HTTP Event Collector, such as `https://http-inputs-acme.splunkcloud.com`. */
  readonly endpoint: string;

  /** Token of the collector, with indexer acknowledgement off. */
  readonly token: SecretSource;

  /**
   * Index that events go to; the token must be allowed to write there.
   * @default - that of the token
   */
  readonly index?: string;

  /**
   * Value of the field `source` of every event.
   * @default 'cdk8s-siem'
   */
  readonly sourceField?: string;

  /**
   * Source type of every event.
   * @default - 'siem:' and where the record comes from, such as 'siem:kubernetes-audit'
   */
  readonly sourcetype?: string;
}

/** Splunk Cloud takes at most 1 MB in a request. */
const DELIVERY_BYTES = 1_000_000;
const RECORD_BYTES = 900_000;

/**
 * Ships to Splunk by its HTTP Event Collector, as events of real JSON. Every refusal is repeated for ever, also 400: the
 * collector answers so when the index is wrong. Records above 900,000 bytes lose their largest fields.
 * @example
 * new SplunkHecDestination({
 *   endpoint: 'https://http-inputs-acme.splunkcloud.com',
 *   token: SecretSource.existing({ secretName: 'splunk' }),
 *   index: 'security',
 * });
 */
export class SplunkHecDestination implements ISiemDestination {
  /**
   * Declares the destination.
   * @param props collector, token and index
   */
  public constructor(private readonly props: SplunkHecDestinationProps) {}

  /**
   * Binds the token and says how to reach the collector.
   * @param scope the connection that will ship to it
   * @param options names, namespace and labels
   */
  public bind(scope: Construct, options: DestinationBindOptions): SiemDestinationConfig {
    const { endpoint, token, index, sourcetype, destinationName = 'splunk' } = this.props;
    const { sourceField = 'cdk8s-siem' } = this.props;
    const url = checkBaseUrl(scope, endpoint);
    const constants = { index, source: sourceField, sourcetype };
    checkConstants(scope, destinationName, constants);
    return {
      destinationName,
      output: FluentdOutput._of((place) => this.labels(place)),
      parameters: { endpoint: `${url}/services/collector/event`, ...given(constants) },
      secrets: bindSecrets(scope, options, destinationName, { token }),
      ...sharedConfig(this.props),
      ports: [portOf(new URL(url))],
    };
  }

  private labels(place: OutputPlace): FluentdElement[] {
    const { index, sourcetype } = this.props;
    const event = {
      time: 'time.to_f',
      host: RECORD_HOST,
      event: 'record',
      ...(sourcetype === undefined && { sourcetype: `"siem:#{${RECORD_SOURCE}}"` }),
    };
    return [
      label(place.label, [
        fitFilter(place, RECORD_BYTES),
        envelopeFilter(event),
        constantFields({
          index: index === undefined ? undefined : place.parameter('index'),
          source: place.parameter('source'),
          sourcetype: sourcetype === undefined ? undefined : place.parameter('sourcetype'),
        }),
        httpMatch(place, {
          endpoint: place.parameter('endpoint'),
          headers: { Authorization: place.secret('token', 'Splunk ') },
          body: 'ndjson',
          gzip: true,
          alsoRetried: [400],
          buffer: { chunkBytes: DELIVERY_BYTES },
        }),
      ]),
    ];
  }
}
