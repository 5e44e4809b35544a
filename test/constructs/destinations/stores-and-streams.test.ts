/** Kafka, S3, Cloud Storage, CloudWatch Logs, Kinesis, syslog and GELF: what they are told, and what they refuse. */
import { Chart, Testing } from 'cdk8s';
import { Detector } from '../../../src/constructs/detection/detector';
import { AwsCredentials } from '../../../src/constructs/destinations/aws-credentials';
import { CloudWatchDestination } from '../../../src/constructs/destinations/cloudwatch';
import type { ISiemDestination } from '../../../src/constructs/destinations/destination';
import { GcsDestination } from '../../../src/constructs/destinations/gcs';
import { GelfDestination } from '../../../src/constructs/destinations/gelf';
import { KafkaDestination, KafkaMechanism } from '../../../src/constructs/destinations/kafka';
import { KinesisDestination } from '../../../src/constructs/destinations/kinesis';
import { S3Destination } from '../../../src/constructs/destinations/s3';
import { SecretSource } from '../../../src/constructs/destinations/secret-source';
import { SiemConnection } from '../../../src/constructs/destinations/siem-connection';
import { SyslogDestination, SyslogFormat } from '../../../src/constructs/destinations/syslog';
import { UnsupportedDestination } from '../../../src/constructs/destinations/unsupported';
import { find } from '../../model/support/fluentd-reader';
import { bindDestination, destinationConfig } from '../../support/destinations';

const secret = SecretSource.existing({ secretName: 'siem' });
const region = 'eu-central-1';
const keys = AwsCredentials.keys({ accessKeyId: secret, secretAccessKey: secret });
const role = AwsCredentials.serviceAccountRole('arn:aws:iam::123456789012:role/siem');
const kafka = { brokers: ['kafka-0.example.com:9093', 'kafka-1.example.com:9094'] };
const keySecrets = {
  'access-key-id': { secretName: 'siem', key: 'access-key-id' },
  'secret-access-key': { secretName: 'siem', key: 'secret-access-key' },
};

test.each([
  {
    title: 'Kafka',
    destination: new KafkaDestination({ ...kafka, username: 'siem', password: secret }),
    parameters: { brokers: kafka.brokers.join(','), topic: 'siem', username: 'siem' },
    secrets: { password: { secretName: 'siem', key: 'password' } },
    ports: [9093, 9094],
    gems: ['fluent-plugin-kafka'],
  },
  {
    title: 'S3',
    destination: new S3Destination({ bucket: 'archive', region, credentials: keys, kmsKeyId: 'alias/siem' }),
    parameters: { region, bucket: 'archive', prefix: 'siem', 'kms-key-id': 'alias/siem' },
    secrets: keySecrets,
    ports: [443],
    gems: ['fluent-plugin-s3'],
  },
  {
    title: 'Cloud Storage',
    destination: new GcsDestination({ bucket: 'archive', keyFile: secret }),
    parameters: { bucket: 'archive', prefix: 'siem' },
    secrets: { 'key-file': { secretName: 'siem', key: 'key-file' } },
    ports: [443],
    gems: ['fluent-plugin-gcs'],
  },
  {
    title: 'CloudWatch Logs',
    destination: new CloudWatchDestination({ logGroup: '/security', region, credentials: keys }),
    parameters: { region, 'log-group': '/security', 'log-stream': 'siem' },
    secrets: keySecrets,
    ports: [443],
    gems: ['fluent-plugin-cloudwatch-logs'],
  },
  {
    title: 'Kinesis',
    destination: new KinesisDestination({ streamName: 'security', region, endpoint: 'https://vpce.example.com:8443' }),
    parameters: { region, endpoint: 'https://vpce.example.com:8443', 'stream-name': 'security' },
    secrets: {},
    ports: [80, 8443],
    gems: ['fluent-plugin-kinesis'],
  },
  {
    title: 'syslog',
    destination: new SyslogDestination({ host: 'syslog.example.com' }),
    parameters: { host: 'syslog.example.com' },
    secrets: {},
    ports: [6514],
    gems: undefined,
  },
  {
    title: 'GELF',
    destination: new GelfDestination({ host: 'graylog.example.com' }),
    parameters: { host: 'graylog.example.com' },
    secrets: {},
    ports: [12201],
    gems: undefined,
  },
])('$title: what is readable, what is secret, and what it needs', (row) => {
  const { config, warnings } = bindDestination(row.destination);
  expect(config.parameters).toEqual(row.parameters);
  expect(config.secrets).toEqual(row.secrets);
  expect(config.ports).toEqual(row.ports);
  expect(config.requiredGems).toEqual(row.gems);
  expect(warnings).toEqual([]);
});

