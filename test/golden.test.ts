import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, Chart } from 'cdk8s';
import { HostFiles } from '../src';
import { referenceStack } from '../src/main';
import { differences, readTree } from './support/golden';
import type { Tree } from './support/golden';

const ROOT = path.join(__dirname, '..');

const committed = {
  dist: readTree(path.join(ROOT, 'dist')),
  'node-config': readTree(path.join(ROOT, 'node-config')),
};

let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'golden-'));
});

afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

/** How the two folders below `folder` differ from what is committed. */
function changes(): string[] {
  return Object.entries(committed).flatMap(([name, tree]: [string, Tree]) =>
    differences(name, tree, readTree(path.join(folder, name))),
  );
}

test('dist/ and node-config/ are what the reference app writes', () => {
  const app = new App({ outdir: path.join(folder, 'dist') });
  const stack = referenceStack(new Chart(app, 'siem'));
  app.synth();
  HostFiles.write(stack, path.join(folder, 'node-config'));
  expect(changes()).toEqual([]);
});

test('another working directory, time zone, language and process write the same', () => {
  const tsx = require.resolve('tsx/cli');
  const environment = {
    PATH: process.env['PATH'],
    TZ: 'Pacific/Kiritimati',
    LANG: 'tr_TR.UTF-8',
    LC_ALL: 'tr_TR.UTF-8',
  };
  const run = spawnSync(process.execPath, [tsx, path.join(ROOT, 'src', 'main.ts')], { cwd: folder, env: environment });
  expect(run.status).toBe(0);
  expect(changes()).toEqual([]);
  expect(run.stderr.toString()).toMatch(/^siem\/Siem\/Detector\/Aggregator: .*loses what it holds/m);
});

test('another place in the tree writes the same', () => {
  const app = new App({ outdir: path.join(folder, 'deep') });
  const outer = new Chart(app, 'clusters');
  const stack = referenceStack(new Chart(new Chart(outer, 'europe'), 'siem'));
  app.synth();
  // cdk8s names the file after the path; what stands in it is ours.
  const [text] = Object.values(readTree(path.join(folder, 'deep'))).filter((yaml) => yaml !== '');
  fs.mkdirSync(path.join(folder, 'dist'));
  fs.writeFileSync(path.join(folder, 'dist', 'siem.k8s.yaml'), text ?? '');
  HostFiles.write(stack, path.join(folder, 'node-config'));
  expect(changes()).toEqual([]);
});

test.each([
  {
    title: 'a line',
    tree: { 'a.yaml': 'kind: Service\nname: b\n' },
    problem: "d/a.yaml:2 was 'name: a' and is 'name: b'",
  },
  {
    title: 'a file that is new',
    tree: { 'a.yaml': 'kind: Service\nname: a\n', b: '' },
    problem: 'd/b is not committed',
  },
  { title: 'a file that is gone', tree: {}, problem: 'd/a.yaml is no longer written' },
  { title: 'an end that is gone', tree: { 'a.yaml': 'kind: Service' }, problem: 'd/a.yaml ends 2 lines earlier' },
])('$title that differs is found, and the command that mends it is named', ({ tree, problem }) => {
  const found = differences('d', { 'a.yaml': 'kind: Service\nname: a\n' }, tree);
  expect(found).toEqual([expect.stringMatching(/run `npm run synth`/)]);
  expect(found[0]).toContain(problem);
});
