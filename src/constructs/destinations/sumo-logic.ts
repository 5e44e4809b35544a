import type { Construct } from 'constructs';
import { envelopeFilter } from '../../model/destinations/envelope';
import { fitFilter } from '../../model/destinations/frames';
import { httpMatch } from '../../model/destinations/http-output';
import type { OutputPlace } from '../../model/destinations/output';
import { label } from '../../model/fluentd/elements';
import type { EmbeddedText, FluentdElement } from '../../model/fluentd/elements';
import { bindSecrets, sharedConfig } from '../private/destination-secret';
import { checkConstants, given } from '../private/destination-texts';
import type { DestinationBindOptions, DestinationProps, ISiemDestination, SiemDestinationConfig } from './destination';
import { FluentdOutput } from './fluentd-output';
import type { SecretSource } from './secret-source';

/** Properties of `SumoLogicDestination`. */
export interface SumoLogicDestinationProps extends DestinationProps {
  /** URL of the HTTP source. Whoever has it can send, so it is a secret. */
  readonly sourceUrl: SecretSource;

  /**
   * Category that the logs get.
   * @default - that of the source
   */
  readonly sourceCategory?: string;

  /**
   * Name that the logs get.
   * @default - that of the source
   */
  readonly sourceName?: string;

  /**
   * Host that the logs get.
   * @default - that of the source
   */
  readonly sourceHost?: string;

  /**
   * Fields that the logs get, by name.
   * @default - none
   */
  readonly fields?: { [key: string]: string };
}

/** The service wants deliveries below 1 MB, and splits messages above 64 KiB. */
const DELIVERY_BYTES = 1_000_000;
const RECORD_BYTES = 65_000;

/** Headers by the parameter that holds their text. */
const HEADERS: Readonly<Record<string, string>> = {
  category: 'X-Sumo-Category',
  name: 'X-Sumo-Name',
  host: 'X-Sumo-Host',
  fields: 'X-Sumo-Fields',
};

/**
 * Ships to an HTTP source of Sumo Logic, one record a line with its time in milliseconds first. A wrong URL and limits are
 * repeated for ever; what is refused for what it holds is kept aside and counted. Records above 65,000 bytes lose their
 * largest fields.
 * @example
 * new SumoLogicDestination({
 *   sourceUrl: SecretSource.existing({ secretName: 'sumo-logic', key: 'url' }),
 *   sourceCategory: 'prod/kubernetes',
 * });
 */
export class SumoLogicDestination implements ISiemDestination {
  /**
   * Declares the destination.
   * @param props the source and what its logs get
   */
  public constructor(private readonly props: SumoLogicDestinationProps) {}

  /**
   * Binds the URL.
   * @param scope the connection that will ship to it
   * @param options names, namespace and labels
   */
  public bind(scope: Construct, options: DestinationBindOptions): SiemDestinationConfig {
    const { sourceUrl, destinationName = 'sumo-logic' } = this.props;
    const headers = this.headers();
    checkConstants(scope, destinationName, headers);
    return {
      destinationName,
      output: FluentdOutput._of((place) => labels(place, Object.keys(headers))),
      parameters: headers,
      secrets: bindSecrets(scope, options, destinationName, { 'source-url': sourceUrl }),
      ...sharedConfig(this.props),
      ports: [443],
    };
  }

  private headers(): Record<string, string> {
    const { sourceCategory, sourceName, sourceHost, fields = {} } = this.props;
    const list = Object.entries(fields).map(([name, text]) => `${name}=${text}`);
    return given({
      category: sourceCategory,
      name: sourceName,
      host: sourceHost,
      fields: list.length === 0 ? undefined : list.join(','),
    });
  }
}

function labels(place: OutputPlace, parameters: readonly string[]): FluentdElement[] {
  const headers = parameters.map((name): [string, EmbeddedText] => [HEADERS[name] ?? name, place.parameter(name)]);
  return [
    label(place.label, [
      fitFilter(place, RECORD_BYTES),
      envelopeFilter({ timestamp: '(time.to_r * 1000).to_i', log: 'record' }),
      httpMatch(place, {
        endpoint: place.secret('source-url'),
        headers: Object.fromEntries(headers),
        body: 'ndjson',
        gzip: true,
        buffer: { chunkBytes: DELIVERY_BYTES },
      }),
    ]),
  ];
}
