import { alertIdOf, fingerprintOf } from '../../src/alert/fingerprint';
import type { Finding } from '../../src/engine';
import { auditFinding, findingOf } from '../support/findings';
import { ruleFrom } from '../support/rules';

const OBJECT = { group: 'apps', resource: 'deployments', namespace: 'shop', name: 'cart' };
const COUNTING = ruleFrom('counting', 'event.result == "failure" and event.failure_count > 5');

const change = auditFinding({ user: 'alice', source_ip: '203.0.113.7', cluster: 'prod', object: OBJECT });

function changed(fields: Parameters<typeof auditFinding>[0]): Finding {
  return auditFinding({ ...change.event.event, ...fields });
}

test.each<{ title: string; other: Finding; same: boolean }>([
  { title: 'at another time', other: auditFinding(change.event.event, { at: 99 }), same: true },
  { title: 'by another action', other: changed({ action: 'delete', id: 'other' }), same: true },
  { title: 'from another address', other: changed({ source_ip: '203.0.113.8' }), same: true },
  { title: 'on another subresource', other: changed({ object: { ...OBJECT, subresource: 'scale' } }), same: true },
  { title: 'by another user', other: changed({ user: 'mallory' }), same: false },
  { title: 'in another cluster', other: changed({ cluster: 'test' }), same: false },
  { title: 'on an object of another name', other: changed({ object: { ...OBJECT, name: 'till' } }), same: false },
  { title: 'in another namespace', other: changed({ object: { ...OBJECT, namespace: 'dev' } }), same: false },
  { title: 'of another group', other: changed({ object: { ...OBJECT, group: '' } }), same: false },
  { title: 'of another resource', other: changed({ object: { ...OBJECT, resource: 'replicasets' } }), same: false },
  {
    title: 'of another rule',
    other: auditFinding(change.event.event, {}, ruleFrom('another', 'event.user exists')),
    same: false,
  },
])('a change $title has the same fingerprint: $same', ({ other, same }) => {
  expect(fingerprintOf(other) === fingerprintOf(change)).toBe(same);
});

test('without a user, the source address is the actor', () => {
  const from = (source_ip: string): string => fingerprintOf(findingOf({ type: 'access', source_ip, object: OBJECT }));
  expect(from('203.0.113.7')).not.toBe(from('203.0.113.8'));
  expect(fingerprintOf(findingOf({ type: 'access', user: '203.0.113.7', object: OBJECT }))).not.toBe(
    from('203.0.113.7'),
  );
});

test.each<{ title: string; finding: (fields: object) => Finding }>([
  { title: 'at logins', finding: (fields) => findingOf({ source_ip: '203.0.113.7', ...fields }) },
  {
    title: 'in a rule that counts failures',
    finding: (fields) =>
      auditFinding({ type: 'authorization', result: 'failure', source_ip: '203.0.113.7', ...fields }, {}, COUNTING),
  },
])('$title, neither names nor objects that an attacker chooses make another alert', ({ finding }) => {
  const plain = fingerprintOf(finding({}));
  expect(fingerprintOf(finding({ user: 'a' }))).toBe(plain);
  expect(fingerprintOf(finding({ user: 'b', object: OBJECT }))).toBe(plain);
  expect(fingerprintOf(finding({ source_ip: '203.0.113.8' }))).not.toBe(plain);
});

test('a login without an address is told by rule and cluster alone', () => {
  const at = (cluster: string, user: string): string => fingerprintOf(findingOf({ cluster, user }));
  expect(at('prod', 'a')).toBe(at('prod', 'b'));
  expect(at('prod', 'a')).not.toBe(at('test', 'a'));
});

test('parts cannot be moved into each other', () => {
  const [a, b] = [changed({ object: { namespace: 'a', name: 'b' } }), changed({ object: { name: 'a' } })];
  expect(fingerprintOf(a)).not.toBe(fingerprintOf(b));
  expect(fingerprintOf(changed({ object: { resource: 'x","y' } }))).not.toBe(
    fingerprintOf(changed({ object: { resource: 'x', namespace: 'y' } })),
  );
});

test('an alert id is 128 bits, the same for the same finding, another for another event or time', () => {
  const id = alertIdOf('f', change);
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(alertIdOf('f', changed({}))).toBe(id);
  expect(alertIdOf('g', change)).not.toBe(id);
  expect(alertIdOf('f', changed({ id: 'other' }))).not.toBe(id);
  expect(alertIdOf('f', { ...change, timeUs: change.timeUs + 1 })).not.toBe(id);
});
