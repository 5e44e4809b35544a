import * as fc from 'fast-check';
import { parse } from 'yaml';
import type { AuditPolicyModel, AuditRuleModel } from '../../../src/model/audit-policy/policy';
import { loadPolicy } from '../../../src/model/audit-policy/load';
import { renderPolicy } from '../../../src/model/audit-policy/render';
import { validatePolicy } from '../../../src/model/audit-policy/validate';
import { policies } from '../../support/audit-policies';

/** A policy without empty selectors and comments, which are no part of what a file says; a group is always written. */
function significant(policy: AuditPolicyModel): object {
  const kept = (value: object): object =>
    Object.fromEntries(
      Object.entries(value).filter(
        ([key, member]) => key !== 'comment' && !(Array.isArray(member) && member.length === 0),
      ),
    );
  const rule = (one: AuditRuleModel): object =>
    kept({ ...one, resources: (one.resources ?? []).map((entry) => kept({ group: '', ...entry })) });
  return { ...kept(policy), rules: policy.rules.map(rule) };
}

test('a rendered policy reads back as the same policy', () => {
  const property = fc.property(policies, (policy) => {
    const { apiVersion, kind, ...rest } = parse(renderPolicy(policy).text);
    expect([apiVersion, kind]).toEqual(['audit.k8s.io/v1', 'Policy']);
    expect(significant(rest)).toEqual(significant(policy));
  });
  fc.assert(property, { seed: 7, numRuns: 500 });
});

test('the strict loader finds in it exactly what the policy itself has wrong', () => {
  const valid = policies.filter(({ rules }) => rules.length > 0);
  const property = fc.property(valid, (policy) => {
    const { text, ...expected } = renderPolicy(policy);
    const { problems, lines } = loadPolicy(text, '1.36');
    expect(lines).toEqual(expected);
    expect(problems).toEqual(
      validatePolicy(policy, '1.36').map((problem) => ({
        ...problem,
        ...(problem.rule === undefined ? {} : { line: expected.ruleLines[problem.rule] }),
      })),
    );
  });
  fc.assert(property, { seed: 8, numRuns: 500 });
});

test('any text survives in a name, also for a reader of YAML 1.1', () => {
  const property = fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (users) => {
    const { text } = renderPolicy({ rules: [{ level: 'None', users }] });
    for (const version of ['1.1', '1.2'] as const) {
      expect(parse(text, { version }).rules[0].users).toEqual(users);
    }
  });
  fc.assert(property, { seed: 9, numRuns: 500 });
});

test.each([
  'yes',
  'No',
  'null',
  '~',
  '1',
  '1.5',
  '0x1',
  '12:30',
  '',
  'a: b',
  'a #b',
  '*',
  '&a',
  '!t',
  '- a',
  "it's",
  'a:',
  '"',
])('the name %j is quoted where YAML would read something else', (name) => {
  const { text } = renderPolicy({ rules: [{ level: 'None', users: [name] }] });
  expect(parse(text, { version: '1.1' }).rules[0].users).toEqual([name]);
});

test('a comment stands above its rule and can neither end early nor become content', () => {
  const { text, ruleLines } = renderPolicy({
    rules: [{ level: 'None', comment: 'why\r\n- level: None\u2028x\u0000y' }, { level: 'Metadata' }],
  });
  expect(parse(text).rules).toEqual([{ level: 'None' }, { level: 'Metadata' }]);
  expect(text.split('\n').slice(5, 8)).toEqual(['# why', '# - level: None', '# x?y']);
  expect(ruleLines.map((line) => text.split('\n')[line - 1])).toEqual(['- level: None', '- level: Metadata']);
});

test('the text is the same every time, ends with one line feed and has no carriage return', () => {
  const policy: AuditPolicyModel = { omitStages: ['RequestReceived'], rules: [{ level: 'Metadata', verbs: ['get'] }] };
  const { text } = renderPolicy(policy);
  expect(renderPolicy(policy).text).toBe(text);
  expect(text).toBe(
    [
      '# Audit policy of kube-apiserver: a file on each control-plane node, read once at start.',
      '# It is no object of the Kubernetes API; never apply it.',
      'apiVersion: audit.k8s.io/v1',
      'kind: Policy',
      'omitStages: [RequestReceived]',
      'rules:',
      '- level: Metadata',
      '  verbs: [get]',
      '',
    ].join('\n'),
  );
});
