import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as tls from 'node:tls';
import { Chart, Testing } from 'cdk8s';
import { nextSteps } from '../scripts/start';
import { deployCommands, wantedSecrets } from '../scripts/support/deploy-commands';
import { type Manifest, readManifests } from '../scripts/support/synthesized';
import { HttpDestination, SecretSource, SecurityMonitoring, TransportSecurity } from '../src';
import type { SecurityMonitoringProps } from '../src';
import { referenceProblems } from './support/manifests';
import type { KubernetesObject } from './support/manifests';

const ROOT = path.join(__dirname, '..');
const HOST = 'siem-aggregator.siem.svc';
const reference = readManifests(path.join(ROOT, 'dist'));
const commands = deployCommands(reference);

function stack(changes: Partial<SecurityMonitoringProps>): Manifest[] {
  const chart = new Chart(Testing.app(), 'siem');
  new SecurityMonitoring(chart, 'Siem', {
    clusterName: 'prod-eu',
    destinations: [new HttpDestination({ endpoint: 'https://siem.example.com' })],
    ...changes,
  });
  return Testing.synth(chart) as Manifest[];
}

test('npm start and the README show the same commands', () => {
  expect(fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8')).toContain(`\`\`\`sh\n${commands}\`\`\`\n`);
  const shown = nextSteps(reference).split('\n');
  expect(commands.split('\n').filter((line) => !shown.some((other) => other.trim() === line.trim()))).toEqual([]);
});

test('with these Secrets, nothing that the manifests name is missing', () => {
  const secrets = wantedSecrets(reference).map(({ namespace, name }) => `Secret/${namespace}/${name}`);
  expect(referenceProblems(reference as unknown as KubernetesObject[], secrets)).toEqual([]);
});

test('what an operator writes is left to it', () => {
  const manifests = stack({
    transport: TransportSecurity.certManager({ issuerName: 'internal' }),
    destinations: [
      new HttpDestination({
        endpoint: 'https://siem.example.com',
        apiKey: SecretSource.externalSecret({ store: 'vault', remoteKey: 'siem/api' }),
      }),
    ],
  });
  expect(wantedSecrets(manifests)).toEqual([
    { namespace: 'siem-agents', name: 'siem-forward-key', keys: ['shared-key'] },
    { namespace: 'siem', name: 'siem-forward-key', keys: ['shared-key'] },
  ]);
  expect(deployCommands(manifests)).not.toMatch(/api-key|ca\.crt|siem-forward-tls/);
});

test('a stack without a namespace and a Secret of its own to make is applied at once', () => {
  const manifests = stack({ createNamespaces: false, transport: TransportSecurity.plaintext() });
  expect(deployCommands(manifests)).toBe('# Everything else.\nkubectl apply -f dist/\n');
});

test('a Secret with several keys comes from files, and a variable is named after Secret and key', () => {
  const manifests = stack({
    transport: TransportSecurity.plaintext(),
    auditWebhook: { tlsSecretName: 'audit-webhook-tls' },
    webhooks: [
      {
        name: 'a',
        url: 'https://alerts.example.com',
        hmacKey: SecretSource.existing({ secretName: 'on-call', key: 'signing' }),
      },
    ],
  });
  const text = deployCommands(manifests);
  expect(text).toContain('audit-webhook-tls --from-file=ca.crt --from-file=tls.crt --from-file=tls.key\n');
  expect(text).toContain('printf %s "$ON_CALL_SIGNING" | kubectl -n siem create secret generic on-call');
});

/** Stands for the cluster: keeps each Secret as a folder `<namespace>/<name>` with a file for each key. */
const KUBECTL = `#!${process.execPath}
const fs = require('node:fs');
const [, namespace, ...rest] = process.argv.slice(2);
if (rest.slice(0, 3).join(' ') === 'create secret generic') {
  const folder = process.env.CLUSTER + '/' + namespace + '/' + rest[3];
  fs.mkdirSync(folder, { recursive: true });
  for (const option of rest.slice(4)) {
    const [, key, file] = /^--from-file=(?:([^=]+)=)?(.+)$/.exec(option);
    fs.writeFileSync(folder + '/' + (key ?? file), fs.readFileSync(file));
  }
}
`;

const hasOpenSsl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenSsl) console.warn('openssl is not installed: the commands of the README are not run');

(hasOpenSsl ? describe : describe.skip)('the commands of the README, run', () => {
  let folder: string;
  const file = (secret: string, key: string): Buffer => fs.readFileSync(path.join(folder, 'cluster', secret, key));

  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'deploy-'));
    fs.mkdirSync(path.join(folder, 'bin'));
    fs.writeFileSync(path.join(folder, 'bin', 'kubectl'), KUBECTL, { mode: 0o755 });
    execFileSync('sh', ['-e', '-c', commands], {
      cwd: folder,
      stdio: 'pipe',
      env: {
        PATH: `${path.join(folder, 'bin')}:${process.env['PATH']}`,
        TMPDIR: folder,
        CLUSTER: path.join(folder, 'cluster'),
        SIEM_API_KEY: 'an api key with "quotes"',
      },
    });
  });

  afterAll(() => {
    fs.rmSync(folder, { recursive: true });
  });

  test('make every key of every Secret that is mounted', () => {
    const made = wantedSecrets(reference).map(({ namespace, name }) => ({
      namespace,
      name,
      keys: fs.readdirSync(path.join(folder, 'cluster', namespace, name)).sort(),
    }));
    expect(made).toEqual(wantedSecrets(reference));
    expect(file('siem/siem-api', 'api-key').toString()).toBe('an api key with "quotes"');
    expect(file('siem/siem-forward-key', 'shared-key')).toEqual(file('siem-agents/siem-forward-key', 'shared-key'));
  });

  test('leave no key in the working directory', () => {
    const left = fs.readdirSync(folder).filter((name) => /\.(key|crt|csr|ext)$|shared-key/.test(name));
    expect(left).toEqual([]);
  });

  /** The files of one side, as Fluentd reads them. */
  const side = (namespace: string): { ca: Buffer; cert: Buffer; key: Buffer } => ({
    ca: file(`${namespace}/siem-forward-tls`, 'ca.crt'),
    cert: file(`${namespace}/siem-forward-tls`, 'tls.crt'),
    key: file(`${namespace}/siem-forward-tls`, 'tls.key'),
  });

  /** What the two ends of a mutual TLS 1.3 connection say, when one side serves and another connects. */
  async function handshake(server: string, client: string, servername = HOST): Promise<string> {
    const listener = tls.createServer(
      { ...side(server), requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' },
      (socket) => socket.end('welcome'),
    );
    listener.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as { port: number };
    try {
      return await new Promise<string>((resolve) => {
        const socket = tls.connect({ ...side(client), port, host: '127.0.0.1', servername });
        socket.on('data', (data) => {
          resolve(data.toString());
        });
        socket.on('error', (error) => {
          resolve(error.message);
        });
        socket.on('close', () => {
          resolve('closed');
        });
      });
    } finally {
      listener.close();
    }
  }

  test('let an agent connect to the aggregator by the name that its configuration has', async () => {
    expect(JSON.stringify(reference)).toContain(`host ${HOST}\\n`);
    expect(await handshake('siem', 'siem-agents')).toBe('welcome');
    expect(await handshake('siem', 'siem-agents', 'elsewhere.example.com')).toMatch(/does not match/);
  });

  test('keep an agent from posing as the aggregator', async () => {
    expect(await handshake('siem-agents', 'siem-agents')).toMatch(/unsuitable certificate purpose/);
  });
});
