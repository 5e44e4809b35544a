import { loadPolicy } from '../../../src/model/audit-policy/load';
import { vectors } from '../../support/audit-policies';

const HEAD = 'apiVersion: audit.k8s.io/v1\nkind: Policy\n';

describe('takes what the API server takes, and reports what it would only warn of', () => {
  test.each(vectors('load'))('$id: $title', ({ raw, expect: expected }) => {
    const { policy, problems } = loadPolicy(raw, '1.36');
    expect(policy !== undefined).toBe(expected.ok);
    expect(problems.some((problem) => problem.refusal !== undefined)).toBe(!expected.ok);
    if (expected.errorContains !== undefined) {
      expect(problems.map((problem) => problem.message).join('\n')).toContain(expected.errorContains);
    }
    expect(problems.some((problem) => problem.code === 'A22')).toBe(expected.strictWarning ?? false);
    if (expected.effective !== undefined) {
      expect({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', ...policy }).toEqual(expected.effective);
    }
  });
});

function problemsOf(rules: string): string[] {
  return loadPolicy(HEAD + rules, '1.33').problems.map(({ code, field, line }) => `${code} ${field}:${line ?? '-'}`);
}

test.each([
  {
    title: 'a misspelled selector',
    rules: 'rules:\n- level: None\n  verb: [get]\n',
    expected: ['A22 rules[0].verb:4'],
  },
  {
    title: 'verbs inside a group entry',
    rules: 'rules:\n- level: Metadata\n- level: None\n  resources:\n  - group: ""\n    verbs: [get]\n',
    expected: ['A22 rules[1].resources[0].verbs:5'],
  },
  {
    title: 'a key in upper case',
    rules: 'rules:\n- level: Metadata\n  Users: [alice]\n',
    expected: ['A22 rules[0].Users:4'],
  },
  {
    title: 'a key given twice',
    rules: 'rules:\n- level: Metadata\n  users: [alice]\n  users: [bob]\n',
    expected: ['A22 rules[0].users:4'],
  },
  {
    title: 'a second document',
    rules: 'rules:\n- level: Metadata\n---\nkind: Policy\n',
    expected: ['A22 :-'],
  },
  {
    title: 'an empty group entry',
    rules: 'rules:\n- level: Metadata\n  resources:\n  -\n',
    expected: ['A22 rules[0].resources[0]:4'],
  },
  {
    title: 'a text where a list belongs',
    rules: 'rules:\n- level: Metadata\n  verbs: get\n',
    expected: ['A25 rules[0].verbs:4'],
  },
  {
    title: 'a number and a YAML boolean where texts belong',
    rules: 'rules:\n- level: Metadata\n  users: [1, yes]\n',
    expected: ['A25 rules[0].users[0]:4', 'A25 rules[0].users[1]:4'],
  },
  {
    title: 'a text where true or false belongs',
    rules: 'omitManagedFields: "true"\nrules:\n- level: Metadata\n',
    expected: ['A25 omitManagedFields:-'],
  },
  {
    title: 'a rule that is no mapping',
    rules: 'rules: [Metadata]\n',
    expected: ['A25 rules[0]:3', 'A25 rules[0].level:3'],
  },
  { title: 'no level', rules: 'rules:\n- users: [alice]\n', expected: ['A25 rules[0].level:4'] },
  { title: 'an unknown level', rules: 'rules:\n- level: metadata\n', expected: ['A25 rules[0].level:4'] },
])('finds $title, with its line', ({ rules, expected }) => {
  expect(problemsOf(rules)).toEqual(expected);
});

test.each([
  { title: 'no mapping', text: '- a\n', message: 'the file holds no mapping' },
  {
    title: 'another kind',
    text: 'apiVersion: audit.k8s.io/v1\nkind: Event\nrules: [{level: None}]\n',
    message: "kind 'Event'",
  },
  { title: 'broken YAML', text: `${HEAD}rules: [`, message: 'Flow sequence' },
  { title: 'comments alone', text: '# nothing\n', message: 'the file' },
  { title: 'nesting without end', text: `${HEAD}rules: ${'['.repeat(50_000)}`, message: '' },
  {
    title: 'aliases that would blow up',
    text: `${HEAD}a: &a [x,x,x,x,x,x,x,x,x]\n${['b', 'c', 'd', 'e']
      .map(
        (name, index) =>
          `${name}: &${name} [${Array(9)
            .fill(`*${'abcd'.charAt(index)}`)
            .join(',')}]`,
      )
      .join('\n')}\n`,
    message: 'the file holds no mapping',
  },
])('refuses $title and does not throw', ({ text, message }) => {
  const { policy, problems } = loadPolicy(text, '1.33');
  expect(policy).toBeUndefined();
  expect(problems.map((problem) => problem.message).join('\n')).toContain(message);
});

test('knows the lines of rules and of the stages that are left out', () => {
  const text = `# ours\n${HEAD}omitStages:\n- RequestReceived\nrules:\n# first\n- level: None\n  users: [a]\n\n- level: Metadata\n`;
  const { lines, problems } = loadPolicy(text, '1.33');
  expect(problems).toEqual([]);
  expect(lines).toEqual({ omitStagesLine: 4, rulesLine: 6, ruleLines: [8, 11] });
});

test('the time to read a policy grows with its rules, not with their square', () => {
  const rules = Array.from({ length: 10_000 }, (_, index) => `- level: Metadata\n  users: [user-${index}]\n`);
  const started = performance.now();
  const { policy, problems } = loadPolicy(`${HEAD}rules:\n${rules.join('')}`, '1.33');
  expect(performance.now() - started).toBeLessThan(15_000);
  expect(policy?.rules).toHaveLength(10_000);
  expect(problems).toEqual([]);
});
