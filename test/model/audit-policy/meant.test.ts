import type { AuditPolicyModel } from '../../../src/model/audit-policy/policy';
import { evaluate } from '../../../src/model/audit-policy/evaluator';
import { meantPolicy } from '../../../src/model/audit-policy/meant';
import { validatePolicy } from '../../../src/model/audit-policy/validate';

const guide: AuditPolicyModel = {
  rules: [{ level: 'RequestResponse', verbs: ['*'], resources: [{ group: '*', resources: ['*'] }] }],
};

function levelOf(policy: AuditPolicyModel, apiGroup: string, resource: string, version: string): string {
  const user = { name: 'alice@example.com', groups: ['system:authenticated'] };
  const request = {
    user,
    verb: 'create',
    resourceRequest: true,
    path: '',
    apiVersion: 'v1',
    namespace: 'shop',
    name: '',
  };
  return evaluate(policy, { ...request, apiGroup, resource, subresource: '' }, version).level;
}

test.each(['1.27', '1.33', '1.35', '1.36', '1.37'])(
  'what was meant by stars everywhere is taken by %s and keeps credentials out',
  (version) => {
    const meant = meantPolicy(guide, version);
    expect(validatePolicy(meant, version)).toEqual([]);
    expect(levelOf(meant, '', 'pods', version)).toBe('RequestResponse');
    expect(levelOf(meant, 'rbac.authorization.k8s.io', 'clusterroles', version)).toBe('RequestResponse');
    expect(levelOf(meant, '', 'secrets', version)).toBe('Metadata');
    expect(levelOf(meant, 'authentication.k8s.io', 'tokenreviews', version)).toBe('Metadata');
  },
);

test('groups are named below 1.36 and stay a star from there on', () => {
  const groups = (version: string): unknown[] =>
    (meantPolicy(guide, version).rules[1]?.resources ?? []).map(({ group }) => group);
  expect(groups('1.36')).toEqual(['*']);
  expect(groups('1.35')).toContain('apps');
  expect(groups('1.35')).not.toContain('*');
});

test('groups, resources and selectors are written as the API server compares them', () => {
  const meant = meantPolicy(
    {
      omitStages: [],
      rules: [
        {
          level: 'Metadata',
          users: ['*'],
          namespaces: ['shop'],
          resources: [
            { group: 'apps/v1', resources: ['Deployments', 'pods/'] },
            { group: 'core' },
            { group: 'Batch', resources: ['*/*', 'jobs'] },
          ],
        },
      ],
    },
    '1.33',
  );
  expect(meant).toEqual({
    omitStages: [],
    omitManagedFields: true,
    rules: [
      {
        level: 'Metadata',
        namespaces: ['shop'],
        resources: [{ group: 'apps', resources: ['deployments', 'pods/*'] }, { group: '' }, { group: 'batch' }],
      },
    ],
  });
});
