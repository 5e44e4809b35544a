import { gzipSync } from 'node:zlib';
import { bindsClusterAdmin, reads, stampAt, unauthenticated } from '../support/audit-lines';
import { GUIDE_RULES } from '../support/guide-rules';
import { SiemCommand } from '../support/siem-command';

const LIST = ['--list', 'authorized_users=alice@example.com,bob@example.com'];

const siem = new SiemCommand();
siem.file('rules.yaml', GUIDE_RULES);
afterAll(() => {
  siem.remove();
});

function replayed(
  lines: readonly string[],
  ...options: string[]
): { rows: object[]; stderr: string; code: number | null } {
  siem.file('audit.log', lines.map((line) => `${line}\n`).join(''));
  const run = siem.run(['replay', '--rules', 'rules.yaml', ...LIST, '--json', ...options, 'audit.log']);
  const rows = run.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as object);
  return { rows, stderr: run.stderr, code: run.code };
}

const sevenFailures = Array.from({ length: 7 }, (_, index) => unauthenticated({ at: index * 10 }));

test('the sixth failure opens an alert and the seventh joins it', () => {
  const { rows, code } = replayed(sevenFailures);
  expect(code).toBe(0);
  expect(rows).toEqual([
    {
      rule: 'unauthorized-access',
      severity: 'medium',
      time: stampAt(50),
      sourceIp: '203.0.113.7',
      action: 'alert',
      input: { file: 'audit.log', line: 6 },
      id: expect.any(String) as string,
      count: 2,
      firstTime: stampAt(50),
      lastTime: stampAt(60),
      summary: expect.stringContaining('Unauthorized Access') as string,
    },
  ]);
});

test('five failures stay quiet', () => {
  expect(replayed(sevenFailures.slice(0, 5)).rows).toEqual([]);
});

test('findings name the record that completed each match', () => {
  const { rows } = replayed([reads({ at: 0 }), bindsClusterAdmin({ at: 1 }), reads({ at: 2 })], '--findings');
  expect(rows).toEqual([
    {
      rule: 'privilege-escalation',
      severity: 'medium',
      time: stampAt(1),
      user: 'mallory@example.com',
      sourceIp: '203.0.113.7',
      action: 'block',
      input: { file: 'audit.log', line: 2 },
    },
  ]);
});

test('a user on the list escalates without an alert', () => {
  expect(replayed([bindsClusterAdmin({ at: 1, user: 'alice@example.com' })]).rows).toEqual([]);
});

test('what is unknown or malformed is counted on standard error, with its place, and the rest is read', () => {
  const broken = unauthenticated({ at: 5 }).slice(0, 100);
  const { rows, stderr, code } = replayed([broken, '{"hello":"world"}', ...sevenFailures]);
  expect(code).toBe(0);
  expect(rows).toHaveLength(1);
  expect(stderr).toContain('audit.log:1: malformed:');
  expect(stderr).toContain('audit.log:2: unknown:');
  expect(stderr).toContain('read 9 records: 7 events, 0 without an event, 1 unknown, 1 malformed');
});

test('a gzip file reads like a plain one, and one that breaks off is read up to there', () => {
  const packed = gzipSync(sevenFailures.map((line) => `${line}\n`).join(''));
  siem.file('audit.log.gz', packed);
  siem.file('cut.log.gz', packed.subarray(0, packed.length - 12));
  const whole = siem.run(['replay', '--rules', 'rules.yaml', ...LIST, '--json', 'audit.log.gz']);
  expect(JSON.parse(whole.stdout)).toMatchObject({ count: 2, input: { file: 'audit.log.gz', line: 6 } });
  const cut = siem.run(['replay', '--rules', 'rules.yaml', ...LIST, '--json', 'cut.log.gz']);
  expect(cut.code).toBe(0);
  expect(cut.stderr).toContain('breaks off here');
});

test('standard input is read where no file is named', () => {
  const run = siem.run(['replay', '--rules', 'rules.yaml', ...LIST, '--json'], sevenFailures.join('\n'));
  expect(JSON.parse(run.stdout)).toMatchObject({ input: { file: '-', line: 6 } });
});

test('an EventList gives its events, on one line and pretty-printed, under the number of its first line', () => {
  const list = {
    kind: 'EventList',
    apiVersion: 'audit.k8s.io/v1',
    metadata: {},
    items: sevenFailures.map((line) => JSON.parse(line) as object),
  };
  expect(replayed([reads({ at: 0 }), JSON.stringify(list)]).rows).toMatchObject([{ count: 2, input: { line: 2 } }]);
  expect(replayed([reads({ at: 0 }), JSON.stringify(list, null, 2)]).rows).toMatchObject([
    { count: 2, input: { line: 2 } },
  ]);
});

test('several files are one stream in event time, whatever their order', () => {
  siem.file('a.log', `${sevenFailures.filter((_, index) => index % 2 === 0).join('\n')}\n`);
  siem.file('b.log', `${sevenFailures.filter((_, index) => index % 2 === 1).join('\n')}\n`);
  const both = (...files: string[]): object[] =>
    [siem.run(['replay', '--rules', 'rules.yaml', ...LIST, '--json', ...files])].map(
      ({ stdout }) => JSON.parse(stdout) as object,
    );
  expect(both('a.log', 'b.log')).toEqual(both('b.log', 'a.log'));
  expect(both('a.log', 'b.log')).toMatchObject([
    { count: 2, firstTime: stampAt(50), input: { file: 'b.log', line: 3 } },
  ]);
});

