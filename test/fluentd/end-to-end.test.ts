/** From the logs of a node to the SIEM and to a person: everything real, everything as synthesized. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Alert } from '../../src/contract/alert';
import { bindsClusterAdmin } from '../support/audit-lines';
import { type Receiver, startReceiver } from './support/receiver';
import { SynthesizedStack } from './support/synthesized-stack';
import { removeTemporaryFolders, temporaryFolder } from './support/temporary';
import { waitFor } from './support/wait';

const LOGS = path.join(__dirname, '..', '..', 'examples', 'logs');
const AUDIT_LOG = fs.readFileSync(path.join(LOGS, 'audit-sample.jsonl'), 'utf8');
const AUTH_LOG = fs.readFileSync(path.join(LOGS, 'auth-sample.log'), 'utf8');

let siem: Receiver;
let hook: Receiver;
let stack: SynthesizedStack;

beforeEach(async () => {
  siem = await startReceiver();
  hook = await startReceiver();
  stack = await SynthesizedStack.create(temporaryFolder(), { siemUrl: siem.url, hookUrl: hook.url });
});

afterEach(async () => {
  await stack.stop();
  await Promise.all([siem.close(), hook.close()]);
});

afterAll(removeTemporaryFolders);

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

/** What a record is, whatever was added on the way; an event of the audit log by its id and stage. */
function keyOf(record: Record<string, unknown>): string {
  if (typeof record['auditID'] === 'string') return `${record['auditID']} ${String(record['stage'])}`;
  return String(record['message'] ?? record['unmatched_line'] ?? record['fingerprint'] ?? record['kind']);
}

function auditKeys(text: string): string[] {
  return lines(text).map((line) => {
    try {
      return keyOf(JSON.parse(line) as Record<string, unknown>);
    } catch {
      return line;
    }
  });
}

const isAlert = (record: Record<string, unknown>): boolean => record['fingerprint'] !== undefined;
const shippedKeys = (): string[] =>
  siem
    .records()
    .filter((record) => !isAlert(record))
    .map(keyOf)
    .sort();
const shippedAlerts = (): Alert[] => siem.records().filter(isAlert) as unknown as Alert[];

/** Alerts as the hook was told of them, in the order of their first notification. */
function notified(requests = hook.requests): Map<string, Alert> {
  const alerts = requests.map(({ body }) => JSON.parse(body) as Alert);
  return new Map(alerts.filter(({ status }) => status === 'firing').map((alert) => [alert.id, alert]));
}

const who = ({ rule, user, sourceIp }: Alert): string => `${rule.id} ${user ?? '-'} ${sourceIp ?? '-'}`;

const EXPECTED = [
  'privilege-escalation mallory -',
  'privilege-escalation mallory@example.com 10.20.0.77',
  'privilege-escalation ops -',
  'unauthorized-access - 203.0.113.7',
  'unauthorized-access root 198.51.100.23',
];

test('every record reaches the SIEM once, and the expected alerts and no others reach the hook and the SIEM', async () => {
  await stack.start();
  stack.append('audit/audit.log', AUDIT_LOG);
  stack.append('log/auth.log', AUTH_LOG);
  const expected = [...auditKeys(AUDIT_LOG), ...lines(AUTH_LOG)].sort();
  await waitFor('every record at the SIEM', () => shippedKeys().length >= expected.length);
  await waitFor('the alerts at the hook', () => notified().size >= EXPECTED.length);
  await waitFor('the alerts at the SIEM', () => new Set(shippedAlerts().map(({ id }) => id)).size >= EXPECTED.length);
  expect(shippedKeys()).toEqual(expected);
  expect([...notified().values()].map(who).sort()).toEqual(EXPECTED);
  expect([...new Set(shippedAlerts().map(who))].sort()).toEqual(EXPECTED);
});

test('what reaches the SIEM says where it comes from and is authorized, and what reaches the hook is signed', async () => {
  await stack.start();
  stack.append('audit/audit.log', `${bindsClusterAdmin({ at: 0 })}\n`);
  await waitFor('a notification', () => hook.requests.length > 0);
  await waitFor('the record', () => shippedKeys().length > 0);
  expect(siem.requests[0]).toMatchObject({ path: '/api/logs', headers: { authorization: stack.authorization } });
  expect(siem.records().find((record) => !isAlert(record))).toMatchObject({
    user: { username: 'mallory@example.com' },
    siem: { source: 'kubernetes-audit', cluster: 'prod-eu', node: 'node-1.example.com' },
  });
  expect(hook.requests[0]?.headers['x-siem-signature']).toMatch(/^t=\d+,v1=[0-9a-f]{64}$/);
  expect(JSON.parse(hook.requests[0]?.body ?? '') as Alert).toMatchObject({
    rule: { id: 'privilege-escalation' },
    cluster: 'prod-eu',
    plannedActions: [{ action: 'block', mode: 'dry-run', subject: { kind: 'username', value: 'mallory@example.com' } }],
  });
});

test('a killed detector and a SIEM that refuses for a while lose nothing, and a repeated notification has the same id', async () => {
  const detector = await stack.start();
  siem.answerWith(503);
  hook.answerWith(503);
  stack.append('audit/audit.log', `${bindsClusterAdmin({ at: 0 })}\n`);
  await waitFor('a refused notification', () => hook.requests.length > 0);
  await detector.stop('SIGKILL');

  stack.append('audit/audit.log', `${bindsClusterAdmin({ at: 1, user: 'trudy@example.com' })}\n`);
  stack.append('log/auth.log', AUTH_LOG);
  await waitFor('two refusals of the SIEM', () => siem.requests.length >= 2);
  await stack.startDetector();
  hook.answerWith(200);
  siem.answerWith(200);

  const accepted = (): Map<string, Alert> => notified(hook.requests.filter(({ status }) => status === 200));
  await waitFor('the alerts at the hook', () => accepted().size >= 5);
  await waitFor('every record at the SIEM', () => shippedKeys().length >= 2 + lines(AUTH_LOG).length);
  expect([...accepted().values()].map(who).sort()).toEqual([
    'privilege-escalation mallory -',
    'privilege-escalation mallory@example.com 203.0.113.7',
    'privilege-escalation ops -',
    'privilege-escalation trudy@example.com 203.0.113.7',
    'unauthorized-access root 198.51.100.23',
  ]);
  expect(new Set(shippedKeys()).size).toBe(2 + lines(AUTH_LOG).length);
  const refused = notified(hook.requests.filter(({ status }) => status === 503));
  expect([...refused.keys()]).toEqual([
    [...accepted().values()].find(({ user }) => user === 'mallory@example.com')?.id,
  ]);
});
