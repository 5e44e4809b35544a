import fc from 'fast-check';
import { AlertBook, type AlertChange } from '../../src/alert/alert-book';
import type { Alert } from '../../src/contract/alert';
import type { JsonObject } from '../../src/contract/event';
import type { Finding } from '../../src/engine';
import { SECOND_US, START_US } from '../support/events';
import { auditFinding, findingOf } from '../support/findings';
import { ruleFrom } from '../support/rules';

function bookOf(stateKeys = 1_000): AlertBook {
  return new AlertBook({ resolveAfterSeconds: 600, stateKeys });
}

/** A finding by a user; each user has alerts of their own. */
function findingBy(user: string, at: number): Finding {
  return auditFinding({ user, id: `${user}-${at}` }, { at });
}

function kinds(book: AlertBook, findings: readonly Finding[]): string[] {
  return findings.map((finding) => book.record(finding).kind);
}

function secondsUs(seconds: number): number {
  return START_US + seconds * SECOND_US;
}

test('the first finding opens an alert that says everything', () => {
  const rule = ruleFrom('escalation', 'event.source exists', {
    name: 'Privilege Escalation',
    description: 'Someone gave themselves rights.',
    severity: 'high',
    action: 'block',
  });
  const record = { user: { username: 'mallory' }, responseStatus: { code: 201 } };
  const finding = auditFinding(
    { user: 'mallory', source_ip: '203.0.113.7', cluster: 'prod', action: 'escalate' },
    { audit: record },
    rule,
  );
  const change = bookOf().record(finding, record);
  expect(change.kind).toBe('opened');
  const { id, fingerprint, ...alert } = change.alert;
  expect([id, fingerprint]).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), expect.stringMatching(/^[0-9a-f]{32}$/)]);
  expect(alert).toEqual({
    status: 'firing',
    rule: { id: 'escalation', name: 'Privilege Escalation', description: 'Someone gave themselves rights.' },
    severity: 'high',
    action: 'block',
    plannedActions: [
      {
        action: 'block',
        mode: 'dry-run',
        subject: { kind: 'username', value: 'mallory' },
        reason: 'the API server authenticated this user',
      },
    ],
    cluster: 'prod',
    user: 'mallory',
    sourceIp: '203.0.113.7',
    count: 1,
    firstTime: '2026-01-05T10:00:00.000000Z',
    lastTime: '2026-01-05T10:00:00.000000Z',
    summary: 'Privilege Escalation: escalate by mallory from 203.0.113.7 succeeded',
    samples: [{ event: finding.event.event, record }],
  });
});

test('findings that follow join: same id, count and last time move on', () => {
  const book = bookOf();
  const opened = book.record(findingBy('alice', 0)).alert;
  const joined = [1, 2, 599].map((at) => book.record(findingBy('alice', at)));
  expect(joined.map(({ kind, alert }) => [kind, alert.id, alert.count, alert.lastTime])).toEqual([
    ['joined', opened.id, 2, '2026-01-05T10:00:01.000000Z'],
    ['joined', opened.id, 3, '2026-01-05T10:00:02.000000Z'],
    ['joined', opened.id, 4, '2026-01-05T10:09:59.000000Z'],
  ]);
  expect(opened.count).toBe(1);
});

test('a late finding joins and moves the first time', () => {
  const book = bookOf();
  const opened = book.record(findingBy('alice', 100)).alert;
  const { kind, alert } = book.record(findingBy('alice', 0));
  expect(kind).toBe('joined');
  expect(alert).toMatchObject({ id: opened.id, count: 2, firstTime: '2026-01-05T10:00:00.000000Z' });
  expect(alert.lastTime).toBe(opened.lastTime);
});

test.each([
  { title: 'exactly ten minutes after the last one joins', at: 600, kind: 'joined' },
  { title: 'later than that opens another', at: 600.000001, kind: 'opened' },
  { title: 'exactly ten minutes before the first one joins', at: -600, kind: 'joined' },
  { title: 'earlier than that opens another', at: -600.000001, kind: 'opened' },
])('a finding $title', ({ at, kind }) => {
  const book = bookOf();
  book.record(findingBy('alice', 0));
  expect(book.record(findingBy('alice', at)).kind).toBe(kind);
  expect(book.open()).toHaveLength(kind === 'opened' ? 2 : 1);
});

