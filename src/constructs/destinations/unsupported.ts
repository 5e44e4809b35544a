import type { Construct } from 'constructs';
import { fail } from '../private/validate';
import type { DestinationBindOptions, ISiemDestination, SiemDestinationConfig } from './destination';

/** A destination that cannot be delivered to without losing records: the connection refuses it, and says what to use. */
export class UnsupportedDestination implements ISiemDestination {
  /** Microsoft Sentinel: its API wants tokens of Entra ID, and no maintained plugin gets them and repeats what fails. */
  public static microsoftSentinel(): UnsupportedDestination {
    return new UnsupportedDestination(
      'Microsoft Sentinel',
      'its ingestion API wants tokens that no maintained plugin of Fluentd gets',
      'use SyslogDestination to a host with the Azure Monitor Agent, or KafkaDestination to an Event Hub',
    );
  }

  /** Google SecOps (Chronicle): its API wants tokens of a service account, and there is no plugin for it. */
  public static googleSecOps(): UnsupportedDestination {
    return new UnsupportedDestination(
      'Google SecOps',
      'there is no plugin of Fluentd for its ingestion API',
      'use GcsDestination or S3Destination, and let a feed of SecOps read the bucket',
    );
  }

  /** Google Cloud Logging: its plugin needs native gRPC and is in no published image. */
  public static cloudLogging(): UnsupportedDestination {
    return new UnsupportedDestination(
      'Cloud Logging',
      'its plugin needs native gRPC and is in no published image',
      'use GcsDestination, or FluentdOutput.raw() with an image of your own',
    );
  }

  /** Messages in the Common Event Format: no mapping of every record to its dictionary of keys is right. */
  public static cef(): UnsupportedDestination {
    return new UnsupportedDestination(
      'CEF',
      'its fixed keys have no place for most of an audit event, and what has none would be lost',
      'use SyslogDestination, and have the receiver read the JSON of its messages',
    );
  }

  private constructor(
    private readonly what: string,
    private readonly why: string,
    private readonly instead: string,
  ) {}

  /**
   * Refuses.
   * @param scope the connection that was given it
   * @param options names, namespace and labels
   */
  public bind(scope: Construct, options: DestinationBindOptions): SiemDestinationConfig {
    return fail(scope, `${this.what} cannot be a destination of '${options.stackName}': ${this.why}`, this.instead);
  }
}
