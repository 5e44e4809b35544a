/** Real Fluentd processes. Every test stops what it started: `afterEach(stopFluentds)`. */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { gemEnvironment } from '../install';
import { waitFor } from './wait';

export interface FluentdOptions {
  /** Text of the configuration. */
  readonly conf: string;
  /** Folder of its own, for the configuration, temporary files and the log; it may be used again after a stop. */
  readonly dir: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunningFluentd {
  readonly pid: number;
  /** Everything it wrote to its standard output and error. */
  readonly log: () => string;
  /** Ends it with SIGTERM, or another signal, and waits; gives the milliseconds that took. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number>;
}

/** Plugins of ours, as the package brings them along. */
const PLUGINS = path.join(__dirname, '..', '..', '..', 'fluentd-plugins');

const running = new Set<RunningFluentd>();

/** The folder that the set-up of this tier installed Fluentd into. */
function gemHome(): string {
  const home = process.env['SIEM_FLUENTD_HOME'];
  if (home === undefined) throw new Error('run this through `npm run test:fluentd`, which installs Fluentd first');
  return home;
}

function command(options: FluentdOptions): { args: string[]; env: NodeJS.ProcessEnv } {
  fs.mkdirSync(path.join(options.dir, 'tmp'), { recursive: true });
  const file = path.join(options.dir, 'fluent.conf');
  fs.writeFileSync(file, options.conf);
  const env = { ...gemEnvironment(gemHome()), TMPDIR: path.join(options.dir, 'tmp'), ...options.env };
  return { args: [path.join(gemHome(), 'bin', 'fluentd'), '-c', file, '-p', PLUGINS], env };
}

/** Starts Fluentd and resolves when its inputs listen. */
export async function startFluentd(options: FluentdOptions): Promise<RunningFluentd> {
  const { args, env } = command(options);
  // One process, so that a signal reaches the worker itself.
  const child = spawn('ruby', [...args, '--no-supervisor'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const logFile = path.join(options.dir, 'fluentd.log');
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      text += data.toString();
      fs.appendFileSync(logFile, data);
    });
  }
  const exited = new Promise<void>((resolve) =>
    child.once('exit', () => {
      resolve();
    }),
  );
  const fluentd: RunningFluentd = {
    pid: child.pid ?? 0,
    log: () => text,
    stop: async (signal = 'SIGTERM') => {
      const from = performance.now();
      running.delete(fluentd);
      if (isAlive(child)) child.kill(signal);
      await exited;
      return performance.now() - from;
    },
  };
  running.add(fluentd);
  await waitFor('Fluentd to start', () => {
    if (!isAlive(child)) throw new Error(`Fluentd ended at its start:\n${text}`);
    return text.includes('fluentd worker is now running');
  });
  return fluentd;
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

/** Kills every Fluentd that still runs. */
export async function stopFluentds(): Promise<void> {
  await Promise.all([...running].map((fluentd) => fluentd.stop('SIGKILL')));
}

/** A key that is mounted from a Secret has no passphrase. */
const EXPECTED = /setting private_key_passphrase is recommended/;

/** Configures every plugin without starting it; the result is what Fluentd complained of, empty when all is well. */
export function dryRun(options: FluentdOptions): string {
  const { args, env } = command(options);
  const result = spawnSync('ruby', [...args, '--dry-run'], { env, encoding: 'utf8', timeout: 60_000 });
  const lines = `${result.stdout}${result.stderr}`.split('\n');
  const complaints = lines.filter((line) => /"level":"(?:warn|error|fatal)"|error/i.test(line) && !EXPECTED.test(line));
  if (result.status !== 0) return lines.join('\n');
  return complaints.join('\n');
}

/** Runs Ruby with Fluentd loadable; gives its standard output. */
export function runRuby(script: string, input: string): string {
  const result = spawnSync('ruby', ['-e', script], {
    env: gemEnvironment(gemHome()),
    input,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (result.status !== 0) throw new Error(result.stderr);
  return result.stdout;
}

/**
 * Puts a configuration in another place: each key is replaced by its value wherever it stands as a whole word. Only host
 * paths, host names and ports are meant.
 */
export function relocate(conf: string, places: Readonly<Record<string, string | number>>): string {
  return Object.entries(places).reduce((text, [from, to]) => {
    const pattern = new RegExp(`(?<![\\w.-])${from.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}(?![\\w-])`, 'g');
    if (!pattern.test(text)) throw new Error(`'${from}' does not stand in the configuration`);
    return text.replace(pattern, () => String(to));
  }, conf);
}
