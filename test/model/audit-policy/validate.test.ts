import type { AuditRuleModel } from '../../../src/model/audit-policy/policy';
import { validatePolicy } from '../../../src/model/audit-policy/validate';
import { vectors } from '../../support/audit-policies';

const VERSIONS = ['1.35', '1.36'];

describe('reports what the API server of each version refuses, in its words and its order', () => {
  test.each(vectors('validate'))('$id: $title', ({ policy, expectErrors }) => {
    for (const version of VERSIONS) {
      const refused = validatePolicy(policy, version).filter((problem) => problem.refusal !== undefined);
      expect(refused.map((problem) => `${problem.field}:${problem.refusal!}`)).toEqual(expectErrors[version]);
    }
  });

  test.each(vectors('evaluate'))(
    '$id: a policy is refused exactly where it is not valid',
    ({ policy, policyValid }) => {
      for (const version of VERSIONS) {
        const isValid = validatePolicy(policy, version).every((problem) => problem.refusal === undefined);
        expect({ version, isValid }).toEqual({ version, isValid: policyValid[version] });
      }
    },
  );
});

function codesOf(rule: object, version = '1.33'): string[] {
  const policy = { rules: [{ level: 'Metadata', ...rule } as AuditRuleModel] };
  return validatePolicy(policy, version).map((problem) => `${problem.code} ${problem.field}`);
}

test.each([
  { title: 'a star as a verb', rule: { verbs: ['*'] }, expected: ['A01 rules[0].verbs[0]'] },
  { title: 'a star beside a verb', rule: { verbs: ['get', '*'] }, expected: ['A01 rules[0].verbs[1]'] },
  { title: 'a star as a user', rule: { users: ['*'] }, expected: ['A01 rules[0].users[0]'] },
  {
    title: 'a glob of service accounts',
    rule: { users: ['system:serviceaccount:shop:*'] },
    expected: ['A01 rules[0].users[0]'],
  },
  { title: 'a star as a group of users', rule: { userGroups: ['*'] }, expected: ['A01 rules[0].userGroups[0]'] },
  { title: 'a star as a namespace', rule: { namespaces: ['*'] }, expected: ['A01 rules[0].namespaces[0]'] },
  {
    title: 'a star as the name of an object',
    rule: { resources: [{ group: '', resources: ['secrets'], resourceNames: ['*'] }] },
    expected: ['A01 rules[0].resources[0].resourceNames[0]'],
  },
  { title: 'every group', rule: { resources: [{ group: '*' }] }, expected: ['A02 rules[0].resources.group'] },
  { title: 'core', rule: { resources: [{ group: 'core' }] }, expected: ['A03 rules[0].resources[0].group'] },
  { title: 'v1', rule: { resources: [{ group: 'v1' }] }, expected: ['A03 rules[0].resources[0].group'] },
  { title: 'v1beta1', rule: { resources: [{ group: 'v1beta1' }] }, expected: ['A03 rules[0].resources[0].group'] },
  { title: 'a version', rule: { resources: [{ group: 'apps/v1' }] }, expected: ['A03 rules[0].resources.group'] },
  { title: 'upper case', rule: { resources: [{ group: 'Apps' }] }, expected: ['A03 rules[0].resources.group'] },
  {
    title: 'a star on both sides of the slash, a glob, a slash at the end, a kind',
    rule: { resources: [{ resources: ['*/*', 'pod*', 'pods/', 'Pods', 'pods/log/x'] }] },
    expected: [0, 1, 2, 3, 4].map((index) => `A04 rules[0].resources[0].resources[${index}]`),
  },
  { title: 'a verb of authorization', rule: { verbs: ['impersonate'] }, expected: ['A26 rules[0].verbs[0]'] },
  {
    title: 'a method as a verb of resources',
    rule: { verbs: ['post'], resources: [{}] },
    expected: ['A26 rules[0].verbs[0]'],
  },
  {
    title: 'a verb of resources on a path',
    rule: { verbs: ['list'], nonResourceURLs: ['/api'] },
    expected: ['A26 rules[0].verbs[0]'],
  },
])('finds what can match nothing: $title', ({ rule, expected }) => {
  expect(codesOf(rule)).toEqual(expected);
});

test.each([
  {
    title: 'every way to write a resource',
    rule: { resources: [{ group: 'apps', resources: ['*', 'a/*', '*/status', 'a', 'a/b'] }] },
  },
  { title: 'verbs of both kinds in a rule for both', rule: { verbs: ['get', 'deletecollection', 'post', 'head', ''] } },
  { title: 'requests outside every namespace', rule: { namespaces: [''] } },
  { title: 'every group, where it is known', rule: { resources: [{ group: '*' }] }, version: '1.36' },
  { title: 'a group whose name begins with v', rule: { resources: [{ group: 'velero.io' }] } },
])('is content with $title', ({ rule, version }) => {
  expect(codesOf(rule, version)).toEqual([]);
});

const guide = { level: 'RequestResponse', verbs: ['*'], resources: [{ group: '*', resources: ['*'] }] };

test('says of a star in verb and group what each API server does with it', () => {
  const messages = (version: string): string[] =>
    validatePolicy({ rules: [guide] }, version).map((problem) => problem.message);
  expect(messages('1.33')).toEqual([
    "kube-apiserver 1.33 does not know the group '*': it refuses the policy and does not start; from 1.36 on it starts with this rule and records nothing by it, because of the verb '*'",
    "'*' is compared as plain text, and no request has the verb '*', so it matches nothing (from 1.36 on the rule loads and records nothing by it; up to 1.35 kube-apiserver refuses the group '*' and does not start)",
  ]);
  expect(messages('1.36')).toEqual([
    "'*' is compared as plain text, and no request has the verb '*', so it matches nothing (from 1.36 on the rule loads and records nothing by it; up to 1.35 kube-apiserver refuses the group '*' and does not start)",
  ]);
});

test('a problem names the rule it stands in, and the words that were allowed', () => {
  const [problem] = validatePolicy(
    { rules: [{ level: 'Metadata' }, { level: 'Metadata', verbs: ['gte'], resources: [{}] }] },
    '1.33',
  );
  expect(problem).toMatchObject({ rule: 1, choice: { received: 'gte' } });
  expect(problem?.choice?.allowed).toContain('get');
});
