/** Syslog over TLS: a real rsyslog that verifies its clients. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { freePort } from '../../scripts/support/free-port';
import { SyslogDestination, SyslogFormat, SyslogFraming } from '../../src/constructs/destinations/syslog';
import { makeCertificates } from './support/certificates';
import type { Certificates } from './support/certificates';
import { metric, proveDelivery } from './support/delivery';
import { startDestination } from './support/destination';
import { stopFluentds } from './support/fluentd';
import { removeTemporaryFolders, temporaryFolder } from './support/temporary';
import { missingPrograms, readyIf, testWith } from './support/tools';
import { isListening, waitFor } from './support/wait';

const GTLS_MODULES = [
  '/usr/lib/x86_64-linux-gnu/rsyslog/lmnsd_gtls.so',
  '/usr/lib/aarch64-linux-gnu/rsyslog/lmnsd_gtls.so',
];
const rsyslog =
  missingPrograms(['rsyslogd']) ??
  readyIf(
    GTLS_MODULES.some((file) => fs.existsSync(file)),
    'rsyslog-gnutls not found',
  );

interface Message {
  readonly pri: string;
  readonly time: string;
  readonly host: string;
  readonly program: string;
  readonly id: string;
  readonly text: string;
}

/** A receiver that takes messages over TLS from whoever has a certificate of its CA. */
class Rsyslog {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly dir: string,
    public readonly port: number,
    public readonly certificates: Certificates,
  ) {}

  public static async make(dir: string): Promise<Rsyslog> {
    const rsyslog = new Rsyslog(dir, await freePort(), makeCertificates(path.join(dir, 'certificates')));
    fs.writeFileSync(path.join(dir, 'rsyslog.conf'), rsyslog.configuration());
    return rsyslog;
  }

  public async start(): Promise<void> {
    const args = ['-n', '-f', path.join(this.dir, 'rsyslog.conf'), '-i', path.join(this.dir, 'rsyslog.pid')];
    const child = spawn('/usr/sbin/rsyslogd', args, { stdio: 'ignore' });
    this.child = child;
    await waitFor('rsyslog', () => {
      if (child.exitCode !== null) throw new Error('rsyslog ended at its start');
      return isListening(this.port);
    });
  }

  public async stop(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  public messages(): Message[] {
    const file = path.join(this.dir, 'messages');
    if (!fs.existsSync(file)) return [];
    const lines = fs
      .readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Message);
  }

  private configuration(): string {
    const { caFile, certificateFile, keyFile } = this.certificates;
    const driver = 'streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="x509/certvalid"';
    const field = (name: string, property: string) => `property(outname="${name}" name="${property}" format="jsonf")`;
    const fields = [
      ['pri', 'pri'],
      ['time', 'timereported'],
      ['host', 'hostname'],
      ['program', 'programname'],
      ['id', 'msgid'],
      ['text', 'msg'],
    ] as const;
    const listed = fields.map(([name, property]) => field(name, property)).join(' constant(value=",") ');
    return [
      `global(workDirectory="${this.dir}" maxMessageSize="64k" parser.escapeControlCharactersOnReceive="off"`,
      `  defaultNetstreamDriverCAFile="${caFile}" defaultNetstreamDriverCertFile="${certificateFile}"`,
      `  defaultNetstreamDriverKeyFile="${keyFile}")`,
      `module(load="imtcp" ${driver})`,
      `template(name="json" type="list") { constant(value="{") ${listed} constant(value="}\\n") }`,
      `input(type="imtcp" port="${this.port}")`,
      `action(type="omfile" file="${path.join(this.dir, 'messages')}" template="json" flushOnTXEnd="on")`,
      '',
    ].join('\n');
  }
}

const record = ({ text }: Message) => JSON.parse(text.trimStart()) as Record<string, unknown>;

function filesOf({ caFile, certificateFile, keyFile }: Certificates): Record<string, string> {
  const [ca, certificate, key] = [caFile, certificateFile, keyFile].map((file) => fs.readFileSync(file, 'utf8'));
  return { 'ca.crt': ca ?? '', 'tls.crt': certificate ?? '', 'tls.key': key ?? '' };
}

const TLS = { caConfigMapName: 'company-ca', clientTlsSecretName: 'siem-syslog-tls' };

afterEach(stopFluentds);
afterAll(removeTemporaryFolders);

testWith(rsyslog)(
  'a receiver gets every record as it was, over a refused certificate and an outage, and a large one shortened',
  async () => {
    const dir = temporaryFolder();
    const receiver = await Rsyslog.make(dir);
    const stranger = makeCertificates(path.join(dir, 'stranger'));
    try {
      await receiver.start();
      const places = { 6514: receiver.port };
      const own = filesOf(receiver.certificates);
      const result = await proveDelivery({
        destination: new SyslogDestination({ host: 'localhost', tls: TLS, maxMessageBytes: 20_000 }),
        dir: path.join(dir, 'aggregator'),
        setup: { secrets: own, places },
        refused: { secrets: { ...filesOf(stranger), 'ca.crt': own['ca.crt'] ?? '' }, places },
        secrets: ['PRIVATE KEY'],
        received: () => Promise.resolve(receiver.messages().map(record)),
        stopReceiver: () => receiver.stop(),
        startReceiver: () => receiver.start(),
      });
      expect(result).toMatchObject({ sent: 80, distinct: 80, arrivals: 80 });
      const [first] = receiver.messages();
      expect(first).toMatchObject({ pri: '110', host: 'node-1.example.com', program: 'siem', id: 'container' });
      await result.last.send([{ auditID: 'large', severity: 'critical', requestObject: { data: 'x'.repeat(30_000) } }]);
      const isLarge = (message: Message) => record(message)['auditID'] === 'large';
      await waitFor('the large record', () => receiver.messages().some(isLarge));
      const large = receiver.messages().find(isLarge);
      expect(large).toMatchObject({ pri: '106', id: 'alert' });
      expect(large && record(large)).toMatchObject({ siem: { shortened: ['requestObject'] } });
      expect(await metric(result.last.metricsUrl, /^siem_destination_shortened_records_total\{/)).toBe(1);
    } finally {
      await receiver.stop();
    }
  },
);

testWith(rsyslog)('messages of RFC 3164, a line each, arrive too', async () => {
  const dir = temporaryFolder();
  const receiver = await Rsyslog.make(dir);
  try {
    await receiver.start();
    const format = { messageFormat: SyslogFormat.RFC_3164, framing: SyslogFraming.NEWLINE, program: 'kube' };
    const destination = new SyslogDestination({ host: 'localhost', tls: TLS, ...format });
    const setup = { dir: path.join(dir, 'aggregator'), secrets: filesOf(receiver.certificates) };
    const running = await startDestination(destination, { ...setup, places: { 6514: receiver.port } });
    await running.send([{ id: 'a1', lastTime: '2026-03-01T10:00:05Z', cluster: 'prod-eu', message: 'two\nlines' }]);
    await waitFor('the message', () => receiver.messages().length === 1);
    const [message] = receiver.messages();
    expect(message).toMatchObject({ pri: '110', time: 'Mar  1 10:00:05', host: 'prod-eu', program: 'kube' });
    expect(message && record(message)).toMatchObject({ id: 'a1', message: 'two\nlines' });
  } finally {
    await receiver.stop();
  }
});
