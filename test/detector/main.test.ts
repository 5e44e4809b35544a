/** The process as it runs in a pod: the bundle, its environment, its signals. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundleAssets } from '../../scripts/bundle';
import { DetectorProcess } from '../../scripts/support/detector-process';
import { freePort } from '../../scripts/support/free-port';
import type { DetectorSettings } from '../../src/contract/detector-config';
import { Receiver } from './support/receiver';
import { escalation, failedLogins } from './support/records';
import { type Files, filesOf, writeSettings } from './support/running';
import { afterTest } from './support/scratch';

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'siem-bundle-'));
const program = path.join(home, 'detector.cjs');

beforeAll(async () => {
  const bundle = (await bundleAssets()).find(({ name }) => name === 'detector.cjs');
  fs.writeFileSync(program, bundle!.bytes);
}, 30_000);

afterAll(() => {
  fs.rmSync(home, { recursive: true });
});

async function start(files: Files, change: Partial<DetectorSettings> = {}): Promise<DetectorProcess> {
  const ports = { ingest: await freePort(), admin: await freePort() };
  const host = '127.0.0.1';
  writeSettings(files, {
    ...change,
    listeners: { ingest: { host, port: ports.ingest }, admin: { host, port: ports.admin } },
  });
  const { rulesDir: rules, settingsDir: settings, stateDir: state } = files;
  const detector = await DetectorProcess.start({ program, rules, settings, state }, ports);
  afterTest(() => detector.stop('SIGKILL'));
  return detector;
}

function pager(receiver: Receiver): Partial<DetectorSettings> {
  return { webhooks: [{ name: 'pager', url: receiver.url().href }] };
}

test('an alert of an acknowledged chunk outlives SIGKILL, and is delivered with the same id', async () => {
  const receiver = await Receiver.start(503);
  const files = filesOf();
  const first = await start(files, pager(receiver));
  expect(await first.deliver('c1', [escalation()])).toBe(200);
  expect(await first.stop('SIGKILL')).toBeNull();
  const tried = receiver.requests.length;
  receiver.answer(200);
  const second = await start(files, pager(receiver));
  await receiver.until(tried + 1);
  expect(await second.deliver('c1', [escalation()])).toBe(200);
  expect(await second.metrics()).toContain('siem_chunks_repeated_total 1');
  const ids = new Set(receiver.alerts.map(({ id }) => id));
  expect(ids.size).toBe(1);
  expect(second.log).toContain('"openAlerts":1');
});

test('killed at any moment of a stream of chunks, no alert of an acknowledged chunk is lost, and none is invented', async () => {
  const files = filesOf();
  const silent = await Receiver.start(503);
  const acknowledged: string[] = [];
  let next = 0;
  for (const afterMs of [40, 90, 150]) {
    const detector = await start(files, pager(silent));
    const killed = new Promise<void>((resolve) => {
      setTimeout(
        () =>
          void detector.stop('SIGKILL').then(() => {
            resolve();
          }),
        afterMs,
      );
    });
    let isAlive = true;
    while (isAlive) {
      const user = `user-${next}`;
      next += 1;
      const status = await detector.deliver(`c-${user}`, [escalation(`id-${user}`, user)]).catch(() => undefined);
      if (status === 200) acknowledged.push(user);
      else isAlive = false;
    }
    await killed;
  }
  expect(acknowledged.length).toBeGreaterThan(0);
  const receiver = await Receiver.start(200);
  await start(files, pager(receiver));
  await receiver.until(acknowledged.length);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const delivered = receiver.alerts.map(({ user }) => user ?? '');
  expect(delivered).toEqual(expect.arrayContaining(acknowledged));
  // At most the chunk under way at each kill is more than was acknowledged.
  expect(new Set(delivered).size).toBeLessThanOrEqual(acknowledged.length + 3);
}, 30_000);

test('SIGTERM ends with code 0, keeps what a receiver has not taken, and says so', async () => {
  const receiver = await Receiver.start(503);
  const files = filesOf();
  const first = await start(files, pager(receiver));
  await first.deliver('c1', [escalation(), ...failedLogins(6)]);
  expect(await first.stop('SIGTERM')).toBe(0);
  expect(first.log.trimEnd().split('\n').at(-1)).toContain('"message":"detector stopped"');
  const tried = receiver.requests.length;
  receiver.answer(200);
  await start(files, pager(receiver));
  await receiver.until(tried + 2);
  const rules = receiver.alerts.slice(tried).map(({ rule }) => rule.id);
  expect(rules).toEqual(['privilege-escalation', 'unauthorized-access']);
});

test('SIGTERM answers the chunk that is under way', async () => {
  const files = filesOf();
  const detector = await start(files);
  const body = `${escalation()}\n`;
  const socket = net.connect(detector.ports.ingest, '127.0.0.1');
  let answer = '';
  socket.on('data', (part) => (answer += part.toString()));
  const head = `POST /v1/records HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-ndjson\r\nx-chunk-id: c1\r\n`;
  socket.write(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body.slice(0, 100)}`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const stopped = detector.stop('SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, 100));
  const closed = once(socket, 'close');
  socket.write(body.slice(100));
  expect(await stopped).toBe(0);
  await closed;
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(detector.log).toContain('"message":"alert firing"');
});

test.each([
  { title: 'settings that are not there', text: undefined, says: /C101: the settings file cannot be read \(ENOENT\)/ },
  { title: 'settings that are no JSON', text: '{"version": 1', says: /C102: the settings file is not JSON/ },
  { title: 'settings that lack something', text: '{}', says: /C103: the setting 'version' is missing/ },
])('$title end the start with code 1, the reason and no stack', async ({ text, says }) => {
  const files = filesOf();
  const file = path.join(files.settingsDir, 'detector.json');
  if (text === undefined) fs.rmSync(file);
  else fs.writeFileSync(file, text);
  const env = { SIEM_SETTINGS_DIR: files.settingsDir, SIEM_RULES_DIR: files.rulesDir, SIEM_STATE_DIR: files.stateDir };
  const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const said = await everything(child);
  expect(child.exitCode).toBe(1);
  expect(said).toMatch(says);
  expect(said).not.toMatch(/\n\s+at /);
});

interface Bare {
  readonly child: ChildProcess;
  readonly deliver: (id: string, body: Uint8Array | string, headers?: Record<string, string>) => Promise<number>;
  /** Resolves once the process answers that it is ready. */
  readonly ready: Promise<void>;
}

