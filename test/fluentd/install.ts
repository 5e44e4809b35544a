/**
 * Installs Fluentd and the plugins in use, at the versions of `gems.txt`, into a private folder of the user's cache.
 * Where it cannot, it says in one line what is missing: that is not a failure, and not a pass either.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { withLock } from './support/lock';

/** Debian packages that the tier needs on a new machine. */
export const DEBIAN_PACKAGES = [
  'ruby',
  'ruby-dev',
  'build-essential',
  'libffi-dev',
  'libssl-dev',
  'zlib1g-dev',
  'libyaml-dev',
  'libsystemd0',
  'systemd-journal-remote',
  'openssl',
];

export const JOURNAL_REMOTE = '/lib/systemd/systemd-journal-remote';

export type Installation =
  { readonly kind: 'ready'; readonly gemHome: string } | { readonly kind: 'missing'; readonly reason: string };

interface Gem {
  readonly name: string;
  readonly version: string;
}

/** The folder with Fluentd in it, installed now if it was not before. */
export async function installFluentd(): Promise<Installation> {
  const missing = missingPrograms(['ruby', 'gem', 'openssl', JOURNAL_REMOTE]);
  if (missing.length > 0) return { kind: 'missing', reason: `${missing.join(', ')} not found` };
  const gems = readGems();
  const gemHome = path.join(cacheDirectory(), `fluentd-${fingerprint(gems)}`);
  if (fs.existsSync(gemHome)) return { kind: 'ready', gemHome };
  const tools = missingPrograms(['make', 'cc']);
  if (!fs.existsSync(rubyValue('File.join(RbConfig::CONFIG["rubyhdrdir"], "ruby.h")')))
    tools.push('the headers of ruby');
  if (tools.length > 0) return { kind: 'missing', reason: `${tools.join(', ')} not found` };
  return withLock(`${gemHome}.lock`, () => installInto(gemHome, gems));
}

function installInto(gemHome: string, gems: readonly Gem[]): Installation {
  if (fs.existsSync(gemHome)) return { kind: 'ready', gemHome };
  const staging = `${gemHome}.${process.pid}`;
  try {
    const problem = installGems(staging, gems);
    if (problem !== undefined) return { kind: 'missing', reason: problem };
    allowOlderRuby(staging, gems);
    publish(staging, gemHome);
    return { kind: 'ready', gemHome };
  } finally {
    fs.rmSync(staging, { recursive: true, force: true });
  }
}

/** In one step, so that nobody finds a half; whoever was first has installed the same. */
function publish(staging: string, gemHome: string): void {
  try {
    fs.renameSync(staging, gemHome);
  } catch (error) {
    if (!fs.existsSync(gemHome)) throw error;
  }
}

/** From the folder of gem files that `SIEM_GEM_CACHE` names, else from the source that the gem client is set up with. */
function installGems(gemHome: string, gems: readonly Gem[]): string | undefined {
  const folder = process.env['SIEM_GEM_CACHE'];
  const common = ['install', '--ignore-dependencies', '--force', '--no-document'];
  if (folder === undefined) return runGem([...common, ...gems.map((gem) => `${gem.name}:${gem.version}`)], gemHome);
  const files = gems.map((gem) => path.join(folder, `${gem.name}-${gem.version}.gem`));
  const absent = files.filter((file) => !fs.existsSync(file));
  const [first] = absent;
  if (first !== undefined) {
    return `${path.basename(first)} (one of ${absent.length}) is not in the folder that SIEM_GEM_CACHE names`;
  }
  return runGem([...common, '--local', ...files], gemHome);
}

function runGem(args: readonly string[], gemHome: string): string | undefined {
  const result = spawnSync('gem', args, {
    env: gemEnvironment(gemHome),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.status === 0) return undefined;
  const lines = `${result.stdout}\n${result.stderr}`.split('\n').filter((line) => /error|could not|unable/i.test(line));
  return `the gems could not be installed: ${lines[0]?.trim() ?? 'gem install failed'}`;
}

/** Fluentd 1.19 declares Ruby 3.2; Debian 12 has 3.1, on which its code runs. */
function allowOlderRuby(gemHome: string, gems: readonly Gem[]): void {
  if (rubyValue('Gem::Version.new(RUBY_VERSION) < Gem::Version.new("3.2")') !== 'true') return;
  const fluentd = gems.find((gem) => gem.name === 'fluentd');
  const file = path.join(gemHome, 'specifications', `fluentd-${fluentd?.version ?? ''}.gemspec`);
  const relaxed = fs
    .readFileSync(file, 'utf8')
    .replace(/s\.required_ruby_version = .*/, 's.required_ruby_version = Gem::Requirement.new(">= 2.7".freeze)');
  fs.writeFileSync(file, relaxed);
}

/** Environment in which Ruby sees the private folder and nothing that the user has set up. */
export function gemEnvironment(gemHome: string): NodeJS.ProcessEnv {
  const environment = Object.entries(process.env).filter(([name]) => !/^(?:RUBY|BUNDLE_|GEM_)/.test(name));
  return { ...Object.fromEntries(environment), GEM_HOME: gemHome, GEM_PATH: gemHome, LANG: 'C.UTF-8' };
}

function readGems(): Gem[] {
  const text = fs.readFileSync(path.join(__dirname, 'gems.txt'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [name = '', version = ''] = line.split(' ');
      return { name, version };
    });
}

function fingerprint(gems: readonly Gem[]): string {
  const built = rubyValue('[RUBY_PLATFORM, RbConfig::CONFIG["ruby_version"]].join(" ")');
  return createHash('sha256')
    .update(`${JSON.stringify(gems)} ${built}`)
    .digest('hex')
    .slice(0, 16);
}

function cacheDirectory(): string {
  const base = process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache');
  const directory = path.join(base, 'cdk8s-siem');
  fs.mkdirSync(directory, { recursive: true });
  return directory;
}

function rubyValue(expression: string): string {
  return execFileSync('ruby', ['-e', `print(${expression})`], { encoding: 'utf8' });
}

function missingPrograms(programs: readonly string[]): string[] {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const isThere = (program: string) => folders.some((folder) => fs.existsSync(path.resolve(folder, program)));
  return programs.filter((program) => !isThere(program));
}
