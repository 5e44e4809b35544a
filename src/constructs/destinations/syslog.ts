import type { Construct } from 'constructs';
import { bindSecrets, sharedConfig } from '../private/destination-secret';
import { checkBytes, checkHost, checkPort } from '../private/host-port';
import { streamLabels } from '../private/stream-output';
import { fail } from '../private/validate';
import type { DestinationBindOptions, DestinationProps, ISiemDestination, SiemDestinationConfig } from './destination';
import { FluentdOutput } from './fluentd-output';

/** Form of a syslog message. */
export enum SyslogFormat {
  /** RFC 5424: time with microseconds, name of the source as MSGID. */
  RFC_5424 = 'rfc5424',
  /** RFC 3164, as older receivers want it: time in seconds, UTC, without a year. */
  RFC_3164 = 'rfc3164',
}

/** How one message is told from the next. */
export enum SyslogFraming {
  /** Its length in front of it (RFC 5425, RFC 6587). */
  OCTET_COUNTING = 'octets',
  /** A line each. */
  NEWLINE = 'newline',
}

/** Properties of `SyslogDestination`. */
export interface SyslogDestinationProps extends DestinationProps {
  /** Name of the receiver, as its certificate has it. */
  readonly host: string;

  /**
   * TCP port of the receiver.
   * @default 6514
   */
  readonly port?: number;

  /**
   * Form of the messages.
   * @default SyslogFormat.RFC_5424
   */
  readonly messageFormat?: SyslogFormat;

  /**
   * How one message is told from the next.
   * @default SyslogFraming.OCTET_COUNTING
   */
  readonly framing?: SyslogFraming;

  /**
   * Name of the program in every message: letters, digits, dashes.
   * @default 'siem'
   */
  readonly program?: string;

  /**
   * Largest message, in bytes: at most what the receiver takes, which cuts or splits longer ones without a word (rsyslog:
   * `maxMessageSize`, 8 KiB unless set). Records above it lose their largest fields, and are counted in
   * `siem_destination_shortened_records_total`.
   * @default 65536
   */
  readonly maxMessageBytes?: number;
}

const DEFAULT_PORT = 6514;
const MESSAGE_BYTES = [2048, 8_000_000] as const;
const DEFAULT_MESSAGE_BYTES = 65_536;

/**
 * Ships to a syslog receiver over TLS, each record a message whose text is its JSON, with facility 13 (log audit), the
 * severity of the alert (6, informational, for records), the time of the event, and the node as host name.
 *
 * Syslog has no acknowledgement. So every delivery has a connection of its own, and counts when the receiver has closed its
 * end after the last byte: then it has read everything. What a receiver has read and loses by itself is lost; with a load
 * balancer that ends TLS, so is what the balancer has read. A delivery that did not end so is repeated, and its messages
 * can arrive twice.
 *
 * @example
 *
 * new SyslogDestination({
 *   host: 'syslog.example.com',
 *   tls: { caConfigMapName: 'company-ca', clientTlsSecretName: 'siem-syslog-tls' },
 * });
 */
export class SyslogDestination implements ISiemDestination {
  /**
   * Declares the destination.
   * @param props the receiver and what it takes
   */
  public constructor(private readonly props: SyslogDestinationProps) {}

  /**
   * Says how to reach the receiver.
   * @param scope the connection that will ship to it
   * @param options names, namespace and labels
   */
  public bind(scope: Construct, options: DestinationBindOptions): SiemDestinationConfig {
    const { host, port = DEFAULT_PORT, program = 'siem', destinationName = 'syslog' } = this.props;
    const { maxMessageBytes: limitBytes = DEFAULT_MESSAGE_BYTES } = this.props;
    const { messageFormat = SyslogFormat.RFC_5424, framing = SyslogFraming.OCTET_COUNTING } = this.props;
    checkHost(scope, 'syslog receiver', host);
    checkPort(scope, 'syslog receiver', port);
    checkBytes(scope, 'maxMessageBytes', limitBytes, MESSAGE_BYTES);
    if (!/^[A-Za-z0-9-]{1,32}$/.test(program)) {
      fail(scope, `'${program}' is not a program of syslog`, 'use 1 to 32 letters, digits and dashes');
    }
    return {
      destinationName,
      output: FluentdOutput._of((place) =>
        streamLabels(place, { shape: messageFormat, framing, port, limitBytes, program }),
      ),
      parameters: { host },
      secrets: bindSecrets(scope, options, destinationName, {}),
      ...sharedConfig(this.props),
      ports: [port],
    };
  }
}