const delivery = (destination: ISiemDestination, type: string) =>
  find(destinationConfig(destination), ({ name, params }) => name === 'match' && params['@type'] === type);

test.each([
  { title: 'Kafka', destination: new KafkaDestination(kafka), type: 'siem_kafka' },
  {
    title: 'CloudWatch Logs',
    destination: new CloudWatchDestination({ logGroup: 'g', region }),
    type: 'siem_log_group',
  },
  { title: 'Kinesis', destination: new KinesisDestination({ streamName: 's', region }), type: 'kinesis_streams' },
  { title: 'syslog', destination: new SyslogDestination({ host: 'h' }), type: 'siem_stream' },
  { title: 'GELF', destination: new GelfDestination({ host: 'h' }), type: 'siem_stream' },
])('$title: the largest record fits a chunk', ({ destination, type }) => {
  const elements = destinationConfig(destination);
  const frame = find(elements, ({ params }) => params['@type'] === 'siem_frame');
  const buffer = find([delivery(destination, type)], ({ name }) => name === 'buffer');
  const [limit, chunk] = [Number(frame.params['limit_bytes']), Number(buffer.params['chunk_limit_size'])];
  expect(limit).toBeGreaterThan(10_000);
  expect(chunk - limit).toBeGreaterThanOrEqual(1024);
});

test('what the clients would lose by default is set otherwise', () => {
  expect(delivery(new KafkaDestination(kafka), 'siem_kafka').params).toMatchObject({
    required_acks: '-1',
    ssl_verify_hostname: 'true',
    ssl_ca_certs_from_system: 'true',
  });
  expect(delivery(new S3Destination({ bucket: 'archive', region }), 's3').params).toMatchObject({
    check_apikey_on_start: 'false',
    check_bucket: 'false',
    check_object: 'false',
    auto_create_bucket: 'false',
    ssl_verify_peer: 'true',
  });
  expect(delivery(new CloudWatchDestination({ logGroup: 'g', region }), 'siem_log_group').params).toMatchObject({
    auto_create_stream: 'true',
  });
  expect(delivery(new KinesisDestination({ streamName: 's', region }), 'kinesis_streams').params).toMatchObject({
    drop_failed_records_after_batch_request_retries: 'false',
  });
});

test('a password of Kafka is proved by SCRAM unless PLAIN is asked for, and never travels without TLS', () => {
  const login = { ...kafka, username: 'siem', password: secret };
  const mechanism = (destination: ISiemDestination) => delivery(destination, 'siem_kafka').params['scram_mechanism'];
  expect(mechanism(new KafkaDestination(login))).toBe('sha512');
  expect(mechanism(new KafkaDestination({ ...login, mechanism: KafkaMechanism.SCRAM_SHA_256 }))).toBe('sha256');
  expect(mechanism(new KafkaDestination({ ...login, mechanism: KafkaMechanism.PLAIN }))).toBeUndefined();
  const bare = bindDestination(new KafkaDestination({ ...kafka, plaintext: true }));
  expect(bare.warnings.join()).toContain('in plain text');
});

