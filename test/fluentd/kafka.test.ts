/** Kafka: a real broker in KRaft mode, over TLS and SCRAM. */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { freePort } from '../../scripts/support/free-port';
import { KafkaDestination } from '../../src/constructs/destinations/kafka';
import { SecretSource } from '../../src/constructs/destinations/secret-source';
import { makeCertificates } from './support/certificates';
import { metric, proveDelivery } from './support/delivery';
import { stopFluentds } from './support/fluentd';
import { removeTemporaryFolders, temporaryFolder } from './support/temporary';
import { installKafka, testWith } from './support/tools';
import { isListening, waitFor } from './support/wait';

const kafka = installKafka();
const classPath = kafka.kind === 'ready' ? kafka.tool : '';
const PASSWORD = 'a pass;word with "quotes"';
const CLUSTER_ID = 'AAAAAAAAAAAAAAAAAAAAAA';

/** A broker that takes records over TLS from the user `siem`. */
class Broker {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly dir: string,
    public readonly port: number,
    private readonly controllerPort: number,
    private readonly innerPort: number,
  ) {}

  public static async make(dir: string): Promise<Broker> {
    const broker = new Broker(dir, await freePort(), await freePort(), await freePort());
    fs.writeFileSync(path.join(dir, 'server.properties'), broker.properties());
    const user = `SCRAM-SHA-512=[name=siem,password=${PASSWORD}]`;
    const args = ['format', '-t', CLUSTER_ID, '-c', path.join(dir, 'server.properties'), '--add-scram', user];
    const formatted = spawnSync('java', [...heap(), 'kafka.tools.StorageTool', ...args], { encoding: 'utf8' });
    if (formatted.status !== 0) throw new Error(`${formatted.stdout}${formatted.stderr}`);
    return broker;
  }

  public async start(): Promise<void> {
    const child = spawn('java', [...heap(), 'kafka.Kafka', path.join(this.dir, 'server.properties')], {
      stdio: 'ignore',
    });
    this.child = child;
    await waitFor('the broker', async () => {
      if (child.exitCode !== null) throw new Error('the broker ended at its start');
      return isListening(this.port);
    });
  }

  public async stop(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** The messages of a topic, read from the broker's log by its own tool. */
  public messages(topic: string): Record<string, unknown>[] {
    const data = path.join(this.dir, 'data');
    const folders = fs.existsSync(data) ? fs.readdirSync(data).filter((name) => name.startsWith(`${topic}-`)) : [];
    const files = folders.flatMap((folder) =>
      fs
        .readdirSync(path.join(data, folder))
        .filter((name) => name.endsWith('.log'))
        .map((name) => path.join(data, folder, name)),
    );
    if (files.length === 0) return [];
    const args = [...heap(), 'kafka.tools.DumpLogSegments', '--files', files.join(','), '--print-data-log'];
    const { stdout } = spawnSync('java', args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
    const payloads = stdout.split('\n').flatMap((line) => line.split(' payload: ').slice(1));
    return payloads.map((text) => JSON.parse(text) as Record<string, unknown>);
  }

  private others(): string {
    return `INNER://127.0.0.1:${this.innerPort},CONTROLLER://127.0.0.1:${this.controllerPort}`;
  }

  private properties(): string {
    const keyStore = path.join(this.dir, 'key-store.pem');
    const { keyFile, certificateFile } = makeCertificates(path.join(this.dir, 'certificates'));
    fs.writeFileSync(keyStore, `${fs.readFileSync(keyFile, 'utf8')}${fs.readFileSync(certificateFile, 'utf8')}`);
    return [
      'process.roles=broker,controller',
      'node.id=1',
      `controller.quorum.voters=1@127.0.0.1:${this.controllerPort}`,
      `listeners=SIEM://127.0.0.1:${this.port},${this.others()}`,
      `advertised.listeners=SIEM://localhost:${this.port},INNER://127.0.0.1:${this.innerPort}`,
      'listener.security.protocol.map=SIEM:SASL_SSL,INNER:PLAINTEXT,CONTROLLER:PLAINTEXT',
      'inter.broker.listener.name=INNER',
      'controller.listener.names=CONTROLLER',
      'sasl.enabled.mechanisms=SCRAM-SHA-512',
      'listener.name.siem.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;',
      'ssl.keystore.type=PEM',
      `ssl.keystore.location=${keyStore}`,
      `log.dirs=${path.join(this.dir, 'data')}`,
      'offsets.topic.replication.factor=1',
      'num.partitions=2',
      'message.max.bytes=100000',
      '',
    ].join('\n');
  }
}

function heap(): string[] {
  return ['-Xmx256m', '-cp', classPath];
}

afterEach(stopFluentds);
afterAll(removeTemporaryFolders);

testWith(kafka)(
  'a topic gets every record as it was, over a refused password and an outage, and a large one shortened',
  async () => {
    const dir = temporaryFolder();
    const broker = await Broker.make(dir);
    try {
      await broker.start();
      const destination = new KafkaDestination({
        brokers: ['kafka.example.com:9093'],
        topic: 'security',
        username: 'siem',
        password: SecretSource.existing({ secretName: 'siem-kafka' }),
        tls: { caConfigMapName: 'company-ca' },
        maxMessageBytes: 100_000,
      });
      const ca = fs.readFileSync(path.join(dir, 'certificates', 'ca.crt'), 'utf8');
      const setup = (password: string) => ({
        parameters: { brokers: `localhost:${broker.port}` },
        secrets: { password, 'ca.crt': ca },
      });
      const result = await proveDelivery({
        destination,
        dir: path.join(dir, 'aggregator'),
        setup: setup(PASSWORD),
        refused: setup('a wrong one'),
        secrets: [PASSWORD, 'a wrong one'],
        received: () => Promise.resolve(broker.messages('security')),
        stopReceiver: () => broker.stop(),
        startReceiver: () => broker.start(),
      });
      expect(result).toMatchObject({ sent: 80, distinct: 80, arrivals: 80 });
      const large = { auditID: 'large', requestObject: { data: 'x'.repeat(150_000) } };
      await result.last.send([large]);
      await waitFor('the large record', () => broker.messages('security').some(({ auditID }) => auditID === 'large'));
      const arrived = broker.messages('security').find(({ auditID }) => auditID === 'large');
      expect(arrived).toMatchObject({ siem: { shortened: ['requestObject'] } });
      expect(await metric(result.last.metricsUrl, /^siem_destination_shortened_records_total\{/)).toBe(1);
    } finally {
      await broker.stop();
    }
  },
);
