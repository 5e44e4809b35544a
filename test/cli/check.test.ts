import * as fs from 'node:fs';
import * as path from 'node:path';
import { SiemCommand } from '../support/siem-command';

const siem = new SiemCommand();
afterAll(() => {
  siem.remove();
});

const WRONG = `rules:
- name: Typo
  condition: event.usr == "mallory"
`;

test('a clean folder is said to be clean', () => {
  siem.file('good/rules.yaml', 'rules:\n- name: Reads secrets\n  condition: event.object.resource == "secrets"\n');
  const run = siem.run(['check', 'good']);
  expect(run).toMatchObject({ code: 0, stdout: '1 file, 1 valid rule, 0 errors, 0 warnings\n', stderr: '' });
});

test('a folder that is named like a rule file is looked into, not read', () => {
  siem.file('nested/team.yaml/rules.yml', 'rules:\n- name: Reads secrets\n  condition: event.user exists\n');
  expect(siem.run(['check', 'nested'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('1 file, 1 valid rule') as string,
  });
});

test('a folder that a ConfigMap is mounted to holds each rule file once, and hidden folders and packages hold none', () => {
  const rules = 'rules:\n- name: Reads secrets\n  condition: event.user exists\n';
  for (const file of ['..2026_03_14/rules.yaml', '.github/ci.yaml', 'node_modules/x/x.yml']) {
    siem.file(path.join('mounted', file), rules);
  }
  const mounted = path.join(siem.directory, 'mounted');
  fs.symlinkSync('..2026_03_14', path.join(mounted, '..data'));
  fs.symlinkSync(path.join('..data', 'rules.yaml'), path.join(mounted, 'rules.yaml'));
  fs.symlinkSync('.', path.join(mounted, 'loop'));
  expect(siem.run(['check', 'mounted'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('1 file, 1 valid rule') as string,
  });
});

test.each(['constructor', '__proto__'])('a list may be called %s', (name) => {
  siem.file('named.yaml', `rules:\n- name: Named\n  condition: event.user in ${name}\n`);
  expect(siem.run(['check', '--list', `${name}=alice`, 'named.yaml'])).toMatchObject({ code: 0, stderr: '' });
});

test('an error is shown with its line and a caret, and ends with code 1', () => {
  siem.file('wrong.yaml', WRONG);
  const run = siem.run(['check', 'wrong.yaml']);
  expect(run.code).toBe(1);
  expect(run.stdout).toContain('wrong.yaml:3:14: R');
  expect(run.stdout).toContain('  condition: event.usr == "mallory"');
  expect(run.stdout).toMatch(/^ *\^+$/m);
  expect(run.stdout).toContain('event.user');
});

test('--json prints one object a line with exactly the promised members', () => {
  siem.file('wrong.yaml', WRONG);
  const run = siem.run(['check', '--json', 'wrong.yaml']);
  const [only, ...more] = run.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(more).toEqual([]);
  expect(Object.keys(only!)).toEqual(['code', 'severity', 'file', 'line', 'column', 'message', 'remedy']);
  expect(only).toMatchObject({ severity: 'error', file: 'wrong.yaml', line: 3, column: 14 });
});

test('--help shows the commands, and each command examples', () => {
  expect(siem.run(['--help'])).toMatchObject({ code: 0, stdout: expect.stringContaining('replay') as string });
  expect(siem.run(['check', '--help']).stdout).toContain('Examples:');
  expect(siem.run(['replay', '--help']).stdout).toContain('Examples:');
});
