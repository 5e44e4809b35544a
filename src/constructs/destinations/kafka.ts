import type { Construct } from 'constructs';
import { frameFilters, framedBuffer, payloadFormat } from '../../model/destinations/frames';
import type { OutputPlace } from '../../model/destinations/output';
import { label, match } from '../../model/fluentd/elements';
import type { FluentdElement, FluentdParams } from '../../model/fluentd/elements';
import { bindSecrets, sharedConfig } from '../private/destination-secret';
import { checkBytes, checkHostAndPort } from '../private/host-port';
import { fail } from '../private/validate';
import { addWarning } from '../private/warnings';
import type { DestinationBindOptions, DestinationProps, ISiemDestination, SiemDestinationConfig } from './destination';
import { FluentdOutput } from './fluentd-output';
import type { SecretSource } from './secret-source';

/** How the broker checks a password. */
export enum KafkaMechanism {
  /** SCRAM with SHA-512: the password does not travel. */
  SCRAM_SHA_512 = 'sha512',
  /** SCRAM with SHA-256: the password does not travel. */
  SCRAM_SHA_256 = 'sha256',
  /** The password itself, over TLS; such as for Azure Event Hubs and Confluent Cloud. */
  PLAIN = 'plain',
}

/** Properties of `KafkaDestination`. */
export interface KafkaDestinationProps extends DestinationProps {
  /** Brokers to ask for the others, each as `host:port`. */
  readonly brokers: string[];

  /**
   * Topic that records and alerts go to. It must exist, or the brokers must be allowed to make it.
   * @default 'siem'
   */
  readonly topic?: string;

  /**
   * User of SASL.
   * @default - no SASL
   */
  readonly username?: string;

  /**
   * Password of the user.
   * @default - none
   */
  readonly password?: SecretSource;

  /**
   * How the broker checks the password.
   * @default KafkaMechanism.SCRAM_SHA_512
   */
  readonly mechanism?: KafkaMechanism;

  /**
   * Largest message and largest batch that the topic takes, in bytes: at most its `max.message.bytes`. Records above it
   * lose their largest fields, and are counted in `siem_destination_shortened_records_total`.
   * @default 1000000
   */
  readonly maxMessageBytes?: number;

  /**
   * Whether records travel without TLS, readable by everyone on the way. Not together with a password.
   * @default false
   */
  readonly plaintext?: boolean;
}

const GEM = 'fluent-plugin-kafka';
/** Broker default of `max.message.bytes` is 1,048,588; a batch has a header of its own. */
const DEFAULT_MESSAGE_BYTES = 1_000_000;
const MESSAGE_BYTES = [10_000, 15_000_000] as const;
const TOPIC = /^[a-zA-Z0-9._-]{1,249}$/;

/**
 * Ships to a topic of Kafka, each record a message of JSON without a key. A delivery counts when all replicas that are in
 * step have it (`acks=all`); one whose answer was lost is repeated, so a message can arrive twice.
 *
 * Set `min.insync.replicas` of the topic to 2, or one broker that fails can take what only it had.
 *
 * @example
 *
 * new KafkaDestination({
 *   brokers: ['kafka-0.example.com:9093', 'kafka-1.example.com:9093'],
 *   topic: 'security',
 *   username: 'siem',
 *   password: SecretSource.existing({ secretName: 'siem-kafka' }),
 * });
 */
export class KafkaDestination implements ISiemDestination {
  /**
   * Declares the destination.
   * @param props brokers, topic and how to authenticate
   */
  public constructor(private readonly props: KafkaDestinationProps) {}

  /**
   * Binds the secrets and says how to reach the brokers.
   * @param scope the connection that will ship to it
   * @param options names, namespace and labels
   */
  public bind(scope: Construct, options: DestinationBindOptions): SiemDestinationConfig {
    const { brokers, topic = 'siem', username, password, destinationName = 'kafka' } = this.props;
    const ports = this.checkBrokers(scope);
    if (!TOPIC.test(topic)) {
      fail(scope, `'${topic}' is not a topic`, 'use at most 249 letters, digits, dots, underscores and dashes');
    }
    this.checkAuthentication(scope);
    checkBytes(scope, 'maxMessageBytes', this.messageBytes, MESSAGE_BYTES);
    return {
      destinationName,
      output: FluentdOutput._of((place) => this.labels(place)),
      parameters: { brokers: brokers.join(','), topic, ...(username !== undefined && { username }) },
      secrets: bindSecrets(scope, options, destinationName, { password }),
      ...sharedConfig(this.props),
      requiredGems: [GEM],
      ports: [...new Set(ports)].sort((a, b) => a - b),
    };
  }

  private get messageBytes(): number {
    return this.props.maxMessageBytes ?? DEFAULT_MESSAGE_BYTES;
  }

  private checkBrokers(scope: Construct): number[] {
    const { brokers } = this.props;
    if (brokers.length === 0) fail(scope, 'Kafka has no brokers', "give 'brokers', each as 'host:port'");
    return brokers.map((broker) => checkHostAndPort(scope, 'broker', broker));
  }

  private checkAuthentication(scope: Construct): void {
    const { username, password, plaintext = false, tls = {} } = this.props;
    if ((username === undefined) !== (password === undefined)) {
      fail(scope, 'SASL needs a user and a password', "give both 'username' and 'password'");
    }
    if (!plaintext) return;
    if (password !== undefined || tls.clientTlsSecretName !== undefined) {
      fail(scope, 'credentials would travel to Kafka without TLS', "leave out 'plaintext'");
    }
    addWarning(scope, `records travel to '${this.props.brokers.join(', ')}' in plain text; leave out 'plaintext'`);
  }

  /** One chunk is one batch for each partition, and a batch is held to the same limit as a message. */
  private labels(place: OutputPlace): FluentdElement[] {
    const chunkBytes = this.messageBytes - 2048;
    const limitBytes = chunkBytes - 2048;
    const params: FluentdParams = {
      '@type': 'siem_kafka',
      '@id': place.outputId,
      brokers: place.parameter('brokers'),
      topic: place.parameter('topic'),
      default_topic: place.parameter('topic'),
      client_id: 'cdk8s-siem',
      required_acks: -1,
      ack_timeout: 30,
      max_send_retries: 2,
      connect_timeout: 10,
      socket_timeout: 40,
      compression_codec: 'gzip',
      ...this.security(place),
    };
    return [
      label(place.label, [
        ...frameFilters(place, { shape: 'json', limitBytes }),
        match(params, [payloadFormat(), framedBuffer(place, limitBytes, { chunkBytes })]),
      ]),
    ];
  }

  private security(place: OutputPlace): FluentdParams {
    const { tls } = place;
    const { username, plaintext = false, mechanism = KafkaMechanism.SCRAM_SHA_512 } = this.props;
    if (plaintext) return { sasl_over_ssl: true };
    return {
      sasl_over_ssl: true,
      ssl_verify_hostname: true,
      ssl_ca_cert: tls.caFile,
      ssl_ca_certs_from_system: tls.caFile === undefined ? true : undefined,
      ssl_client_cert: tls.clientCertificateFile,
      ssl_client_cert_key: tls.clientKeyFile,
      ...(username !== undefined && {
        username: place.parameter('username'),
        password: place.secret('password'),
        scram_mechanism: mechanism === KafkaMechanism.PLAIN ? undefined : mechanism,
      }),
    };
  }
}
