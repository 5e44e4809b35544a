import { execFileSync } from 'node:child_process';
import { App, Chart } from 'cdk8s';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { AuditPolicy } from '../../src/constructs/audit/audit-policy';
import { AuditLevel } from '../../src/constructs/audit/audit-rule';
import type { HostFile, IHostFiles } from '../../src/constructs/host-files';
import { HostFiles, writeHostFiles } from '../../src/constructs/host-files';

let directory: string;
beforeEach(() => {
  directory = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'host-files-')), 'node-config');
});
afterEach(() => {
  fs.rmSync(path.dirname(directory), { recursive: true });
});

function ownerOf(...hostFiles: HostFile[]): IHostFiles {
  return { hostFiles };
}

function listed(): string[] {
  const entries = fs.readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name))).sort();
}

const read = (file: string): string => fs.readFileSync(path.join(directory, file), 'utf8');

test('files are written with line feeds, in folders that are made, beside their checksums', () => {
  writeHostFiles(ownerOf({ path: 'b/c.yaml', text: 'x: 1\r\ny: 2\r\n' }, { path: 'a.md', text: '# a\n' }), directory);
  expect(listed()).toEqual(['SHA256SUMS', 'a.md', 'b/c.yaml']);
  expect(read('b/c.yaml')).toBe('x: 1\ny: 2\n');
  expect(
    read('SHA256SUMS')
      .split('\n')
      .map((line) => line.slice(66)),
  ).toEqual(['a.md', 'b/c.yaml', '']);
  expect(execFileSync('sha256sum', ['-c', 'SHA256SUMS'], { cwd: directory, encoding: 'utf8' })).toBe(
    'a.md: OK\nb/c.yaml: OK\n',
  );
});

test('the same files give the same bytes, in any order', () => {
  const a = { path: 'a', text: '1' };
  const b = { path: 'b', text: '2' };
  HostFiles.write(ownerOf(a, b), directory);
  const before = read('SHA256SUMS');
  HostFiles.write(ownerOf(b, a), directory);
  expect(read('SHA256SUMS')).toBe(before);
});

test('a file of an earlier call goes when it is no longer wanted; what others put there stays', () => {
  writeHostFiles(ownerOf({ path: 'audit-policy-1.yaml', text: '1' }, { path: 'README.md', text: 'r' }), directory);
  fs.writeFileSync(path.join(directory, 'audit-policy-mine.yaml'), 'mine');
  writeHostFiles(ownerOf({ path: 'audit-policy-2.yaml', text: '2' }, { path: 'README.md', text: 'r' }), directory);
  expect(listed()).toEqual(['README.md', 'SHA256SUMS', 'audit-policy-2.yaml', 'audit-policy-mine.yaml']);
});

test('a file that somebody changed since stays', () => {
  writeHostFiles(ownerOf({ path: 'audit-policy-1.yaml', text: '1\n' }), directory);
  fs.writeFileSync(path.join(directory, 'audit-policy-1.yaml'), '1\nmine\n');
  writeHostFiles(ownerOf(), directory);
  expect(listed()).toEqual(['SHA256SUMS', 'audit-policy-1.yaml']);
});

test('a file that Git gave other line ends counts as unchanged', () => {
  writeHostFiles(ownerOf({ path: 'a.yaml', text: '1\n2\n' }), directory);
  fs.writeFileSync(path.join(directory, 'a.yaml'), '1\r\n2\r\n');
  fs.writeFileSync(path.join(directory, 'SHA256SUMS'), read('SHA256SUMS').replaceAll('\n', '\r\n'));
  writeHostFiles(ownerOf(), directory);
  expect(listed()).toEqual(['SHA256SUMS']);
});

test.each(['../x', '/x', 'a/../../x', 'a//b', './a', '', 'a\\b', 'c:/x', 'a/..'])(
  'the path %j is refused, and nothing is written',
  (file) => {
    expect(() => {
      writeHostFiles(ownerOf({ path: 'fine', text: '' }, { path: file, text: '' }), directory);
    }).toThrow(`the path '${file}' leaves the directory`);
    expect(fs.existsSync(directory)).toBe(false);
  },
);

test('a list of checksums that names files elsewhere removes nothing', () => {
  writeHostFiles(ownerOf(), directory);
  const outside = path.join(path.dirname(directory), 'outside');
  fs.writeFileSync(outside, 'x');
  const digest = execFileSync('sha256sum', [outside], { encoding: 'utf8' }).slice(0, 64);
  fs.writeFileSync(path.join(directory, 'SHA256SUMS'), `${digest}  ../outside\n`);
  writeHostFiles(ownerOf(), directory);
  expect(fs.existsSync(outside)).toBe(true);
});

test.each(['a', 'SHA256SUMS'])('two files under the path %j are refused', (file) => {
  const once = { path: file, text: '' };
  expect(() => {
    writeHostFiles(ownerOf(...(file === 'a' ? [once, once] : [once])), directory);
  }).toThrow(`two files have the path '${file}'`);
});

test('two constructs of an app cannot write to one directory, one of them can twice', () => {
  const chart = new Chart(new App(), 'siem');
  const first = new AuditPolicy(chart, 'First');
  const second = new AuditPolicy(chart, 'Second');
  writeHostFiles(first, directory);
  writeHostFiles(first, directory);
  expect(() => {
    writeHostFiles(second, directory);
  }).toThrow(`siem/Second: the host files of 'siem/First' are already written to '${directory}'`);
  writeHostFiles(second, `${directory}/second`);
});

test('policies do not pile up over runs', () => {
  const writeOnce = (level: AuditLevel): string => {
    const policy = new AuditPolicy(new Chart(new App(), 'siem'), 'Audit', { rules: [{ level }] });
    writeHostFiles(policy, directory);
    return policy.policyFileName;
  };
  writeOnce(AuditLevel.METADATA);
  const last = writeOnce(AuditLevel.REQUEST);
  expect(listed()).toEqual(['README.md', 'SHA256SUMS', last, 'kubeadm-cluster-configuration.yaml']);
});
