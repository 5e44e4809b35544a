/** GELF over TLS, to a receiver of ours that reads frames as Graylog does and checks each against the format. */
import * as fs from 'node:fs';
import * as tls from 'node:tls';
import type { AddressInfo } from 'node:net';
import * as path from 'node:path';
import { GelfDestination } from '../../src/constructs/destinations/gelf';
import { makeCertificates } from './support/certificates';
import type { Certificates } from './support/certificates';
import { awkwardRecords, metric, proveDelivery } from './support/delivery';
import { startDestination } from './support/destination';
import { stopFluentds } from './support/fluentd';
import { removeTemporaryFolders, temporaryFolder } from './support/temporary';
import { waitFor } from './support/wait';

type Message = Readonly<Record<string, unknown>>;

const LIMIT_BYTES = 100_000;

/** Takes frames that end with a zero byte, and closes the connection at one that is too long, as Graylog does. */
class GelfReceiver {
  public readonly messages: Message[] = [];
  /** Connections that are cut off after they were made, before a byte is read. */
  public cutOff = 0;
  private server: tls.Server | undefined;
  private port = 0;

  public constructor(private readonly certificates: Certificates) {}

  public async open(): Promise<number> {
    const [ca, cert, key] = [
      this.certificates.caFile,
      this.certificates.certificateFile,
      this.certificates.keyFile,
    ].map((file) => fs.readFileSync(file));
    const server = tls.createServer({ ca, cert, key, requestCert: true, rejectUnauthorized: true }, (socket) => {
      if (this.cutOff > 0) {
        this.cutOff -= 1;
        socket.destroy();
        return;
      }
      this.read(socket);
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
    return this.port;
  }

  public async close(): Promise<void> {
    await new Promise((resolve) => this.server?.close(resolve));
  }

  private read(socket: tls.TLSSocket): void {
    let rest = Buffer.alloc(0);
    socket.on('error', () => socket.destroy());
    socket.on('data', (data: Buffer) => {
      rest = Buffer.concat([rest, data]);
      for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
        if (end > LIMIT_BYTES) socket.destroy();
        else this.messages.push(JSON.parse(rest.subarray(0, end).toString('utf8')) as Message);
        rest = rest.subarray(end + 1);
      }
    });
  }
}

/** What is wrong with a message by the specification of GELF 1.1; empty when nothing is. */
function problems(message: Message): string[] {
  const known = new Set(['version', 'host', 'short_message', 'full_message', 'timestamp', 'level']);
  const extra = Object.entries(message).filter(([key]) => !known.has(key));
  const badFields = extra.filter(
    ([key, value]) => !/^_[\w.-]+$/.test(key) || key === '_id' || !['string', 'number'].includes(typeof value),
  );
  return [
    ...(message['version'] === '1.1' ? [] : ['version']),
    ...['host', 'short_message'].filter((key) => typeof message[key] !== 'string' || message[key] === ''),
    ...(typeof message['timestamp'] === 'number' ? [] : ['timestamp']),
    ...([0, 1, 2, 3, 4, 5, 6, 7].includes(Number(message['level'])) ? [] : ['level']),
    ...badFields.map(([key]) => key),
  ];
}

const record = (message: Message) => JSON.parse(String(message['full_message'])) as Record<string, unknown>;

function filesOf({ caFile, certificateFile, keyFile }: Certificates): Record<string, string> {
  const read = (file: string) => fs.readFileSync(file, 'utf8');
  return { 'ca.crt': read(caFile), 'tls.crt': read(certificateFile), 'tls.key': read(keyFile) };
}

const destination = new GelfDestination({
  host: 'localhost',
  tls: { caConfigMapName: 'company-ca', clientTlsSecretName: 'siem-gelf-tls' },
  maxMessageBytes: LIMIT_BYTES,
});

afterEach(stopFluentds);
afterAll(removeTemporaryFolders);

test('a receiver gets every record as it was, over a refused certificate and an outage, and a large one shortened', async () => {
  const dir = temporaryFolder();
  const certificates = makeCertificates(path.join(dir, 'certificates'));
  const receiver = new GelfReceiver(certificates);
  const stranger = makeCertificates(path.join(dir, 'stranger'));
  const places = { 12201: await receiver.open() };
  const own = filesOf(certificates);
  try {
    const result = await proveDelivery({
      destination,
      dir: path.join(dir, 'aggregator'),
      setup: { secrets: own, places },
      refused: { secrets: { ...filesOf(stranger), 'ca.crt': own['ca.crt'] ?? '' }, places },
      secrets: ['PRIVATE KEY'],
      received: () => Promise.resolve(receiver.messages.map(record)),
      stopReceiver: () => receiver.close(),
      startReceiver: async () => {
        await receiver.open();
      },
    });
    expect(result).toMatchObject({ sent: 80, distinct: 80, arrivals: 80 });
    expect(receiver.messages.flatMap(problems)).toEqual([]);
    expect(receiver.messages[0]).toMatchObject({ host: 'node-1.example.com', level: 6, _siem_source: 'container' });
    await result.last.send([{ auditID: 'large', severity: 'high', data: '"'.repeat(200_000), id: 'x' }]);
    await waitFor('the large record', () => receiver.messages.some(({ _auditID: id }) => id === 'large'));
    const large = receiver.messages.find(({ _auditID: id }) => id === 'large');
    expect(large && record(large)).toMatchObject({ id: 'x', siem: { shortened: ['data'] } });
    expect(large).toMatchObject({ level: 3, short_message: 'large' });
    expect(large && problems(large)).toEqual([]);
    expect(await metric(result.last.metricsUrl, /^siem_destination_shortened_records_total\{/)).toBe(1);
  } finally {
    await receiver.close();
  }
});

test('a receiver that ends connections without reading them gets the records again', async () => {
  const dir = temporaryFolder();
  const certificates = makeCertificates(path.join(dir, 'certificates'));
  const receiver = new GelfReceiver(certificates);
  receiver.cutOff = 3;
  const places = { 12201: await receiver.open() };
  try {
    const setup = { dir: path.join(dir, 'aggregator'), secrets: filesOf(certificates), places };
    const running = await startDestination(destination, setup);
    await running.send(awkwardRecords(0));
    await waitFor('the records', () => receiver.messages.length >= 40);
    expect(receiver.cutOff).toBe(0);
    expect(receiver.messages.map((message) => record(message)['n'])).toEqual(Array.from({ length: 40 }, (_, n) => n));
  } finally {
    await receiver.close();
  }
});