test('an alert is resolved when nothing could join it any more, once', () => {
  const book = bookOf();
  kinds(book, [findingBy('alice', 0), findingBy('alice', 50), findingBy('bob', 10)]);
  expect(book.expire(secondsUs(610))).toEqual([]);
  expect(book.expire(secondsUs(610) + 1)).toMatchObject([{ user: 'bob', status: 'resolved', count: 1 }]);
  expect(book.expire(secondsUs(650) + 1)).toMatchObject([{ user: 'alice', status: 'resolved', count: 2 }]);
  expect(book.expire(secondsUs(9_999))).toEqual([]);
  expect(book.open()).toEqual([]);
});

test('after it is resolved, the same fingerprint opens an alert with another id', () => {
  const book = bookOf();
  const first = book.record(findingBy('alice', 0)).alert;
  book.expire(secondsUs(700));
  const second = book.record(findingBy('alice', 701));
  expect(second.kind).toBe('opened');
  expect(second.alert.fingerprint).toBe(first.fingerprint);
  expect(second.alert.id).not.toBe(first.id);
});

test('the same finding opens an alert with the same id in another run', () => {
  const [a, b] = [bookOf().record(findingBy('alice', 0)), bookOf().record(findingBy('alice', 0))];
  expect(a).toEqual(b);
});

test('an alert of an earlier run is joined, not opened again', () => {
  const earlier = bookOf();
  kinds(earlier, [findingBy('alice', 0), findingBy('alice', 5)]);
  const stored = earlier.open().map((alert) => JSON.parse(JSON.stringify(alert)) as Alert);
  const later = bookOf();
  for (const alert of [...stored, ...stored]) later.restore(alert);
  expect(later.open()).toEqual(stored);
  const { kind, alert } = later.record(findingBy('alice', 300));
  expect(kind).toBe('joined');
  expect(alert).toEqual({
    ...stored[0],
    count: 3,
    lastTime: '2026-01-05T10:05:00.000000Z',
    samples: [...stored[0]!.samples, { event: findingBy('alice', 300).event.event }],
  });
  expect(later.expire(secondsUs(901))).toMatchObject([{ id: stored[0]!.id, status: 'resolved', count: 3 }]);
});

test('what is resolved or has no times is not restored', () => {
  const { alert } = bookOf().record(findingBy('alice', 0));
  const book = bookOf();
  book.restore({ ...alert, status: 'resolved' });
  book.restore({ ...alert, firstTime: 'yesterday' });
  expect(book.open()).toEqual([]);
});

test('an alert keeps five samples at most, the first ones', () => {
  const book = bookOf();
  const changes = [0, 1, 2, 3, 4, 5, 6].map((at) => book.record(findingBy('alice', at), { at }));
  expect(changes.at(-1)?.alert.samples.map(({ record }) => record)).toEqual([0, 1, 2, 3, 4].map((at) => ({ at })));
});

test('the samples of all alerts are bounded: beyond it they come without their record', () => {
  const book = bookOf(10_000);
  const record: JsonObject = { requestObject: 'x'.repeat(15_000) };
  const samples = Array.from(
    { length: 3_000 },
    (_, i) => book.record(findingBy(`user-${i}`, 0), record).alert.samples[0],
  );
  expect(samples[0]?.record).toEqual(record);
  expect(samples.at(-1)?.record).toEqual({ omitted: 'a record of 15015 characters' });
  expect(JSON.stringify(book.open()).length).toBeLessThan(36 * 1024 * 1024);
  book.expire(secondsUs(1_000));
  expect(book.record(findingBy('user-0', 2_000), record).alert.samples[0]?.record).toEqual(record);
});

test('open alerts are bounded: one more ends the one without a finding for the longest time', () => {
  const book = bookOf(2);
  kinds(book, [findingBy('alice', 0), findingBy('bob', 1), findingBy('alice', 2)]);
  const { kind, evicted } = book.record(findingBy('carol', 3));
  expect(kind).toBe('opened');
  expect(evicted).toMatchObject({ user: 'bob', status: 'resolved', count: 1 });
  expect(book.open().map(({ user }) => user)).toEqual(['alice', 'carol']);
  expect(book.evictions).toBe(1);
  expect(book.record(findingBy('bob', 4)).kind).toBe('opened');
});

