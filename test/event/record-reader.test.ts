import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Json, JsonObject, SecurityEvent } from '../../src/contract/event';
import { ACTIONS_BY_TYPE, EVENT_RESULTS, EVENT_TYPES } from '../../src/event/event-words';
import { RecordReader } from '../../src/event/record-reader';
import type { ReadResult } from '../../src/event/record-reader';
import { RECEIVED_US, auditEvent, eventOf, readOne } from './audit-events';

const SSHD = 'Mar 14 09:15:22 worker-1 sshd[21109]: Failed password for root from 198.51.100.23 port 40160 ssh2';
const CRON = 'Mar 14 09:00:01 worker-1 CRON[21010]: pam_unix(cron:session): session closed for user root';
const POD = { namespace_name: 'shop', pod_name: 'web-1', pod_id: 'u', container_name: 'web', restart_count: '0' };
const origin = (source: string): JsonObject => ({ source, cluster: 'prod-eu', node: 'worker-9' });

const read = (line: string, reader = new RecordReader()): ReadResult => reader.read(line, RECEIVED_US);

function eventsOf(result: ReadResult): SecurityEvent[] {
  return result.kind === 'events' ? result.events : [];
}

describe('a line', () => {
  test.each<{ title: string; line: string; result: object }>([
    { title: 'an audit event', line: JSON.stringify(auditEvent()), result: { kind: 'events' } },
    {
      title: 'an audit event with blanks around it',
      line: `  ${JSON.stringify(auditEvent())} \r\n`,
      result: { kind: 'events' },
    },
    {
      title: 'an audit event in a file that Fluentd wrote',
      line: `2026-03-14T09:00:00+00:00\tsiem.audit\t${JSON.stringify(auditEvent())}`,
      result: { kind: 'events' },
    },
    {
      title: 'half a record in a file that Fluentd wrote',
      line: '2026-03-14T09:00:00+00:00\tsiem.audit\t{"kind":',
      result: { kind: 'malformed', reason: 'not JSON' },
    },
    {
      title: 'tabs that no stamp begins',
      line: `now\tsiem.audit\t${JSON.stringify(auditEvent())}`,
      result: { kind: 'unknown' },
    },
    {
      title: 'an audit event whose kind was dropped',
      line: JSON.stringify({ ...auditEvent(), kind: undefined }),
      result: { kind: 'events' },
    },
    {
      title: 'an object of another kind',
      line: JSON.stringify({ ...auditEvent(), kind: 'Policy' }),
      result: { kind: 'unknown' },
    },
    { title: 'a line of sshd', line: SSHD, result: { kind: 'events' } },
    { title: 'a line of another program', line: CRON, result: { kind: 'ignored', reason: 'no-event' } },
    { title: 'nothing', line: ' \r', result: { kind: 'ignored', reason: 'no-event' } },
    {
      title: 'half an audit event',
      line: JSON.stringify(auditEvent()).slice(0, 300),
      result: { kind: 'malformed', reason: 'not JSON' },
    },
    { title: 'two events in one line', line: '{"a":1}{"b":2}', result: { kind: 'malformed', reason: 'not JSON' } },
    { title: 'words', line: 'hello there', result: { kind: 'unknown', reason: 'neither JSON nor a syslog line' } },
    { title: 'a list of numbers', line: '[1,2]', result: { kind: 'unknown', reason: 'not an object' } },
    { title: 'half a list', line: '[{"a":1}', result: { kind: 'unknown', reason: 'neither JSON nor a syslog line' } },
    { title: 'a list of audit events', line: JSON.stringify([auditEvent()]), result: { kind: 'events' } },
    { title: 'a wrapped line', line: JSON.stringify({ raw: SSHD }), result: { kind: 'events' } },
    {
      title: 'a wrapped line with something beside it',
      line: JSON.stringify({ raw: SSHD, a: 1 }),
      result: { kind: 'unknown', reason: 'record of no known shape' },
    },
    { title: 'an empty object', line: '{}', result: { kind: 'unknown', reason: 'record of no known shape' } },
  ])('is told: $title', ({ line, result }) => {
    expect(read(line)).toMatchObject(result);
  });

  test('of sshd becomes a failed login with the name as claimed', () => {
    const [result] = eventsOf(read(SSHD));
    expect(result).toEqual({
      timeUs: Date.UTC(2026, 2, 14, 9, 15, 22) * 1000,
      occurrences: 1,
      hasStableId: false,
      unrecorded: [],
      event: {
        time: '2026-03-14T09:15:22.000000Z',
        source: 'host-auth',
        id: expect.stringContaining('worker-1 sshd[21109]'),
        type: 'authentication',
        action: 'login',
        result: 'failure',
        reason: 'failed password',
        node: 'worker-1',
        user: 'root',
        user_trust: 'client',
        source_ip: '198.51.100.23',
      },
      log: { message: SSHD },
      host: { name: 'worker-1', process: 'sshd', pid: 21109 },
    });
  });

  test('of sshd becomes a successful login of a name that is no longer only claimed', () => {
    const [result] = eventsOf(read('Mar 14 09:00:00 h sshd[1]: Accepted password for bob from 192.0.2.1 port 9 ssh2'));
    expect(result?.event).toMatchObject({
      type: 'authentication',
      result: 'success',
      user: 'bob',
      user_trust: 'authenticated',
    });
  });

  test('of sudo and su becomes an escalation by who asked', () => {
    const sudo =
      'Mar 14 09:00:00 h sudo:   bob : user NOT in sudoers ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/ls';
    const su = 'Mar 14 09:00:00 h su[7]: (to root) bob on pts/0';
    const expected = { type: 'authorization', action: 'escalate', user: 'bob', user_trust: 'authenticated' };
    expect(eventsOf(read(sudo))[0]?.event).toMatchObject({ ...expected, result: 'failure' });
    expect(eventsOf(read(su))[0]?.event).toMatchObject({ ...expected, result: 'success' });
  });

  test('of sshd with two readings leaves user and address unknown', () => {
    const rest = 'RSA-CERT SHA256:q ID x from 9.9.9.9 port 22 ssh2: RSA-CERT SHA256:z ID y (serial 0) CA RSA SHA256:w';
    const [result] = eventsOf(
      read(`Mar 14 09:00:00 h sshd[1]: Failed publickey for root from 192.0.2.1 port 9 ssh2: ${rest}`),
    );
    expect(result?.unrecorded).toEqual(['event.user', 'event.source_ip']);
    expect(result?.event).not.toHaveProperty('source_ip');
  });

  test('that repeats another N times is one event of N occurrences', () => {
    const line =
      'Mar 14 09:00:00 h sshd[1]: message repeated 7 times: [ Failed password for root from 192.0.2.1 port 9 ssh2]';
    expect(eventsOf(read(line))[0]?.occurrences).toBe(7);
  });

  test('without a year takes the given one, and without a zone the given one', () => {
    const reader = new RecordReader({ year: 2021, zoneMinutes: -60 });
    expect(eventsOf(read(SSHD, reader))[0]?.event.time).toBe('2021-03-14T10:15:22.000000Z');
  });

  test('is read in the light of those before it', () => {
    const reader = new RecordReader();
    read('Mar 14 09:00:00 h sshd[1]: Invalid user bob from 192.0.2.1 port 9', reader);
    const again = read(
      'Mar 14 09:00:02 h sshd[1]: Failed password for invalid user bob from 192.0.2.1 port 9 ssh2',
      reader,
    );
    expect(again).toEqual({ kind: 'ignored', reason: 'no-event' });
  });

  test('of whose kind too many are pending makes the reader forget, and say so', () => {
    const reader = new RecordReader({ stateKeys: 1 });
    for (const port of [1, 2, 3])
      read(`Mar 14 09:00:00 h sshd[1]: Invalid user bob from 192.0.2.1 port ${port}`, reader);
    expect(reader.evictions).toBe(2);
  });
});

