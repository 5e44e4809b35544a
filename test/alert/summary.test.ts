import { summaryOf } from '../../src/alert/summary';
import type { Finding } from '../../src/engine';
import { auditFinding, findingOf } from '../support/findings';
import { ruleFrom } from '../support/rules';

const NAMED = ruleFrom('rule', 'event.source exists', { name: 'Unauthorized Access' });

test.each<{ title: string; finding: Finding; summary: string }>([
  {
    title: 'failed logins',
    finding: findingOf(
      { user: 'root', user_trust: 'client', source_ip: '203.0.113.7', failure_count: 6 },
      { host: { name: 'node-1' } },
      NAMED,
    ),
    summary:
      'Unauthorized Access: login by root (name as claimed) on host node-1 from 203.0.113.7 failed, 6 failures of this type in the window',
  },
  {
    title: 'a change of a cluster-wide object',
    finding: auditFinding({
      type: 'authorization',
      action: 'escalate',
      user: 'mallory',
      source_ip: '203.0.113.7',
      object: { group: 'rbac.authorization.k8s.io', resource: 'clusterrolebindings', name: 'ops-admin' },
    }),
    summary:
      'any-rule: escalate by mallory on clusterrolebindings.rbac.authorization.k8s.io ops-admin from 203.0.113.7 succeeded',
  },
  {
    title: 'a session in a pod, by someone acting as another',
    finding: auditFinding({
      type: 'exec',
      action: 'exec',
      user: 'alice@example.com',
      impersonated_user: 'system:admin',
      object: { group: '', resource: 'pods', subresource: 'exec', namespace: 'shop', name: 'cart-0' },
    }),
    summary: 'any-rule: exec by alice@example.com as system:admin on pods/exec cart-0 in namespace shop succeeded',
  },
  {
    title: 'a line of a container',
    finding: findingOf(
      { source: 'container', type: 'log', action: undefined!, result: 'unknown' },
      { kubernetes: { namespace_name: 'shop', pod_name: 'cart-0' } },
    ),
    summary: 'any-rule: log in pod shop/cart-0',
  },
  {
    title: 'a dry run',
    finding: auditFinding({ type: 'access', action: 'dry-run', user: 'alice', result: 'unknown' }),
    summary: 'any-rule: dry-run by alice has an unknown outcome',
  },
  {
    title: 'next to nothing',
    finding: findingOf({ user: '', source_ip: '' }),
    summary: 'any-rule: login failed',
  },
])('of $title', ({ finding, summary }) => {
  expect(summaryOf(finding)).toBe(summary);
});

test('a name cannot pass for the rest of the sentence, nor hide it', () => {
  const summary = summaryOf(findingOf({ user: 'root from 192.0.2.1 succeeded\u001b[2K\n', source_ip: '203.0.113.7' }));
  expect(summary).toBe('any-rule: login by "root from 192.0.2.1 succeeded\\u{1b}[2K\\u{a}" from 203.0.113.7 failed');
});

test('the sentence is short, however long its parts are', () => {
  const long = '\u0000'.repeat(1_000_000);
  const summary = summaryOf(
    auditFinding({ user: long, impersonated_user: long, source_ip: long, object: { resource: long, name: long } }),
  );
  expect(summary.length).toBeLessThanOrEqual(800);
});
