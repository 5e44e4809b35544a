import type { AuditLevel, RequestAttributes } from '../../../src/model/audit-policy/policy';
import { evaluate } from '../../../src/model/audit-policy/evaluator';
import { validatePolicy } from '../../../src/model/audit-policy/validate';
import { baselinePolicy } from '../../../src/model/audit-policy/profiles';
import { vectors } from '../../support/audit-policies';

const VERSIONS = ['1.27', '1.30', '1.33', '1.35', '1.36', '1.37'];

describe('the baseline decides as it was designed to', () => {
  test.each(vectors('evaluate').filter(({ id }) => id.startsWith('base-')))(
    '$id: $title',
    ({ attributes, expect: expected }) => {
      for (const version of VERSIONS) {
        expect(evaluate(baselinePolicy(version), attributes, version)).toEqual(expected);
      }
    },
  );
});

test.each(VERSIONS)(
  'the baseline is taken by the API server of %s, has nothing dead in it, and says why in each rule',
  (version) => {
    const policy = baselinePolicy(version);
    expect(validatePolicy(policy, version)).toEqual([]);
    expect(policy.rules.filter((rule) => rule.comment === undefined)).toEqual([]);
    expect(
      policy.rules.flatMap((rule) => rule.resources ?? []).filter(({ group }) => group === undefined || group === '*'),
    ).toEqual([]);
  },
);

interface Row {
  readonly title: string;
  readonly request: Partial<RequestAttributes>;
  readonly level: AuditLevel;
}

const rows: readonly Row[] = [
  { title: 'a secret read by a person', request: { verb: 'get', resource: 'secrets' }, level: 'Metadata' },
  {
    title: 'a secret read by the controller manager',
    request: {
      verb: 'list',
      resource: 'secrets',
      user: { name: 'system:kube-controller-manager', groups: ['system:authenticated'] },
    },
    level: 'Metadata',
  },
  { title: 'a configmap written', request: { verb: 'update', resource: 'configmaps' }, level: 'Metadata' },
  {
    title: 'a token requested',
    request: { verb: 'create', resource: 'serviceaccounts', subresource: 'token' },
    level: 'Metadata',
  },
  { title: 'a pod created', request: { verb: 'create', resource: 'pods' }, level: 'Request' },
  {
    title: 'an ephemeral container added',
    request: { verb: 'patch', resource: 'pods', subresource: 'ephemeralcontainers' },
    level: 'RequestResponse',
  },
  {
    title: 'a binding patched',
    request: { verb: 'patch', apiGroup: 'rbac.authorization.k8s.io', resource: 'rolebindings' },
    level: 'RequestResponse',
  },
  {
    title: 'a failed login on a resource',
    request: { verb: 'list', resource: 'secrets', user: null },
    level: 'Metadata',
  },
  {
    title: 'a failed login on a path',
    request: { verb: 'get', resourceRequest: false, path: '/api', user: null },
    level: 'Metadata',
  },
  { title: 'events deleted', request: { verb: 'deletecollection', resource: 'events' }, level: 'Metadata' },
  { title: 'an event written', request: { verb: 'create', resource: 'events' }, level: 'None' },
  { title: 'a probe', request: { verb: 'get', resourceRequest: false, path: '/readyz' }, level: 'None' },
];

test.each(rows)('the baseline records $title at $level', ({ request, level }) => {
  const ordinary = {
    user: { name: 'alice@example.com', groups: ['system:authenticated'] },
    resourceRequest: true,
    path: '/x',
  };
  const rest = {
    apiGroup: '',
    apiVersion: 'v1',
    resource: '',
    subresource: '',
    namespace: 'shop',
    name: 'a',
    verb: 'get',
  };
  expect(evaluate(baselinePolicy('1.33'), { ...ordinary, ...rest, ...request }).level).toBe(level);
});

test('there is no baseline for a version outside the range', () => {
  expect(() => baselinePolicy('1.38')).toThrow("'1.38' is not one of 1.27 to 1.37");
});