test('ending alerts early over and over leaves nothing behind', () => {
  const book = bookOf(5);
  for (let n = 0; n < 5_000; n += 1) book.record(findingBy(`user-${n}`, n / 1_000));
  expect(book.evictions).toBe(4_995);
  expect(book.open()).toHaveLength(5);
  expect(book.expire(secondsUs(10_000))).toHaveLength(5);
});

test('failed logins from one address are one alert, however many names they try', () => {
  const book = bookOf();
  const findings = Array.from({ length: 50 }, (_, at) =>
    findingOf({ user: `u-${at}`, source_ip: '203.0.113.7' }, { at }),
  );
  expect(kinds(book, findings).filter((kind) => kind === 'opened')).toHaveLength(1);
  expect(book.open()).toMatchObject([{ count: 50, user: 'u-0', sourceIp: '203.0.113.7' }]);
});

interface Group {
  readonly user: string;
  firstUs: number;
  lastUs: number;
  count: number;
}

/** What an alert book promises, with a list and no bounds. */
function naiveGroups(findings: readonly { user: string; at: number }[]): Group[] {
  const groups: Group[] = [];
  for (const { user, at } of findings) {
    const timeUs = secondsUs(at);
    const distance = ({ firstUs, lastUs }: Group): number => Math.max(firstUs - timeUs, timeUs - lastUs, 0);
    const [group] = groups
      .filter((each) => each.user === user && distance(each) <= 600 * SECOND_US)
      .sort((a, b) => distance(a) - distance(b) || a.firstUs - b.firstUs);
    if (group === undefined) groups.push({ user, firstUs: timeUs, lastUs: timeUs, count: 1 });
    else {
      group.firstUs = Math.min(group.firstUs, timeUs);
      group.lastUs = Math.max(group.lastUs, timeUs);
      group.count += 1;
    }
  }
  return groups;
}

const anyFinding = fc.record({ user: fc.constantFrom('alice', 'bob'), at: fc.integer({ min: 0, max: 6_000 }) });

function summaries(alerts: readonly Alert[]): string[] {
  return alerts.map(({ user, firstTime, lastTime, count }) => `${user ?? ''} ${firstTime} ${lastTime} ${count}`).sort();
}

function naiveSummaries(findings: readonly { user: string; at: number }[]): string[] {
  const time = (us: number): string => new Date(us / 1_000).toISOString().replace('Z', '000Z');
  return naiveGroups(findings)
    .map(({ user, firstUs, lastUs, count }) => `${user} ${time(firstUs)} ${time(lastUs)} ${count}`)
    .sort();
}

test('in any order, findings are grouped as by a list', () => {
  fc.assert(
    fc.property(fc.array(anyFinding, { maxLength: 60 }), (findings) => {
      const book = bookOf();
      kinds(
        book,
        findings.map(({ user, at }) => findingBy(user, at)),
      );
      expect(summaries(book.open())).toEqual(naiveSummaries(findings));
    }),
    { seed: 47, numRuns: 300 },
  );
});

test('in order, it does not matter when alerts are expired', () => {
  fc.assert(
    fc.property(fc.array(anyFinding, { maxLength: 60 }), (unordered) => {
      const findings = [...unordered].sort((a, b) => a.at - b.at);
      const book = bookOf();
      const ended: Alert[] = [];
      for (const { user, at } of findings) {
        ended.push(...book.expire(secondsUs(at)));
        book.record(findingBy(user, at));
      }
      const left = book.open();
      expect(book.expire(secondsUs(99_999)).map(({ id }) => id)).toEqual(left.map(({ id }) => id));
      expect(summaries([...ended, ...left])).toEqual(naiveSummaries(findings));
      expect(ended.every(({ status }) => status === 'resolved')).toBe(true);
    }),
    { seed: 53, numRuns: 300 },
  );
});

test('the same findings make the same alerts', () => {
  fc.assert(
    fc.property(fc.array(anyFinding, { maxLength: 40 }), (findings) => {
      const run = (): AlertChange[] => {
        const book = bookOf(3);
        return findings.map(({ user, at }) => book.record(findingBy(user, at), { at }));
      };
      expect(run()).toEqual(run());
    }),
    { seed: 59, numRuns: 50 },
  );
});
