/**
 * The first look: builds, synthesizes `dist/`, checks the rules, and replays the sample logs through the synthesized
 * rules and settings with the real detector process. Needs no cluster, no network and no account.
 */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { alertTable } from '../src/cli/alert-table';
import { alertRow } from '../src/cli/replay-row';
import type { Alert } from '../src/contract/alert';
import { RECORD_KEY, type RecordOrigin } from '../src/contract/record';
import { DetectorProcess } from './support/detector-process';
import { freePort } from './support/free-port';
import { deployCommands } from './support/deploy-commands';
import { localSettings, type Manifest, readManifests, unpackDetector } from './support/synthesized';

const ROOT = path.join(__dirname, '..');
const DIST = path.join(ROOT, 'dist');
const AUDIT_LOG = path.join(ROOT, 'examples', 'logs', 'audit-sample.jsonl');
const AUTH_LOG = path.join(ROOT, 'examples', 'logs', 'auth-sample.log');
const SETTLE_MS = 500;
const DELIVERED_WITHIN_MS = 10_000;

function step(title: string, command: string, args: readonly string[]): void {
  console.log(`\n▸ ${title}`);
  const env = { ...process.env, CDK8S_CHECK_UPGRADE: 'false', JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' };
  execFileSync(command, args, { cwd: ROOT, stdio: 'inherit', env });
}

/** A record as the agents' Fluentd would hand it on; a line that is no JSON goes through unparsed, as it does there. */
function record(fields: object, source: RecordOrigin['source']): string {
  const origin: RecordOrigin = { source, cluster: 'prod-eu', node: 'control-plane-1' };
  return JSON.stringify({ ...fields, [RECORD_KEY]: origin });
}

function auditRecords(): string[] {
  return linesOf(AUDIT_LOG).map((line) => {
    try {
      return record(JSON.parse(line) as object, 'kubernetes-audit');
    } catch {
      return record({ unmatched_line: line }, 'kubernetes-audit');
    }
  });
}

function linesOf(file: string): string[] {
  return fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

/** Collects what the detector sends to its webhook. */
async function alertReceiver(): Promise<{ alerts: Alert[]; url: string; close: () => void }> {
  const alerts: Alert[] = [];
  const server = http.createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      alerts.push(JSON.parse(Buffer.concat(parts).toString('utf8')) as Alert);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { alerts, url: `http://127.0.0.1:${port}/alerts`, close: () => server.close() };
}

/** Waits until nothing new has arrived for a moment. */
async function settled(alerts: readonly Alert[]): Promise<void> {
  const deadline = Date.now() + DELIVERED_WITHIN_MS;
  for (let before = -1; before !== alerts.length && Date.now() < deadline;) {
    before = alerts.length;
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  }
}

async function replaySamples(): Promise<Alert[]> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'siem-start-'));
  const receiver = await alertReceiver();
  const ports = { ingest: await freePort(), admin: await freePort() };
  const files = unpackDetector(readManifests(DIST), directory, (settings) =>
    localSettings(settings, { ports, webhooks: [{ name: 'quick-start', url: receiver.url }] }),
  );
  const detector = await DetectorProcess.start(files, ports);
  try {
    const auth = linesOf(AUTH_LOG).map((message) => record({ message }, 'host-auth'));
    for (const [id, lines] of Object.entries({ audit: auditRecords(), auth })) {
      const status = await detector.deliver(id, lines);
      if (status !== 200) throw new Error(`the detector answered ${status}:\n${detector.log}`);
      console.log(`  ${lines.length} records of ${path.relative(ROOT, id === 'audit' ? AUDIT_LOG : AUTH_LOG)}`);
    }
    await settled(receiver.alerts);
    return receiver.alerts;
  } finally {
    await detector.stop();
    receiver.close();
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

function printAlerts(received: readonly Alert[]): void {
  const latest = new Map(received.map((alert) => [alert.id, alert]));
  const rows = [...latest.values()].map((alert) => alertRow(alert, { file: 'webhook', line: 1 }));
  console.log(`\n${alertTable(rows, { where: false })}`);
  for (const alert of latest.values()) console.log(`  ${alert.severity}: ${alert.summary}`);
}

async function main(): Promise<void> {
  step('Building', 'npm', ['run', '--silent', 'build']);
  step('Synthesizing dist/', 'npm', ['run', '--silent', 'synth']);
  step('Checking the rules', process.execPath, ['assets/siem.cjs', 'check', 'rules']);
  console.log('\n▸ Replaying the sample logs through the synthesized detector');
  printAlerts(await replaySamples());
  console.log(nextSteps(readManifests(DIST)));
}

/** What to do with what has been written. */
export function nextSteps(manifests: readonly Manifest[]): string {
  return `
The manifests are in dist/, the files for control-plane nodes in node-config/. What to do next:
  1. Set your destination, rules and lists in src/main.ts, or in an app of your own (README).
  2. Make the Secrets that dist/ refers to, and apply it:

${deployCommands(manifests).replace(/^(?=.)/gm, '       ')}
  3. Put the audit policy on the control-plane nodes: node-config/README.md.
  4. Try your own logs:  npx siem replay --rules rules --list authorized_users=you@example.com /path/to/audit.log
`;
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