/** Without anybody who reads its log, and with options for Node itself. */
async function bare(nodeOptions: readonly string[] = []): Promise<Bare> {
  const files = filesOf();
  const ports = { ingest: await freePort(), admin: await freePort() };
  const host = '127.0.0.1';
  writeSettings(files, { listeners: { ingest: { host, port: ports.ingest }, admin: { host, port: ports.admin } } });
  const env = { SIEM_SETTINGS_DIR: files.settingsDir, SIEM_RULES_DIR: files.rulesDir, SIEM_STATE_DIR: files.stateDir };
  const child = spawn(process.execPath, [...nodeOptions, program], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  afterTest(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  const isReady = async (): Promise<boolean> =>
    (await fetch(`http://${host}:${ports.admin}/readyz`).catch(() => undefined))?.ok === true;
  return {
    child,
    ready: until(isReady),
    deliver: async (id, body, headers = {}) => {
      const response = await fetch(`http://${host}:${ports.ingest}/v1/records`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson', 'x-chunk-id': id, ...headers },
        body,
      });
      await response.arrayBuffer();
      return response.status;
    },
  };
}

test('a log that nobody reads does not end the process', async () => {
  const { child, ready, deliver } = await bare();
  await once(child.stdout!, 'data');
  child.stdout!.destroy();
  await ready;
  for (const id of ['c1', 'c2', 'c3']) expect(await deliver(id, `${escalation(id, id)}\n`)).toBe(200);
  expect(child.exitCode).toBeNull();
});

test('records without end and bombs leave the memory bounded', async () => {
  const { child, ready, deliver } = await bare(['--max-old-space-size=64']);
  child.stdout!.resume();
  await ready;
  const gzip = { 'content-encoding': 'gzip' };
  const endless = gzipSync(`${'x'.repeat(50_000_000)}\n${escalation()}\n`);
  const bomb = gzipSync(Buffer.alloc(200_000_000));
  const garbage = gzipSync(`${'x'.repeat(100)}\n`.repeat(200_000));
  const answers = await Promise.all(
    [endless, bomb, garbage, endless, bomb, garbage].map((body, n) => deliver(`c${n}`, body, gzip)),
  );
  expect(answers).toEqual([200, 413, 200, 200, 413, 200]);
  expect(child.exitCode).toBeNull();
  const peak = peakKilobytes(child.pid ?? 0);
  if (peak === undefined) console.warn('the peak of memory is checked on Linux only');
  else expect(peak).toBeLessThan(200_000);
}, 30_000);

/** `VmHWM` of a process, where the system tells it. */
function peakKilobytes(pid: number): number | undefined {
  const file = `/proc/${pid}/status`;
  if (!fs.existsSync(file)) return undefined;
  return Number(/VmHWM:\s+(\d+) kB/.exec(fs.readFileSync(file, 'utf8'))?.[1]);
}

async function everything(child: ChildProcess): Promise<string> {
  let text = '';
  child.stderr?.on('data', (part: Buffer) => (text += part.toString()));
  await once(child, 'close');
  return text;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}
