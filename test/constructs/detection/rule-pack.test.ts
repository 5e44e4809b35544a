import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Rule, RuleAction, RuleStatus, Severity } from '../../../src/constructs/detection/rule';
import { RulePack } from '../../../src/constructs/detection/rule-pack';
import { loadRules, renderDiagnostic } from '../../../src/rule';

const RULES = `lists:
  authorized_users: [alice@example.com]
rules:
- name: Privilege Escalation
  condition: |
    event.type == "authorization" and
    event.action == "escalate" and
    event.user not in authorized_users
  action: block
`;

let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rule-pack-'));
});

afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
  return file;
}

test('a file keeps its path as given, so that messages name it', () => {
  const file = write('rules.yaml', RULES);
  expect(RulePack.fromFile(file)._toFiles()).toEqual([{ path: file, text: RULES }]);
});

test('a folder is read to its leaves, in the order of the paths, without the test cases beside the rules', () => {
  write('b/second/rule.yml', RULES);
  write('b/second/cases.yaml', 'cases: []');
  write('b/first/rule.yaml', RULES);
  write('a.yaml', RULES);
  write('README.md', '# no rule');
  const files = RulePack.fromFolder(folder)._toFiles();
  expect(files.map((file) => path.relative(folder, file.path))).toEqual([
    'a.yaml',
    path.join('b', 'first', 'rule.yaml'),
    path.join('b', 'second', 'rule.yml'),
  ]);
});

test.each([
  { title: 'a file that is not there', pack: (at: string) => RulePack.fromFile(path.join(at, 'none.yaml')) },
  { title: 'a folder where a file is asked for', pack: (at: string) => RulePack.fromFile(at) },
  { title: 'a folder that is not there', pack: (at: string) => RulePack.fromFolder(path.join(at, 'none')) },
  { title: 'a folder without rule files', pack: (at: string) => RulePack.fromFolder(at) },
])('$title is refused with its path and a remedy', ({ pack }) => {
  expect(() => pack(folder)).toThrow(new RegExp(`^RulePack: .*'${folder}.*; .+`));
});

test('a text is named as its author says', () => {
  expect(RulePack.fromText(RULES, 'inline rules')._toFiles()).toEqual([{ path: 'inline rules', text: RULES }]);
});

test('a rule in code says everything that a rule file can', () => {
  const rule = new Rule({
    name: 'Shell in a pod',
    condition: 'event.action == "exec"\nand event.result == "success"',
    ruleId: 'shell',
    description: 'Somebody opened a shell: "quoted", with # and: colons.',
    severity: Severity.HIGH,
    action: RuleAction.ALERT,
    status: RuleStatus.TEST,
    eventSource: 'kubernetes-audit',
    tags: ['attack.t1609'],
    references: ['https://example.com/shell?a=b'],
    falsePositives: ['debugging'],
  });
  const { ruleSet, diagnostics } = loadRules(RulePack.of(rule)._toFiles());
  expect(diagnostics).toEqual([]);
  expect(ruleSet.rules).toEqual([
    expect.objectContaining({
      id: 'shell',
      name: 'Shell in a pod',
      description: 'Somebody opened a shell: "quoted", with # and: colons.',
      severity: 'high',
      action: 'alert',
      status: 'test',
      source: 'kubernetes-audit',
      tags: ['attack.t1609'],
      references: ['https://example.com/shell?a=b'],
      falsePositives: ['debugging'],
    }),
  ]);
});

test('an error in a rule in code names the rule and shows its condition', () => {
  const rule = new Rule({ name: 'Misspelt', condition: 'event.usr == "mallory"' });
  const { diagnostics } = loadRules(RulePack.of(rule)._toFiles());
  expect(diagnostics.map(renderDiagnostic).join('\n')).toMatch(/^Rule 'Misspelt':\d+:\d+: R\d+: .*usr/);
  expect(diagnostics[0]?.sourceLine).toContain('event.usr == "mallory"');
});
