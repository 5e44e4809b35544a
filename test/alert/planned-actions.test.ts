import { planActions } from '../../src/alert/planned-actions';
import type { EventFields, JsonObject } from '../../src/contract/event';
import { auditFinding, findingOf } from '../support/findings';
import { ruleFrom } from '../support/rules';

const BLOCKING = ruleFrom('blocking', 'event.source exists', { action: 'block' });

function auditOf(user: JsonObject, code = 201): JsonObject {
  return { user, responseStatus: { code } };
}

test('a rule that only alerts plans nothing', () => {
  expect(planActions(auditFinding({}, { audit: auditOf({ username: 'mallory' }) }))).toEqual([]);
});

test('block names the user that the API server authenticated, and changes nothing', () => {
  const audit = auditOf({ username: 'mallory', groups: ['system:authenticated'] });
  expect(planActions(auditFinding({ user: 'mallory' }, { audit }, BLOCKING))).toEqual([
    {
      action: 'block',
      mode: 'dry-run',
      subject: { kind: 'username', value: 'mallory' },
      reason: 'the API server authenticated this user',
    },
  ]);
});

test('of an impersonation, block names who is behind it', () => {
  const audit = { ...auditOf({ username: 'mallory' }), impersonatedUser: { username: 'victim' } };
  const [plan] = planActions(auditFinding({ user: 'mallory', impersonated_user: 'victim' }, { audit }, BLOCKING));
  expect(plan?.subject).toEqual({ kind: 'username', value: 'mallory' });
  expect(plan?.reason).toContain('the bindings of this user must go');
});

test.each<{ title: string; fields?: Partial<EventFields>; audit?: JsonObject; reason: string }>([
  {
    title: 'an API request answered 401, whatever name it carries',
    audit: auditOf({ username: 'victim' }, 401),
    reason: 'no subject: the request has no user that the API server authenticated',
  },
  {
    title: 'a name that is marked as chosen by the client',
    fields: { user: 'victim', user_trust: 'client' },
    audit: auditOf({ username: 'victim' }),
    reason: 'no subject: the request has no user that the API server authenticated',
  },
  {
    title: 'a request without a user',
    audit: { responseStatus: { code: 403 } },
    reason: 'no subject: the request has no user that the API server authenticated',
  },
  {
    title: 'a name too long to be one',
    audit: auditOf({ username: 'x'.repeat(2_000) }),
    reason: 'no subject: the request has no user that the API server authenticated',
  },
  {
    title: 'a failed login on a host',
    fields: { source: 'host-auth', user: 'victim', user_trust: 'client' },
    reason: 'no subject: the API server does not vouch for names in this source',
  },
  {
    title: 'sudo on a host',
    fields: { source: 'host-auth', type: 'authorization', user: 'carol', user_trust: 'authenticated' },
    reason: 'no subject: the API server does not vouch for names in this source',
  },
  {
    title: 'an anonymous request',
    audit: auditOf({ username: 'system:anonymous', groups: ['system:unauthenticated'] }),
    reason: 'no subject: the request was anonymous and names nobody',
  },
  {
    title: 'an administrator with the master key',
    audit: auditOf({ username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] }),
    reason: 'no subject: members of system:masters are protected',
  },
  {
    title: 'a break-glass account',
    audit: auditOf({ username: 'alice', groups: ['siem:break-glass'] }),
    reason: 'no subject: members of siem:break-glass are protected',
  },
  {
    title: 'a node',
    audit: auditOf({ username: 'system:node:node-1', groups: ['system:nodes'] }),
    reason: 'no subject: members of system:nodes are protected',
  },
  {
    title: 'a part of the control plane',
    audit: auditOf({ username: 'system:kube-scheduler' }),
    reason: 'no subject: identities of the cluster are protected',
  },
  {
    title: 'a service account of the cluster',
    audit: auditOf({ username: 'system:serviceaccount:kube-system:replicaset-controller' }),
    reason: 'no subject: service accounts of kube-system are protected',
  },
  {
    title: 'a service account of ours',
    audit: auditOf({ username: 'system:serviceaccount:siem:default' }),
    reason: 'no subject: service accounts of siem are protected',
  },
])('block has no subject for $title', ({ fields = {}, audit, reason }) => {
  const finding = findingOf(
    { source: 'kubernetes-audit', type: 'authorization', ...fields },
    audit === undefined ? {} : { audit },
    BLOCKING,
  );
  expect(planActions(finding)).toEqual([{ action: 'block', mode: 'dry-run', reason }]);
});

test('block may name a service account of a workload', () => {
  const audit = auditOf({ username: 'system:serviceaccount:shop:cart' });
  const [plan] = planActions(auditFinding({}, { audit }, BLOCKING));
  expect(plan?.subject).toEqual({ kind: 'username', value: 'system:serviceaccount:shop:cart' });
});
