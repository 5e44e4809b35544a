import { evaluate } from '../../../src/model/audit-policy/evaluator';
import { explain } from '../../../src/model/audit-policy/explain';
import type { AuditPolicyModel, RequestAttributes } from '../../../src/model/audit-policy/policy';
import { parseRequest } from '../../../src/model/audit-policy/request-attributes';
import { vectors } from '../../support/audit-policies';

const POLICY: AuditPolicyModel = {
  omitStages: ['RequestReceived'],
  omitManagedFields: true,
  rules: [
    { level: 'None', users: ['system:kube-proxy'] },
    { level: 'Metadata', resources: [{ resources: ['secrets'] }] },
    { level: 'RequestResponse', verbs: ['create', 'patch', 'deletecollection'], resources: [{ group: 'apps' }] },
    { level: 'None', nonResourceURLs: ['/healthz*'] },
    { level: 'Request', omitManagedFields: false },
  ],
};

const ALICE = { name: 'alice@example.com', groups: ['system:authenticated'] };

function request(method: string, url: string, user: RequestAttributes['user'] = ALICE): RequestAttributes {
  return { user, ...parseRequest(method, url) };
}

test('says which rule decided and why, and what kept the rules before it out', () => {
  const said = explain(POLICY, request('PATCH', '/apis/apps/v1/namespaces/shop/deployments/web'), '1.33');
  expect(said).toEqual({
    level: 'RequestResponse',
    omitStages: ['RequestReceived'],
    omitManagedFields: true,
    matchedRule: 2,
    passedOver: [
      { rule: 0, selector: 'users', reason: "the request has 'alice@example.com'" },
      { rule: 1, selector: 'resources', reason: "the request has 'deployments' of the group 'apps', named 'web'" },
    ],
    because: [
      "verbs: the request has 'patch'",
      "resources: the request has 'deployments' of the group 'apps', named 'web'",
    ],
    stages: ['ResponseComplete'],
    requestBody: 'patch',
    responseBody: 'object-or-status',
    managedFields: false,
  });
});

test.each([
  {
    title: 'a secret',
    method: 'GET',
    url: '/api/v1/namespaces/shop/secrets/db',
    stages: ['ResponseComplete'],
    requestBody: 'none',
    responseBody: 'none',
    managedFields: false,
  },
  {
    title: 'a watch',
    method: 'GET',
    url: '/api/v1/pods?watch=1',
    stages: ['ResponseStarted', 'ResponseComplete'],
    requestBody: 'none',
    responseBody: 'none',
    managedFields: true,
  },
  {
    title: 'a session',
    method: 'POST',
    url: '/api/v1/namespaces/shop/pods/web/exec',
    stages: ['ResponseStarted', 'ResponseComplete'],
    requestBody: 'none',
    responseBody: 'none',
    managedFields: true,
  },
  {
    title: 'a deletion of a collection',
    method: 'DELETE',
    url: '/apis/apps/v1/namespaces/shop/deployments',
    stages: ['ResponseComplete'],
    requestBody: 'delete-options',
    responseBody: 'deleted-list',
    managedFields: false,
  },
  {
    title: 'a creation',
    method: 'POST',
    url: '/api/v1/namespaces/shop/pods',
    stages: ['ResponseComplete'],
    requestBody: 'object',
    responseBody: 'none',
    managedFields: true,
  },
  {
    title: 'a probe',
    method: 'GET',
    url: '/healthz',
    stages: [],
    requestBody: 'none',
    responseBody: 'none',
    managedFields: false,
  },
])(
  'says what the events of a request hold: $title',
  ({ method, url, stages, requestBody, responseBody, managedFields }) => {
    expect(explain(POLICY, request(method, url), '1.33')).toMatchObject({
      stages,
      requestBody,
      responseBody,
      managedFields,
    });
  },
);

test('a failed login is written when its answer begins, and at no other stage', () => {
  expect(explain(POLICY, request('GET', '/api/v1/pods', null), '1.33').stages).toEqual(['ResponseStarted']);
});

test('a request that no rule matches names what kept each out', () => {
  const policy: AuditPolicyModel = { rules: [{ level: 'Metadata', namespaces: ['shop'] }] };
  const said = explain(policy, request('GET', '/version'), '1.33');
  expect(said).toMatchObject({ level: 'None', matchedRule: -1, because: [] });
  expect(said.passedOver).toEqual([
    { rule: 0, selector: 'namespaces', reason: 'the request has a path that is no resource' },
  ]);
});

test.each(vectors('evaluate'))('agrees with the decision, and has a reason for each rule before it: $id', (row) => {
  const { passedOver, because, ...said } = explain(row.policy, row.attributes, '1.36');
  expect(said).toMatchObject(evaluate(row.policy, row.attributes, '1.36'));
  expect(passedOver.every(({ selector, reason }) => selector !== '' && reason !== '')).toBe(true);
  expect(passedOver).toHaveLength(said.matchedRule === -1 ? row.policy.rules.length : said.matchedRule);
  expect(because.every((reason) => reason.includes('the request has'))).toBe(true);
});
