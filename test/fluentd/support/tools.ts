/**
 * Servers of others that destinations are tried against, installed once into the user's cache by the ordinary clients. One
 * that cannot be had is named in one line with the reason, and its tests are skipped: that is neither a failure nor a pass.
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

export type Tool<T> =
  { readonly kind: 'ready'; readonly tool: T } | { readonly kind: 'missing'; readonly reason: string };

/** Debian packages for the servers of this file and of the tests that use it. */
export const RECEIVER_PACKAGES = ['default-jdk-headless', 'maven', 'python3-venv', 'rsyslog', 'rsyslog-gnutls'];

const KAFKA_VERSION = '3.9.1';
const MOTO_VERSION = '5.2.5';

/** Class path of a Kafka broker. */
export function installKafka(): Tool<string> {
  const missing = missingPrograms(['java', 'mvn']);
  if (missing !== undefined) return missing;
  return installed(
    `kafka-${KAFKA_VERSION}`,
    (folder) => {
      fs.writeFileSync(path.join(folder, 'pom.xml'), pom([['org.apache.kafka', 'kafka_2.13', KAFKA_VERSION]]));
      const goal = ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=jars', '-DincludeScope=runtime'];
      return run('mvn', goal, folder);
    },
    (folder) => path.join(folder, 'jars', '*'),
  );
}

/** A project that depends on these artifacts: group, name, version. */
export function pom(artifacts: readonly (readonly [string, string, string])[]): string {
  const dependencies = artifacts.map(
    ([group, name, version]) =>
      `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`,
  );
  const own =
    '<modelVersion>4.0.0</modelVersion><groupId>test</groupId><artifactId>test</artifactId><version>1</version>';
  return `<project>${own}<dependencies>${dependencies.join('')}</dependencies></project>`;
}

/** A server that answers as the services of AWS do. */
export function installMoto(): Tool<string> {
  const missing = missingPrograms(['python3']);
  if (missing !== undefined) return missing;
  return installed(
    `moto-${MOTO_VERSION}`,
    (folder) => {
      const venv = run('python3', ['-m', 'venv', '.'], folder);
      return venv ?? run('bin/pip', ['install', '-q', `moto[server]==${MOTO_VERSION}`], folder);
    },
    (folder) => path.join(folder, 'bin', 'moto_server'),
  );
}

/** `place` of the folder, which is made now if it was not before; a virtual environment cannot be moved once it is made. */
export function installed(
  name: string,
  install: (folder: string) => string | undefined,
  place: (folder: string) => string,
): Tool<string> {
  const base = process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache');
  const folder = path.join(base, 'cdk8s-siem', name);
  const done = path.join(folder, '.installed');
  if (!fs.existsSync(done)) {
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
    const problem = install(folder);
    if (problem !== undefined) return { kind: 'missing', reason: `${name} could not be installed: ${problem}` };
    fs.writeFileSync(done, '');
  }
  return { kind: 'ready', tool: place(folder) };
}

export function run(program: string, args: readonly string[], folder: string): string | undefined {
  const result = spawnSync(program, args, { cwd: folder, encoding: 'utf8', timeout: 300_000 });
  if (result.status === 0) return undefined;
  const lines = `${result.error?.message ?? ''}\n${result.stdout}\n${result.stderr}`.split('\n');
  return lines.find((line) => /error|could not|unable|ENOENT/i.test(line))?.trim() ?? `${program} failed`;
}

/** What keeps a test from running, when one of these is not on the path. */
export function missingPrograms(programs: readonly string[]): { kind: 'missing'; reason: string } | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin'];
  const missing = programs.filter((program) => !folders.some((folder) => fs.existsSync(path.resolve(folder, program))));
  return missing.length === 0 ? undefined : { kind: 'missing', reason: `${missing.join(', ')} not found` };
}

export function readyIf(isThere: boolean, reason: string): Tool<undefined> {
  return isThere ? { kind: 'ready', tool: undefined } : { kind: 'missing', reason };
}

/** `test`, or a skipped one where the tool is missing, which is said in one line. */
export function testWith(tool: Tool<unknown>): jest.It {
  if (tool.kind === 'ready') return test;
  process.stdout.write(`fluentd tier: skipped a destination: ${tool.reason}\n`);
  return test.skip;
}
