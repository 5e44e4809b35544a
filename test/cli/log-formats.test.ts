/** Forms in which logs lie around: as runtimes, exports and other systems write them. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { reads, unauthenticated } from '../support/audit-lines';
import { SiemCommand } from '../support/siem-command';

const RULES = `
rules:
- name: Any
  condition: event.result == "failure" or event.type in ["log", "network", "process"]
- name: Shop
  condition: kubernetes.namespace_name == "shop" and log.parsed.level == "error"
`;
const SAMPLES = path.join(__dirname, '../fixtures/sources');

const siem = new SiemCommand();
siem.file('rules.yaml', RULES);
afterAll(() => {
  siem.remove();
});

interface Row {
  readonly rule: string;
  readonly time: string;
  readonly input: { readonly line: number };
}

function findings(file: string, content: string | Buffer): { rows: Row[]; stderr: string; code: number | null } {
  siem.file(file, content);
  const run = siem.run(['replay', '--rules', 'rules.yaml', '--findings', '--json', file]);
  const rows = run.stdout.split('\n').filter((line) => line !== '');
  return { rows: rows.map((line) => JSON.parse(line) as Row), stderr: run.stderr, code: run.code };
}

const CRI = [
  '2026-03-14T09:00:01.000000001Z stdout P {"level":"err',
  '2026-03-14T09:00:01.500000001Z stderr F something else',
  '2026-03-14T09:00:02.000000001Z stdout F or"}',
  '2026-03-14T09:00:03.000000001Z stdout F {"level":"info"}',
].join('\n');

test('lines of containerd are joined, under the number of their first part, with the pod of their path', () => {
  const { rows, stderr } = findings('shop_web-1_0a1b2c3d-0000-4000-8000-000000000000/web/0.log', CRI);
  expect(stderr).toContain('read 3 records: 3 events');
  expect(rows.filter(({ rule }) => rule === 'shop')).toMatchObject([
    { time: '2026-03-14T09:00:01.000000001Z', input: { line: 1 } },
  ]);
});

test('lines of Docker are joined as well', () => {
  const lines = [
    { log: '{"level":"err', stream: 'stdout', time: '2026-03-14T09:00:01.000000001Z' },
    { log: 'or"}\n', stream: 'stdout', time: '2026-03-14T09:00:02.000000001Z' },
    { log: 'no line feed at the end', stream: 'stderr', time: '2026-03-14T09:00:03.000000001Z' },
  ];
  const name = `web-1_shop_web-${'0'.repeat(64)}.log`;
  const { rows, stderr } = findings(name, lines.map((line) => JSON.stringify(line)).join('\n'));
  expect(stderr).toContain('read 2 records: 2 events');
  expect(rows.map(({ rule }) => rule)).toEqual(['any', 'shop', 'any']);
});

test('wrapped lines are unwrapped', () => {
  const wrapped = CRI.split('\n').map((raw) => JSON.stringify({ raw }));
  expect(findings('wrapped.jsonl', wrapped.join('\n')).stderr).toContain('read 3 records: 3 events');
});

test('a list in one document is read in the order of time', () => {
  const events = [unauthenticated({ at: 20 }), reads({ at: 10 }), unauthenticated({ at: 0 })].map(
    (line) => JSON.parse(line) as object,
  );
  for (const text of [JSON.stringify(events), JSON.stringify(events, undefined, 2)]) {
    const { rows, stderr } = findings('export.json', text);
    expect(stderr).toContain('read 1 records: 3 events');
    const times = rows.map(({ time }) => time);
    expect(times).toHaveLength(2);
    expect(times).toEqual([...times].sort());
  }
});

test('a list of Kubernetes Events as kubectl prints it is read', () => {
  const [event = ''] = fs.readFileSync(path.join(SAMPLES, 'kubernetes-event.jsonl'), 'utf8').split('\n');
  const list = { apiVersion: 'v1', kind: 'List', items: [JSON.parse(event) as object] };
  expect(findings('events.json', JSON.stringify(list, undefined, 4)).rows).toMatchObject([{ rule: 'any' }]);
});

test.each(fs.readdirSync(SAMPLES).map((file) => ({ title: file, file })))('$title is read', ({ file }) => {
  const { rows, stderr, code } = findings(file, fs.readFileSync(path.join(SAMPLES, file)));
  expect(code).toBe(0);
  expect(rows.length).toBeGreaterThan(0);
  // Of these the provider cut one event off.
  const malformed = ['aks.jsonl', 'eks.jsonl'].includes(file) ? 1 : 0;
  expect(stderr).toContain(`, ${malformed} malformed`);
});

test('the last event of the audit daemon is read, though its end is missing', () => {
  const [first = ''] = fs.readFileSync(path.join(SAMPLES, 'auditd.log'), 'utf8').split('\n').slice(5);
  expect(findings('audit.log', first).stderr).toContain('read 1 records: 1 events, 1 without an event');
});

test.each([
  { title: 'with its mark', bytes: Buffer.from('\ufeff{"a":1}\n', 'utf16le') },
  { title: 'without one', bytes: Buffer.from('{"a":1}\n', 'utf16le') },
  { title: 'of the other byte order', bytes: Buffer.from('\ufeff{"a":1}\n', 'utf16le').swap16() },
])('UTF-16 $title is refused, with the way out', ({ bytes }) => {
  const { stderr, code } = findings('windows.log', bytes);
  expect(code).toBe(2);
  expect(stderr).toContain("'windows.log' is UTF-16, not UTF-8; convert it with: iconv -f UTF-16 -t UTF-8");
});