test('of records of one time, those of the file named first come first', () => {
  siem.file('a.log', `${bindsClusterAdmin({ at: 1, user: 'mallory' })}\n`);
  siem.file('b.log', `${bindsClusterAdmin({ at: 1, user: 'eve' })}\n`);
  const users = (...files: string[]): string[] =>
    siem
      .run(['replay', '--rules', 'rules.yaml', ...LIST, '--findings', '--json', ...files])
      .stdout.trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { user: string }).user);
  expect(users('a.log', 'b.log')).toEqual(['mallory', 'eve']);
  expect(users('b.log', 'a.log')).toEqual(['eve', 'mallory']);
});

test('without --json the alerts are a table that calls a planned block a dry run, and hostile text cannot reach the terminal', () => {
  siem.file('audit.log', `${bindsClusterAdmin({ at: 1, user: '\u001b[31mmallory' })}\n`);
  const run = siem.run(['replay', '--rules', 'rules.yaml', ...LIST, 'audit.log']);
  expect(run.stdout).toContain('privilege-escalation');
  expect(run.stdout).toContain('block (dry run)');
  expect(run.stdout).not.toContain('\u001b');
});

test('a finding is one line of plain text, whatever a name holds', () => {
  siem.file('audit.log', `${bindsClusterAdmin({ at: 1, user: '\u001b]0;x\u0007\nmal\u202elory' })}\n`);
  const run = siem.run(['replay', '--rules', 'rules.yaml', ...LIST, '--findings', 'audit.log']);
  expect(run.stdout).toMatch(/ privilege-escalation \ufffd\]0;x\ufffd\ufffdmal\ufffdlory from /);
  expect(run.stdout.trimEnd().split('\n')).toHaveLength(1);
});

const AUTH = Array.from(
  { length: 6 },
  (_, index) =>
    `Jan 15 10:00:0${index} node-1 sshd[77]: Failed password for root from 198.51.100.23 port 4021${index} ssh2`,
).join('\n');

test('stamps of an auth log get the year that is given', () => {
  siem.file('auth.log', `${AUTH}\n`);
  const run = siem.run(['replay', '--rules', 'rules.yaml', ...LIST, '--json', '--year', '2021', 'auth.log']);
  expect(JSON.parse(run.stdout)).toMatchObject({
    rule: 'unauthorized-access',
    sourceIp: '198.51.100.23',
    input: { line: 6 },
    firstTime: expect.stringMatching(/^2021-01-15T10:00:05/) as string,
  });
});

test('stamps of an auth log get the zone that is given', () => {
  siem.file('auth.log', `${AUTH}\n`);
  const args = ['replay', '--rules', 'rules.yaml', ...LIST, '--json', '--year', '2021', '--zone', '-05:30', 'auth.log'];
  expect(JSON.parse(siem.run(args).stdout)).toMatchObject({ firstTime: '2021-01-15T15:30:05.000000Z' });
});

const WRONG_CALLS: { title: string; args: string[]; says: string }[] = [
  { title: 'an unknown command', args: ['repaly'], says: "unknown command 'repaly'" },
  { title: 'no rules', args: ['replay', 'audit.log'], says: '--rules' },
  {
    title: 'rules that are not there',
    args: ['replay', '--rules', 'nowhere.yaml', 'audit.log'],
    says: "there is no file or folder 'nowhere.yaml'",
  },
  {
    title: 'a log that is not there',
    args: ['replay', '--rules', 'rules.yaml', ...LIST, 'nowhere.log'],
    says: "there is no file 'nowhere.log'",
  },
  {
    title: 'a list without a name',
    args: ['replay', '--rules', 'rules.yaml', '--list', 'alice', 'audit.log'],
    says: "--list takes name=value,value; received 'alice'",
  },
  {
    title: 'a proxy that is no network',
    args: ['replay', '--rules', 'rules.yaml', '--trusted-proxy', 'gateway', 'audit.log'],
    says: 'an address or a network is allowed',
  },
  {
    title: 'a year that is none',
    args: ['replay', '--rules', 'rules.yaml', '--year', 'soon', 'audit.log'],
    says: 'a year from 1970 to 9999 is allowed',
  },
  {
    title: 'a zone that is none',
    args: ['replay', '--rules', 'rules.yaml', '--zone', 'CET', 'audit.log'],
    says: 'an offset from UTC such as +02:00',
  },
];

test.each(WRONG_CALLS)('$title ends with code 2', ({ args, says }) => {
  const run = siem.run(args);
  expect(run.code).toBe(2);
  expect(run.stderr).toContain(says);
});

test('rules with an error end replay with code 1 and the diagnostic', () => {
  const run = siem.run(['replay', '--rules', 'rules.yaml', 'audit.log']);
  expect(run.code).toBe(1);
  expect(run.stderr).toContain('authorized_users');
  expect(run.stderr).toContain('--list');
});