test.each([
  {
    title: 'a password of Kafka without TLS',
    destination: new KafkaDestination({ ...kafka, username: 'siem', password: secret, plaintext: true }),
    message: "credentials would travel to Kafka without TLS; leave out 'plaintext'",
  },
  {
    title: 'a user of Kafka without a password',
    destination: new KafkaDestination({ ...kafka, username: 'siem' }),
    message: "SASL needs a user and a password; give both 'username' and 'password'",
  },
  {
    title: 'a broker without a port',
    destination: new KafkaDestination({ brokers: ['kafka.example.com'] }),
    message: "the broker 'kafka.example.com' is not a host and a port; write it as 'kafka-0.example.com:9093'",
  },
  {
    title: 'no broker',
    destination: new KafkaDestination({ brokers: [] }),
    message: "Kafka has no brokers; give 'brokers', each as 'host:port'",
  },
  {
    title: 'a topic with a blank',
    destination: new KafkaDestination({ ...kafka, topic: 'a b' }),
    message: "'a b' is not a topic; use at most 249 letters, digits, dots, underscores and dashes",
  },
  {
    title: 'a message limit that holds nothing',
    destination: new KafkaDestination({ ...kafka, maxMessageBytes: 100 }),
    message: "'maxMessageBytes' is 100; give 10000 to 15000000 bytes",
  },
  {
    title: 'a prefix that Fluentd would read as a date',
    destination: new S3Destination({ bucket: 'archive', region, prefix: 'siem/%Y' }),
    message: "'siem/%Y' is not a prefix of keys; write it as 'siem/prod-eu', without a slash at its ends",
  },
  {
    title: 'a bucket in capitals',
    destination: new GcsDestination({ bucket: 'Archive' }),
    message: "'Archive' is not the name of a bucket; use lower-case letters, digits, dashes and dots",
  },
  {
    title: 'objects of a second',
    destination: new S3Destination({ bucket: 'archive', region, objectSeconds: 1 }),
    message: 'an object cannot hold 1 seconds; give 60 to 3600 whole seconds',
  },
  {
    title: 'a region that is none',
    destination: new KinesisDestination({ streamName: 's', region: 'Frankfurt' }),
    message: "'Frankfurt' is not a region; write it as 'eu-central-1'",
  },
  {
    title: 'a role that is a user',
    destination: new S3Destination({
      bucket: 'archive',
      region,
      credentials: AwsCredentials.serviceAccountRole('arn:aws:iam::123456789012:user/siem'),
    }),
    message:
      "'arn:aws:iam::123456789012:user/siem' is not the ARN of a role; write it as 'arn:aws:iam::123456789012:role/siem'",
  },
  {
    title: 'a CA that the client of Kinesis cannot be told',
    destination: new KinesisDestination({ streamName: 's', region, tls: { caSecretName: 'ca' } }),
    message:
      "the client of Kinesis takes no CA and no certificate of yours; leave out 'tls': the service is verified by the CAs of the image",
  },
  {
    title: 'a key and an identity of Google',
    destination: new GcsDestination({
      bucket: 'archive',
      keyFile: secret,
      serviceAccountEmail: 'siem@example-project.iam.gserviceaccount.com',
    }),
    message: "Cloud Storage gets a key and an identity; give 'keyFile' or 'serviceAccountEmail'",
  },
  {
    title: 'a receiver of syslog as a URL',
    destination: new SyslogDestination({ host: 'tls://syslog.example.com', messageFormat: SyslogFormat.RFC_3164 }),
    message:
      "the syslog receiver 'tls://syslog.example.com' is not a host name or address; write it as 'logs.example.com', without a scheme",
  },
  {
    title: 'a program of syslog with a blank',
    destination: new SyslogDestination({ host: 'syslog.example.com', program: 'a b' }),
    message: "'a b' is not a program of syslog; use 1 to 32 letters, digits and dashes",
  },
  {
    title: 'a port of GELF that is none',
    destination: new GelfDestination({ host: 'graylog.example.com', port: 0 }),
    message: 'the port 0 of the GELF receiver is no TCP port; give 1 to 65535',
  },
  {
    title: 'Microsoft Sentinel',
    destination: UnsupportedDestination.microsoftSentinel(),
    message: 'use SyslogDestination to a host with the Azure Monitor Agent, or KafkaDestination to an Event Hub',
  },
  {
    title: 'Google SecOps',
    destination: UnsupportedDestination.googleSecOps(),
    message: 'use GcsDestination or S3Destination, and let a feed of SecOps read the bucket',
  },
  {
    title: 'Cloud Logging',
    destination: UnsupportedDestination.cloudLogging(),
    message: 'its plugin needs native gRPC and is in no published image',
  },
  {
    title: 'CEF',
    destination: UnsupportedDestination.cef(),
    message: 'its fixed keys have no place for most of an audit event, and what has none would be lost',
  },
])('refuses $title', ({ destination, message }) => {
  expect(() => bindDestination(destination)).toThrow(message);
});

test('the identity that a destination wants stands at the ServiceAccount of the aggregator, also when it is added later', () => {
  const chart = new Chart(Testing.app(), 'test');
  const first = new S3Destination({ bucket: 'archive', region, credentials: role });
  const connection = new SiemConnection(chart, 'Connection', { destinations: [first] });
  const detector = new Detector(chart, 'Detector', { connection, clusterName: 'prod-eu' });
  const email = 'siem@example-project.iam.gserviceaccount.com';
  connection.addDestination(new GcsDestination({ bucket: 'archive', serviceAccountEmail: email }));
  expect(detector.serviceAccount.toJson()).toMatchObject({
    metadata: {
      annotations: {
        'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/siem',
        'iam.gke.io/gcp-service-account': email,
      },
    },
  });
  const other = AwsCredentials.serviceAccountRole('arn:aws:iam::123456789012:role/other');
  expect(() => {
    connection.addDestination(new KinesisDestination({ streamName: 's', region, credentials: other }));
  }).toThrow("'kinesis' and 's3' want different identities, by 'eks.amazonaws.com/role-arn'");
});