describe('a record of the collector', () => {
  test('with an audit event says the cluster and the node', () => {
    const { event } = eventOf({ ...auditEvent(), siem: origin('kubernetes-audit') });
    expect(event).toMatchObject({ source: 'kubernetes-audit', cluster: 'prod-eu', node: 'worker-9' });
  });

  test('that does not say its cluster has the one of the reader', () => {
    expect(eventOf(auditEvent(), { cluster: 'test' }).event.cluster).toBe('test');
    expect(eventOf({ ...auditEvent(), siem: origin('kubernetes-audit') }, { cluster: 'test' }).event.cluster).toBe(
      'prod-eu',
    );
  });

  test('with a line that its parser refused is malformed', () => {
    expect(readOne({ unmatched_line: '{"kind":"Ev', siem: origin('kubernetes-audit') })).toEqual({
      kind: 'malformed',
      reason: 'refused by the parser of the collector',
    });
  });

  test('with a line of a host is read as that line', () => {
    const record = { message: SSHD, siem: origin('host-auth') };
    const result = eventOf(record);
    expect(result.event).toMatchObject({ source: 'host-auth', cluster: 'prod-eu', node: 'worker-9', user: 'root' });
    expect(result.host).toMatchObject({ name: 'worker-1' });
    expect(result.log).toBe(record);
  });

  test('with an entry of the journal is read as its line', () => {
    const message = 'Failed password for root from 198.51.100.23 port 40160 ssh2';
    const entry = {
      MESSAGE: message,
      SYSLOG_IDENTIFIER: 'sshd',
      _COMM: 'sshd',
      _PID: '7',
      _HOSTNAME: 'w',
      __REALTIME_TIMESTAMP: '1773478801738197',
    };
    const result = eventOf({ ...entry, siem: origin('host-auth') });
    expect(result.event).toMatchObject({
      time: '2026-03-14T09:00:01.738197Z',
      type: 'authentication',
      result: 'failure',
      user: 'root',
    });
    expect(result.log).toMatchObject({ message, _PID: '7' });
    expect(result.host).toEqual({ name: 'w', process: 'sshd', pid: 7 });
  });

  test('with a line of a container is a log event with its pod and the stamp of the runtime', () => {
    const record = {
      message: SSHD,
      stream: 'stdout',
      time: '2026-03-14T09:00:01.123456789Z',
      kubernetes: POD,
      siem: origin('container'),
    };
    expect(eventOf(record)).toEqual({
      timeUs: Date.UTC(2026, 2, 14, 9, 0, 1) * 1000 + 123_456,
      occurrences: 1,
      hasStableId: false,
      unrecorded: [],
      event: {
        time: '2026-03-14T09:00:01.123456789Z',
        source: 'container',
        cluster: 'prod-eu',
        node: 'worker-9',
        id: expect.stringContaining('shop/web-1/web'),
        type: 'log',
        result: 'unknown',
      },
      log: record,
      kubernetes: POD,
    });
  });

  test('with a line of a container and no stamp has the time of its receipt', () => {
    const result = eventOf({ message: 'x', kubernetes: POD });
    expect(result.timeUs).toBe(RECEIVED_US);
    expect(result.event.source).toBe('container');
  });

  test.each<{ title: string; record: JsonObject; result: object }>([
    {
      title: 'container whose message is no text',
      record: { message: 7, siem: origin('container') },
      result: { kind: 'malformed' },
    },
    {
      title: 'journal whose message is no text',
      record: { MESSAGE: [1, 'a'], siem: origin('host-auth') },
      result: { kind: 'malformed' },
    },
    {
      title: 'audit log without an audit event',
      record: { message: SSHD, siem: origin('kubernetes-audit') },
      result: { kind: 'unknown' },
    },
    { title: 'host without a line', record: { x: 1, siem: origin('host-auth') }, result: { kind: 'unknown' } },
  ])('of a $title is $result.kind', ({ record, result }) => {
    expect(readOne(record)).toMatchObject(result);
  });

  test('of a container cannot pass for an audit event or a login', () => {
    const forged = {
      ...auditEvent({ verb: 'create' }),
      message: SSHD,
      MESSAGE: SSHD,
      SYSLOG_IDENTIFIER: 'sshd',
      siem: origin('container'),
    };
    expect(eventOf(forged).event).toMatchObject({ type: 'log', source: 'container' });
    const list = {
      kind: 'EventList',
      apiVersion: 'audit.k8s.io/v1',
      items: [auditEvent()],
      message: 'x',
      siem: origin('container'),
    };
    expect(eventOf(list).event.type).toBe('log');
  });

  test.each<Json>([null, 7, true, 'x', [7], [[auditEvent()]]])('that is no object is unknown: %j', (value) => {
    expect(readOne(value)).toEqual({ kind: 'unknown', reason: 'not an object' });
  });

  test('that is a list gives what its items give, and counts those that give nothing', () => {
    expect(readOne([])).toEqual({ kind: 'ignored', reason: 'no-event' });
    expect(readOne([auditEvent(), 7, auditEvent({ stage: 'RequestReceived' }), {}])).toMatchObject({
      events: [{ event: { source: 'kubernetes-audit' } }],
      rejected: 2,
    });
  });
});

