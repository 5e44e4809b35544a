/** Host logins from journal files. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { HttpDestination } from '../../src/constructs/destinations/http';
import { outputOf } from '../support/outputs';
import { stopFluentds } from './support/fluentd';
import type { RunningFluentd } from './support/fluentd';
import { writeJournal } from './support/journal';
import type { JournalEntry } from './support/journal';
import { startReceiver } from './support/receiver';
import type { Receiver } from './support/receiver';
import { CLUSTER, NODE_NAME, makeStack } from './support/stack';
import type { TestStack } from './support/stack';
import { removeTemporaryFolders, temporaryFolder } from './support/temporary';
import { waitFor } from './support/wait';

let stack: TestStack;
let siem: Receiver;
let aggregator: RunningFluentd;

beforeEach(async () => {
  stack = await makeStack(temporaryFolder());
  siem = await startReceiver();
  aggregator = await startAggregator();
});

function startAggregator(): Promise<RunningFluentd> {
  return stack.startAggregator([outputOf(new HttpDestination({ endpoint: siem.url }))]);
}

afterEach(async () => {
  await stopFluentds();
  await siem.close();
});

afterAll(removeTemporaryFolders);

const START_US = Date.UTC(2026, 2, 1, 10) * 1000;

function entry(index: number, fields: JournalEntry['fields']): JournalEntry {
  const common = {
    _HOSTNAME: 'node-1',
    _MACHINE_ID: 'c0ffee00c0ffee00c0ffee00c0ffee00',
    _TRANSPORT: 'syslog',
    _UID: '0',
  };
  return { realtimeUs: START_US + index * 1_000_001, fields: { ...common, ...fields } };
}

const failed = (user: string | Buffer) =>
  Buffer.concat([
    Buffer.from('Failed password for '),
    Buffer.from(user),
    Buffer.from(' from 203.0.113.7 port 4242 ssh2'),
  ]);

test('logins arrive under the names of the journal, other programs do not, and each once over a restart', async () => {
  const persistent = path.join(stack.dir, 'journal');
  const volatile = path.join(stack.dir, 'run-journal');
  const sshd = { SYSLOG_IDENTIFIER: 'sshd', _COMM: 'sshd', _PID: '77', _EXE: '/usr/sbin/sshd' };
  writeJournal(persistent, 'system', [
    entry(0, { ...sshd, MESSAGE: failed('root').toString(), _SOURCE_REALTIME_TIMESTAMP: String(START_US - 5) }),
    entry(1, { SYSLOG_IDENTIFIER: 'cron', _COMM: 'cron', MESSAGE: 'not a login' }),
    entry(2, {
      SYSLOG_IDENTIFIER: 'sshd-session',
      _COMM: 'sshd-session',
      MESSAGE: failed(Buffer.from([0xff, 0x1b, 0x61])),
    }),
    entry(3, { SYSLOG_IDENTIFIER: 'other', _COMM: 'sudo', MESSAGE: 'a name that hides the program' }),
  ]);
  writeJournal(volatile, 'system', [
    entry(4, { SYSLOG_IDENTIFIER: 'su', MESSAGE: 'FAILED SU (to root) alice on pts/0' }),
  ]);
  const hostAuth = { kind: 'journal', directories: [persistent, volatile] } as const;
  const agent = await stack.startNodeAgent({ hostAuth });
  await waitFor('four logins', () => siem.records().length >= 4);
  // What is not acknowledged yet is sent once more by the next process.
  const buffer = path.join(stack.dir, 'node-agent', 'state', 'buffer', 'out_logins');
  await waitFor('the acknowledgement', () => fs.readdirSync(buffer).length === 0);
  await agent.stop();
  writeJournal(persistent, 'later', [
    entry(5, { ...sshd, MESSAGE: 'Accepted publickey for alice from 203.0.113.8 port 1 ssh2' }),
  ]);
  await stack.startNodeAgent({ hostAuth });
  await waitFor('the fifth', () => siem.records().length >= 5);

  const records = siem.records().sort((a, b) => String(a['@timestamp']).localeCompare(String(b['@timestamp'])));
  expect(records.map(({ MESSAGE }) => MESSAGE)).toEqual([
    'Failed password for root from 203.0.113.7 port 4242 ssh2',
    'Failed password for \ufffd\u001ba from 203.0.113.7 port 4242 ssh2',
    'a name that hides the program',
    'FAILED SU (to root) alice on pts/0',
    'Accepted publickey for alice from 203.0.113.8 port 1 ssh2',
  ]);
  expect(records[0]).toEqual({
    MESSAGE: 'Failed password for root from 203.0.113.7 port 4242 ssh2',
    SYSLOG_IDENTIFIER: 'sshd',
    _BOOT_ID: expect.any(String),
    _COMM: 'sshd',
    _EXE: '/usr/sbin/sshd',
    _HOSTNAME: 'node-1',
    _MACHINE_ID: 'c0ffee00c0ffee00c0ffee00c0ffee00',
    _PID: '77',
    _SOURCE_REALTIME_TIMESTAMP: String(START_US - 5),
    _TRANSPORT: 'syslog',
    _UID: '0',
    __REALTIME_TIMESTAMP: String(START_US),
    siem: { source: 'host-auth', cluster: CLUSTER, node: NODE_NAME },
    '@timestamp': '2026-03-01T10:00:00.000000Z',
  });
  expect(records[1]?.['__REALTIME_TIMESTAMP']).toBe(String(START_US + 2_000_002));
});

test('a node without one of the two journals is read all the same', async () => {
  const there = path.join(stack.dir, 'journal');
  writeJournal(there, 'system', [entry(0, { SYSLOG_IDENTIFIER: 'login', MESSAGE: 'FAILED LOGIN (1) on tty1' })]);
  await stack.startNodeAgent({ hostAuth: { kind: 'journal', directories: [path.join(stack.dir, 'none'), there] } });
  await waitFor('the login', () => siem.records().length > 0);
  expect(siem.records()).toMatchObject([{ MESSAGE: 'FAILED LOGIN (1) on tty1' }]);
});

test('the journal is read on after any time of a full buffer, without a loss and without a double', async () => {
  const there = path.join(stack.dir, 'journal');
  const count = 300;
  const message = (index: number): string => `Failed password for root from 203.0.113.7 port ${1000 + index} ssh2`;
  const entries = Array.from({ length: count }, (_, index) =>
    entry(index, { SYSLOG_IDENTIFIER: 'sshd', MESSAGE: message(index) }),
  );
  writeJournal(there, 'system', entries);
  await aggregator.stop();
  // The stock plugin pauses ever longer, some three minutes in all, and then ends; here a pause is a hundredth as long.
  const hasty = path.join(stack.dir, 'hasty.rb');
  fs.writeFileSync(hasty, 'module Kernel; alias slept sleep; def sleep(s = nil) = s ? slept(s / 100.0) : slept; end\n');
  const hostAuth = { kind: 'journal', directories: [there] } as const;
  const agent = await stack.startNodeAgent({ hostAuth, bufferBytes: 32_000 }, { RUBYOPT: `-r${hasty}` });
  await waitFor('a refusal', () => agent.log().includes('buffer by buffer overflow'));
  await new Promise((resolve) => setTimeout(resolve, 6000));
  expect(agent.log()).not.toContain('Timer detached');
  await startAggregator();
  await waitFor('all logins', () => siem.records().length >= count);
  expect(
    siem
      .records()
      .map(({ MESSAGE }) => MESSAGE)
      .sort(),
  ).toEqual(Array.from({ length: count }, (_, index) => message(index)).sort());
});
