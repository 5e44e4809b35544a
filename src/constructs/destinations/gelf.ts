import type { Construct } from 'constructs';
import { bindSecrets, sharedConfig } from '../private/destination-secret';
import { checkBytes, checkHost, checkPort } from '../private/host-port';
import { streamLabels } from '../private/stream-output';
import type { DestinationBindOptions, DestinationProps, ISiemDestination, SiemDestinationConfig } from './destination';
import { FluentdOutput } from './fluentd-output';

/** Properties of `GelfDestination`. */
export interface GelfDestinationProps extends DestinationProps {
  /** Name of the receiver, as its certificate has it. */
  readonly host: string;

  /**
   * TCP port of the receiver's GELF input.
   * @default 12201
   */
  readonly port?: number;

  /**
   * Largest message, in bytes: at most what the input takes, which closes the connection at a longer one (Graylog: "maximum
   * message size", 2 MiB unless set). Records above it lose their largest fields, and are counted in
   * `siem_destination_shortened_records_total`.
   * @default 2000000
   */
  readonly maxMessageBytes?: number;
}

const DEFAULT_PORT = 12_201;
const MESSAGE_BYTES = [8192, 8_000_000] as const;
const DEFAULT_MESSAGE_BYTES = 2_000_000;

/**
 * Ships to Graylog or another receiver of GELF 1.1 over TLS; the input has TLS enabled and "null frame delimiter" set. Each
 * record is a message: `full_message` is its whole JSON; fields of up to 1 KiB, and those one level inside `siem`,
 * `kubernetes`, `objectRef` and `user`, stand beside it as `_<field>` and `_<object>_<field>`.
 *
 * GELF has no acknowledgement. So every delivery has a connection of its own, and counts when the receiver has closed its
 * end after the last byte: then it has read everything. A delivery that did not end so is repeated, and its messages can
 * arrive twice. UDP, which loses without a word, is not offered.
 *
 * @example
 *
 * new GelfDestination({ host: 'graylog.example.com', tls: { caConfigMapName: 'company-ca' } });
 */
export class GelfDestination implements ISiemDestination {
  /**
   * Declares the destination.
   * @param props the receiver
   */
  public constructor(private readonly props: GelfDestinationProps) {}

  /**
   * Says how to reach the receiver.
   * @param scope the connection that will ship to it
   * @param options names, namespace and labels
   */
  public bind(scope: Construct, options: DestinationBindOptions): SiemDestinationConfig {
    const { host, port = DEFAULT_PORT, destinationName = 'gelf' } = this.props;
    const { maxMessageBytes: limitBytes = DEFAULT_MESSAGE_BYTES } = this.props;
    checkHost(scope, 'GELF receiver', host);
    checkPort(scope, 'GELF receiver', port);
    checkBytes(scope, 'maxMessageBytes', limitBytes, MESSAGE_BYTES);
    return {
      destinationName,
      output: FluentdOutput._of((place) => streamLabels(place, { shape: 'gelf', framing: 'nul', port, limitBytes })),
      parameters: { host },
      secrets: bindSecrets(scope, options, destinationName, {}),
      ...sharedConfig(this.props),
      ports: [port],
    };
  }
}