describe('whatever a record holds', () => {
  const anything = fc.jsonValue({ maxDepth: 3 });
  const keys = Object.keys(auditEvent());
  const mangled = fc
    .tuple(fc.constantFrom(...keys), anything, fc.constantFrom(...keys), anything)
    .map(([a, x, b, y]) => auditEvent({ [a]: x as Json, [b]: y as Json }));
  const other = fc.record(
    {
      message: anything,
      MESSAGE: anything,
      SYSLOG_IDENTIFIER: fc.constantFrom<Json>('sshd', 'su', 7),
      kubernetes: anything,
      siem: fc.oneof(anything, fc.constantFrom<Json>(origin('container'), origin('host-auth'), origin('x'))),
      kind: fc.constantFrom<Json>('Event', 'EventList'),
      items: anything,
      time: anything,
      __REALTIME_TIMESTAMP: anything,
      _PID: anything,
    },
    { requiredKeys: [] },
  );

  /** What a rule and an alert rely on. */
  function expectSound(result: ReadResult): void {
    for (const each of eventsOf(result)) {
      expect(Number.isSafeInteger(each.timeUs)).toBe(true);
      expect(each.occurrences).toBeGreaterThan(0);
      expect(EVENT_TYPES).toContain(each.event.type);
      expect(EVENT_RESULTS).toContain(each.event.result);
      if (each.event.action !== undefined) expect(ACTIONS_BY_TYPE[each.event.type]).toContain(each.event.action);
      for (const key of ['id', 'time', 'user', 'reason', 'source_ip', 'user_agent', 'node'] as const) {
        expect(['string', 'undefined']).toContain(typeof each.event[key]);
      }
    }
    if (result.kind === 'malformed' || result.kind === 'unknown') expect(result.reason.length).toBeLessThan(80);
  }

  test('reading it never throws, and gives a sound event or a bounded reason', () => {
    const reader = new RecordReader({ trustedProxies: ['10.0.0.0/8'] });
    fc.assert(
      fc.property(fc.oneof(anything, mangled, other), (value) => {
        expectSound(reader.readValue(value as Json, RECEIVED_US));
        expectSound(reader.read(JSON.stringify(value), RECEIVED_US));
      }),
      { numRuns: 3000, seed: 4 },
    );
  });

  test('reading a line of any text never throws', () => {
    const reader = new RecordReader();
    const start = fc.constantFrom(
      '',
      '{',
      'Mar 14 09:15:22 h sshd[1]: ',
      '<34>1 2026-03-14T09:00:01Z h su 1 - - ',
      'Mar 14 09:15:22 h sudo: a : ',
    );
    fc.assert(
      fc.property(start, fc.string({ unit: 'binary', maxLength: 200 }), (head, text) => {
        expectSound(reader.read(head + text, RECEIVED_US));
      }),
      { numRuns: 3000, seed: 4 },
    );
  });

  test('a very deep record is read without running out of stack', () => {
    const deep = `${'{"requestObject":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
    const line = JSON.stringify(auditEvent({ verb: 'update' })).replace('{', `{"requestObject":${deep},`);
    expect(read(line).kind).toBe('events');
  });

  test('an event of 20 MB is read once through, not more', () => {
    const line = JSON.stringify(
      auditEvent({ userAgent: 'x'.repeat(20e6), requestURI: `/x?dryRun=${'&'.repeat(1e6)}` }),
    );
    expect(read(line).kind).toBe('events');
  });
});

describe('the sample logs', () => {
  const lines = (name: string): string[] =>
    readFileSync(join(__dirname, '../../examples/logs', name), 'utf8')
      .trimEnd()
      .split('\n');

  const summary = (name: string): Map<string, number> => {
    const reader = new RecordReader({ year: 2026 });
    const counts = new Map<string, number>();
    const count = (key: string, by = 1): void => void counts.set(key, (counts.get(key) ?? 0) + by);
    for (const line of lines(name)) {
      const result = reader.read(line, RECEIVED_US);
      if (result.kind !== 'events') count(`${result.kind}: ${result.reason}`);
      for (const { event, occurrences } of eventsOf(result)) {
        const who = event.type === 'authentication' ? (event.source_ip ?? '-') : (event.user ?? '-');
        if (event.type.startsWith('auth')) count(`${event.action} ${event.result} ${who}`, occurrences);
      }
    }
    return counts;
  };

  test('of the API server hold a burst of 401s and two escalations', () => {
    const counts = summary('audit-sample.jsonl');
    expect(Object.fromEntries(counts)).toMatchObject({
      'login failure 203.0.113.7': 8,
      'escalate success mallory@example.com': 1,
      'escalate success alice@example.com': 1,
      'impersonate failure mallory@example.com': 1,
      'ignored: stage': 2,
      'malformed: not JSON': 1,
    });
  });

  test('of a host hold one who guesses, and count each attempt once', () => {
    expect(Object.fromEntries(summary('auth-sample.log'))).toMatchObject({
      'login failure 198.51.100.23': 8,
      'login success 10.20.0.5': 1,
      'escalate success ops': 1,
      'escalate failure mallory': 2,
    });
  });
});

/** Set where public data sets lie on this machine; they are not part of the repository. */
const DATA = process.env['SIEM_AUDIT_DATA'];
const isDataThere = DATA !== undefined && existsSync(DATA);
if (!isDataThere) console.info('SIEM_AUDIT_DATA is not set: the public data sets are not read');

(isDataThere ? describe : describe.skip)('public data sets', () => {
  const records = (name: string): Json[] =>
    readFileSync(join(DATA ?? '', `${name}.jsonl`), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Json);

  const readAll = (name: string): ReadResult[] => {
    const reader = new RecordReader({ year: 2025 });
    return records(name).map((value) => {
      const raw = (value as JsonObject)['raw'];
      return typeof raw === 'string' ? reader.read(raw, RECEIVED_US) : reader.readValue(value, RECEIVED_US);
    });
  };

  test('of a quiet cluster give one event per request and stage with an outcome', () => {
    const results = readAll('microk8s-baseline');
    expect(results.filter((each) => each.kind === 'malformed' || each.kind === 'unknown')).toEqual([]);
    const events = results.flatMap(eventsOf);
    expect(new Set(events.map((each) => each.event.id)).size).toBe(1484);
    expect(events.length).toBe(1487);
    expect(events.filter((each) => each.event.type === 'authentication')).toEqual([]);
  });

  test('of two attacks give an exec and a change with its body', () => {
    const events = readAll('crowdsec-k8s-attack').flatMap(eventsOf);
    expect(events.map((each) => `${each.event.type}/${each.event.action ?? '-'}/${each.event.result}`)).toEqual([
      'exec/exec/success',
      'change/create/success',
    ]);
    expect(events.map((each) => each.unrecorded)).toEqual([[], []]);
  });

  test('of ssh guessing give every failure that the labels count, and no other', () => {
    const results = readAll('auth-ssh-bruteforce');
    const failuresFrom = (address: string, from: number, count: number): number =>
      results
        .slice(from - 1, from - 1 + count)
        .flatMap(eventsOf)
        .filter((each) => each.event.result === 'failure' && each.event.source_ip === address).length;
    expect(failuresFrom('35.188.49.176', 1, 6)).toBe(6);
    expect(failuresFrom('103.100.210.198', 7, 22)).toBe(22);
    expect(failuresFrom('10.0.0.101', 29, 15)).toBe(4);
    expect(
      results
        .slice(67)
        .flatMap(eventsOf)
        .map((each) => each.event.result),
    ).toEqual(Array(4).fill('success'));
    expect(results.filter((each) => each.kind === 'unknown' || each.kind === 'malformed')).toEqual([]);
  });

  test('of every other kind are read without throwing', () => {
    for (const name of ['panther-k8s-workload', 'panther-eks', 'gke-live', 'aks-diagnostics', 'cri-container-logs']) {
      expect(readAll(name).length).toBeGreaterThan(0);
    }
  });
});

test('a canary in what a destination kept is no event and no fault', () => {
  const siem = { source: 'container', cluster: 'prod-eu', node: 'node-1', canary: true };
  expect(new RecordReader().readValue({ siem, sent: '2026-01-15T10:00:00Z' }, 0)).toEqual({
    kind: 'ignored',
    reason: 'no-event',
  });
});
