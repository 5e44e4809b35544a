import type { Construct } from 'constructs';
import { constantFields, envelopeFilter, RECORD_HOST, RECORD_SOURCE } from '../../model/destinations/envelope';
import { fitFilter } from '../../model/destinations/frames';
import { httpMatch } from '../../model/destinations/http-output';
import type { OutputPlace } from '../../model/destinations/output';
import { label } from '../../model/fluentd/elements';
import type { FluentdElement } from '../../model/fluentd/elements';
import { bindSecrets, sharedConfig } from '../private/destination-secret';
import { checkConstants } from '../private/destination-texts';
import type { DestinationBindOptions, DestinationProps, ISiemDestination, SiemDestinationConfig } from './destination';
import { FluentdOutput } from './fluentd-output';
import type { SecretSource } from './secret-source';

/** Where an account of New Relic lives. */
export enum NewRelicRegion {
  /** United States. */
  US = 'us',
  /** European Union. */
  EU = 'eu',
}

/** Properties of `NewRelicDestination`. */
export interface NewRelicDestinationProps extends DestinationProps {
  /** License key of the account, for ingest. */
  readonly licenseKey: SecretSource;

  /**
   * Where the account lives.
   * @default NewRelicRegion.US
   */
  readonly region?: NewRelicRegion;

  /**
   * Value of the attribute `logtype`.
   * @default 'siem'
   */
  readonly logtype?: string;
}

const ENDPOINTS: Readonly<Record<NewRelicRegion, string>> = {
  [NewRelicRegion.US]: 'https://log-api.newrelic.com/log/v1',
  [NewRelicRegion.EU]: 'https://log-api.eu.newrelic.com/log/v1',
};

/** The service takes at most 1 MB in a request, and cuts messages above 128 KB. */
const DELIVERY_BYTES = 1_000_000;
const RECORD_BYTES = 120_000;

/**
 * Ships to the Log API of New Relic: the record as JSON in `message`, which the service reads into attributes. Its plugin
 * loses whatever is refused; here refused keys and limits are repeated for ever, and what is refused for what it holds is
 * kept aside and counted. Records above 120,000 bytes lose their largest fields.
 * @example
 * new NewRelicDestination({
 *   licenseKey: SecretSource.existing({ secretName: 'new-relic' }),
 *   region: NewRelicRegion.EU,
 * });
 */
export class NewRelicDestination implements ISiemDestination {
  /**
   * Declares the destination.
   * @param props account and key
   */
  public constructor(private readonly props: NewRelicDestinationProps) {}

  /**
   * Binds the key and says how to reach the service.
   * @param scope the connection that will ship to it
   * @param options names, namespace and labels
   */
  public bind(scope: Construct, options: DestinationBindOptions): SiemDestinationConfig {
    const { licenseKey, region = NewRelicRegion.US, logtype = 'siem', destinationName = 'new-relic' } = this.props;
    checkConstants(scope, destinationName, { logtype });
    return {
      destinationName,
      output: FluentdOutput._of((place) => this.labels(place)),
      parameters: { endpoint: ENDPOINTS[region], logtype },
      secrets: bindSecrets(scope, options, destinationName, { 'license-key': licenseKey }),
      ...sharedConfig(this.props),
      ports: [443],
    };
  }

  private labels(place: OutputPlace): FluentdElement[] {
    const log = {
      timestamp: '(time.to_r * 1000).to_i',
      message: 'Yajl.dump(record)',
      source: RECORD_SOURCE,
      hostname: RECORD_HOST,
    };
    return [
      label(place.label, [
        fitFilter(place, RECORD_BYTES),
        envelopeFilter(log),
        constantFields({ logtype: place.parameter('logtype') }),
        httpMatch(place, {
          endpoint: place.parameter('endpoint'),
          headers: { 'Api-Key': place.secret('license-key') },
          body: 'json-array',
          gzip: true,
          buffer: { chunkBytes: DELIVERY_BYTES },
        }),
      ]),
    ];
  }
}
