import fc from 'fast-check';
import type { Json, JsonObject } from '../../src/contract/event';
import { isRbacResource, reachesBeyond } from '../../src/event/rbac-reach';

const RBAC = 'rbac.authorization.k8s.io';
const ADMISSION = 'admissionregistration.k8s.io';

interface Rule {
  readonly verbs?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

const body = (...rules: readonly Rule[]): JsonObject => ({ rules: rules as unknown as Json });

interface RoleRow {
  readonly title: string;
  readonly rules: readonly Rule[];
  readonly in?: 'roles' | 'clusterroles';
}

const read = ['get', 'list', 'watch'];

describe('a role reaches beyond ordinary rights with', () => {
  test.each<RoleRow>([
    ...['*', 'escalate', 'bind', 'impersonate'].map((verb) => ({
      title: `the verb ${verb} on anything`,
      rules: [{ verbs: ['get', verb], apiGroups: [''], resources: ['configmaps'] }],
    })),
    { title: 'any resource', rules: [{ verbs: ['get'], apiGroups: ['apps'], resources: ['*'] }] },
    { title: 'any resource and subresource', rules: [{ verbs: ['get'], apiGroups: [''], resources: ['*/*'] }] },
    ...['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'].map((resource) => ({
      title: `a write on ${resource}`,
      rules: [{ verbs: ['patch'], apiGroups: [RBAC], resources: [resource] }],
    })),
    { title: 'a deletion of bindings', rules: [{ verbs: ['delete'], apiGroups: ['*'], resources: ['rolebindings'] }] },
    {
      title: 'a write on one named role',
      rules: [{ verbs: ['update'], apiGroups: [RBAC], resources: ['roles'], resourceNames: ['x'] }],
    },
    { title: 'tokens', rules: [{ verbs: ['create'], apiGroups: [''], resources: ['serviceaccounts/token'] }] },
    {
      title: 'tokens behind a star',
      rules: [{ verbs: ['create'], apiGroups: [''], resources: ['serviceaccounts/*'] }],
    },
    { title: 'tokens of anything', rules: [{ verbs: ['create'], apiGroups: [''], resources: ['*/token'] }] },
    ...['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'].map((resource) => ({
      title: `a write on ${resource}`,
      rules: [{ verbs: ['create'], apiGroups: [ADMISSION], resources: [resource] }],
    })),
    ...['pods/exec', 'pods/attach', 'nodes/proxy', 'pods/*', 'nodes/*', '*/exec', '*/attach', '*/proxy'].flatMap(
      (resource) =>
        ['get', 'create', 'unheard-of'].map((verb) => ({
          title: `${resource} with ${verb}`,
          rules: [{ verbs: [verb], apiGroups: [''], resources: [resource] }],
        })),
    ),
    ...read.map((verb) => ({
      title: `secrets with ${verb} in a cluster role`,
      in: 'clusterroles' as const,
      rules: [{ verbs: [verb], apiGroups: [''], resources: ['secrets'] }],
    })),
    {
      title: 'secrets with an empty list of names in a cluster role',
      in: 'clusterroles',
      rules: [{ verbs: ['get'], apiGroups: ['*'], resources: ['secrets'], resourceNames: [] }],
    },
    {
      title: 'one element of many',
      rules: [
        { verbs: read, apiGroups: [''], resources: ['configmaps'] },
        { verbs: ['*'], apiGroups: ['apps'], resources: ['deployments'] },
      ],
    },
  ])('$title', (row) => {
    expect(reachesBeyond(row.in ?? 'roles', body(...row.rules))).toBe(true);
  });
});

describe('a role does not reach beyond ordinary rights with', () => {
  test.each<RoleRow>([
    { title: 'no rules', rules: [] },
    { title: 'reads of roles', rules: [{ verbs: read, apiGroups: [RBAC], resources: ['roles', 'clusterroles'] }] },
    {
      title: 'a write and a role in two elements',
      rules: [
        { verbs: ['create'], apiGroups: [''], resources: ['configmaps'] },
        { verbs: ['get'], apiGroups: [RBAC], resources: ['roles'] },
      ],
    },
    { title: 'roles of another group', rules: [{ verbs: ['create'], apiGroups: ['x.io'], resources: ['roles'] }] },
    { title: 'pods/exec of another group', rules: [{ verbs: ['get'], apiGroups: ['apps'], resources: ['pods/exec'] }] },
    { title: 'pods/exec without a verb', rules: [{ verbs: [], apiGroups: [''], resources: ['pods/exec'] }] },
    {
      title: 'pods, pods/log and portforward',
      rules: [{ verbs: read, apiGroups: [''], resources: ['pods', 'pods/log', 'pods/portforward'] }],
    },
    {
      title: 'pods/proxy and nodes',
      rules: [{ verbs: read, apiGroups: [''], resources: ['pods/proxy', 'nodes', 'nodes/status'] }],
    },
    { title: 'secrets in a role', in: 'roles', rules: [{ verbs: read, apiGroups: [''], resources: ['secrets'] }] },
    {
      title: 'named secrets in a cluster role',
      in: 'clusterroles',
      rules: [{ verbs: ['get'], apiGroups: [''], resources: ['secrets'], resourceNames: ['tls'] }],
    },
    {
      title: 'writes of secrets in a cluster role',
      in: 'clusterroles',
      rules: [{ verbs: ['create'], apiGroups: [''], resources: ['secrets'] }],
    },
    {
      title: 'secrets and reads in two elements',
      in: 'clusterroles',
      rules: [
        { verbs: ['create'], apiGroups: [''], resources: ['secrets'] },
        { verbs: ['get'], apiGroups: [''], resources: ['configmaps'] },
      ],
    },
    {
      title: 'service accounts without tokens',
      rules: [{ verbs: ['create'], apiGroups: [''], resources: ['serviceaccounts'] }],
    },
    {
      title: 'reads of webhooks',
      rules: [{ verbs: read, apiGroups: [ADMISSION], resources: ['mutatingwebhookconfigurations'] }],
    },
    { title: 'paths', rules: [{ verbs: ['get'], nonResourceURLs: ['*'] }] },
    {
      title: 'a verb that only looks like one',
      rules: [{ verbs: ['Escalate', '**'], apiGroups: [''], resources: ['configmaps'] }],
    },
  ])('$title', (row) => {
    expect(reachesBeyond(row.in ?? 'roles', body(...row.rules))).toBe(false);
  });
});

describe('a binding reaches beyond ordinary rights', () => {
  const masters = { kind: 'Group', name: 'system:masters' };
  test.each<{ title: string; body: JsonObject; expected: boolean }>([
    { title: 'to cluster-admin', body: { roleRef: { kind: 'ClusterRole', name: 'cluster-admin' } }, expected: true },
    {
      title: 'of system:masters',
      body: { roleRef: { name: 'view' }, subjects: [{ kind: 'User' }, masters] },
      expected: true,
    },
    {
      title: 'but not to view',
      body: { roleRef: { kind: 'ClusterRole', name: 'view' }, subjects: [] },
      expected: false,
    },
    {
      title: 'but not to a namespaced role of that name',
      body: { roleRef: { kind: 'Role', name: 'cluster-admin' } },
      expected: false,
    },
    {
      title: 'but not of a user called system:masters',
      body: { subjects: [{ kind: 'User', name: 'system:masters' }] },
      expected: false,
    },
    { title: 'but not without anything', body: {}, expected: false },
  ])('$title', ({ body, expected }) => {
    expect(reachesBeyond('clusterrolebindings', body)).toBe(expected);
    expect(reachesBeyond('rolebindings', body)).toBe(expected);
  });

  test('whatever rules it claims to have', () => {
    expect(reachesBeyond('rolebindings', body({ verbs: ['*'], resources: ['*'] }))).toBe(false);
  });
});

/** The definition, word for word, over every single right that an element gives. */
function oracle(
  rule: Required<Pick<Rule, 'verbs' | 'apiGroups' | 'resources' | 'resourceNames'>>,
  isCluster: boolean,
): boolean {
  const covers = (pattern: string, resource: string): boolean => {
    const [name, sub] = pattern.split('/');
    const [wantedName, wantedSub] = resource.split('/');
    if (wantedSub === undefined || sub === undefined) return pattern === resource;
    return (name === '*' || name === wantedName) && (sub === '*' || sub === wantedSub);
  };
  const has = (group: string, resource: string): boolean =>
    rule.apiGroups.some((each) => each === '*' || each === group) &&
    rule.resources.some((each) => covers(each, resource));
  const writes = rule.verbs.some((verb) => ['create', 'update', 'patch', 'delete', 'deletecollection'].includes(verb));
  const targets = [
    ...['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'].map((resource) => [RBAC, resource] as const),
    ['', 'serviceaccounts/token'] as const,
    [ADMISSION, 'mutatingwebhookconfigurations'] as const,
    [ADMISSION, 'validatingwebhookconfigurations'] as const,
  ];
  return (
    rule.verbs.some((verb) => ['*', 'escalate', 'bind', 'impersonate'].includes(verb)) ||
    (rule.verbs.length > 0 && rule.resources.some((resource) => resource === '*' || resource === '*/*')) ||
    (writes && targets.some(([group, resource]) => has(group, resource))) ||
    (rule.verbs.length > 0 && ['pods/exec', 'pods/attach', 'nodes/proxy'].some((resource) => has('', resource))) ||
    (isCluster &&
      rule.verbs.some((verb) => read.includes(verb)) &&
      rule.resourceNames.length === 0 &&
      has('', 'secrets'))
  );
}

const some = <T extends string>(...values: readonly T[]): fc.Arbitrary<T[]> =>
  fc.subarray([...values], { maxLength: Math.min(3, values.length) });
const ruleArbitrary = fc.record({
  verbs: some('get', 'list', 'create', 'delete', 'deletecollection', 'escalate', 'bind', '*', 'use'),
  apiGroups: some('', '*', RBAC, ADMISSION, 'apps'),
  resources: some(
    ...['*', '*/*', 'pods', 'pods/exec', 'pods/*', '*/exec', '*/token', 'nodes/*', 'nodes/proxy', 'secrets', 'roles'],
    ...['clusterrolebindings', 'serviceaccounts/token', 'serviceaccounts', 'mutatingwebhookconfigurations', '*/status'],
  ),
  resourceNames: some('x'),
});

describe('reach', () => {
  test('agrees with the definition spelled out, over small rules', () => {
    fc.assert(
      fc.property(fc.array(ruleArbitrary, { maxLength: 2 }), fc.boolean(), (rules, isCluster) => {
        const resource = isCluster ? 'clusterroles' : 'roles';
        expect(reachesBeyond(resource, body(...rules))).toBe(rules.some((rule) => oracle(rule, isCluster)));
      }),
      { numRuns: 2000, seed: 5 },
    );
  });

  test('is decided for any body, however strange', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (rules, more) => {
        const strange = { rules, roleRef: more, subjects: rules } as JsonObject;
        expect(typeof reachesBeyond('clusterroles', strange)).toBe('boolean');
        expect(typeof reachesBeyond('rolebindings', strange)).toBe('boolean');
      }),
      { seed: 5 },
    );
  });

  test('takes time that grows with the body, not with its square', () => {
    const many = Array.from({ length: 200_000 }, (_, i) => `resource-${i}`);
    expect(reachesBeyond('roles', body({ verbs: many, apiGroups: many, resources: many }))).toBe(false);
  });

  test('is asked of the four kinds of their group only', () => {
    expect(isRbacResource(RBAC, 'rolebindings')).toBe(true);
    expect(isRbacResource(RBAC, 'pods')).toBe(false);
    expect(isRbacResource('', 'roles')).toBe(false);
  });
});
