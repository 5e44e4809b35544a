import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';

const app = process.env['SIEM_PACKAGE_APP'] ?? '';

function run(command: string, args: readonly string[] = []): string {
  const bin = path.join(app, 'node_modules', '.bin', command);
  const env = { ...process.env, CI: 'true' };
  return execFileSync(bin, args, { cwd: app, encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Contents by path below a folder. */
function tree(folder: string): Record<string, string> {
  const root = path.join(app, folder);
  const files = fs.readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    files
      .filter((file) => fs.statSync(path.join(root, file)).isFile())
      .map((file) => [file, fs.readFileSync(path.join(root, file), 'utf8')]),
  );
}

function synthesize(): Record<string, string> {
  for (const folder of ['dist', 'node-config']) fs.rmSync(path.join(app, folder), { recursive: true, force: true });
  run('ts-node', ['main.ts']);
  return { ...tree('dist'), ...tree('node-config') };
}

test('an app with the types of TypeScript 5.9, checked to the last declaration, synthesizes the same bytes twice', () => {
  const first = synthesize();
  expect(Object.keys(first)).toEqual(expect.arrayContaining(['siem.k8s.yaml', 'web.k8s.yaml']));
  expect(first['siem.k8s.yaml']).toContain('name: siem-aggregator');
  expect(synthesize()).toEqual(first);
});

test('a snapshot is taken once and holds in the next run', () => {
  run('jest', ['--ci=false']);
  const snapshot = fs.readFileSync(path.join(app, '__snapshots__', 'main.test.ts.snap'), 'utf8');
  expect(snapshot).toContain('"name": "siem-aggregator"');
  expect(snapshot).not.toContain('binaryData');
  run('jest', ['--ci']);
});

test('the command line comes with it', () => {
  expect(run('siem', ['--help'])).toContain('replay');
});

test('only the packages that it needs are installed beside it', () => {
  const own = fs.readdirSync(path.join(app, 'node_modules', 'cdk8s-siem', 'node_modules')).sort();
  expect(own.filter((name) => !name.startsWith('.'))).toEqual(['re2js', 'yaml']);
  expect(fs.existsSync(path.join(app, 'node_modules', 'backport'))).toBe(false);
});

test('sources, tests and the bundled programs of the repository stay out of the package', () => {
  const files = fs.readdirSync(path.join(app, 'node_modules', 'cdk8s-siem')).sort();
  expect(files).toEqual(expect.arrayContaining(['.jsii', 'README.md', 'assets', 'lib', 'package.json']));
  expect(files).not.toEqual(expect.arrayContaining(['src']));
  expect(files).not.toEqual(expect.arrayContaining(['test']));
});
