import fc from 'fast-check';
import type { EventFields, JsonObject, SecurityEvent } from '../../src/contract/event';
import { Engine, type EngineOptions } from '../../src/engine';
import { type CheckedRule, loadRules } from '../../src/rule';
import { type EventSpec, eventOf, SECOND_US, START_US } from '../support/events';
import { GUIDE_RULES } from '../support/guide-rules';
import { ruleFrom, ruleSetOf } from '../support/rules';

const ADDRESS = '203.0.113.7';

const { ruleSet: ORIGINAL, diagnostics } = loadRules(
  [{ path: 'rules/threat-detection-rules.yaml', text: GUIDE_RULES }],
  {
    lists: { authorized_users: ['alice@example.com', 'bob@example.com'] },
  },
);

test('the original rules load as they stand', () => {
  expect(diagnostics).toEqual([]);
});

function engineOf(rules: readonly CheckedRule[], options?: EngineOptions): Engine {
  return Engine.of(ruleSetOf(rules), options);
}

/** Which events the engine finds something in, as `index: rule`. */
function found(engine: Engine, events: readonly SecurityEvent[]): string[] {
  return events.flatMap((event, i) => engine.process(event).map(({ ruleId }) => `${i}: ${ruleId}`));
}

function loginFailures(count: number, fields: (i: number) => Partial<EventFields>, secondsApart = 1): SecurityEvent[] {
  return Array.from({ length: count }, (_, i) => eventOf(fields(i), { at: i * secondsApart }));
}

function auditEvent(fields: Partial<EventFields>, spec: EventSpec = {}): SecurityEvent {
  return eventOf({ source: 'kubernetes-audit', result: 'success', ...fields }, { hasStableId: true, ...spec });
}

describe('the first rule of the original guide', () => {
  test('five failures stay quiet, the sixth fires, and so does every one after it', () => {
    const events = loginFailures(8, () => ({ user: 'root', source_ip: ADDRESS }));
    expect(found(Engine.of(ORIGINAL), events)).toEqual([5, 6, 7].map((i) => `${i}: unauthorized-access`));
  });

  test('the finding carries the event as the rule read it', () => {
    const engine = Engine.of(ORIGINAL);
    const events = loginFailures(6, () => ({ user: 'root', source_ip: ADDRESS }));
    const [finding] = events.flatMap((event) => engine.process(event));
    expect(finding?.event.event.failure_count).toBe(6);
    expect(finding?.rule).toMatchObject({ name: 'Unauthorized Access', action: 'alert' });
    expect(finding?.timeUs).toBe(START_US + 5 * SECOND_US);
    expect(events[5]?.event.failure_count).toBeUndefined();
  });

  test.each<{ title: string; events: SecurityEvent[]; expected: string[] }>([
    {
      title: 'spraying many users from one address fires',
      events: loginFailures(6, (i) => ({ user: `user-${i}`, source_ip: ADDRESS })),
      expected: ['5: unauthorized-access'],
    },
    {
      title: 'guessing one user from many addresses fires',
      events: loginFailures(6, (i) => ({ user: 'root', source_ip: `198.51.100.${i}` })),
      expected: ['5: unauthorized-access'],
    },
    {
      title: 'many users from many addresses stay quiet',
      events: loginFailures(20, (i) => ({ user: `user-${i}`, source_ip: `198.51.100.${i}` })),
      expected: [],
    },
    {
      title: 'the first of six exactly 300 seconds ago still counts',
      events: loginFailures(6, () => ({ user: 'root' }), 60),
      expected: ['5: unauthorized-access'],
    },
    {
      title: 'the first of six 300 seconds and a microsecond ago does not',
      events: [
        ...loginFailures(5, () => ({ user: 'root' }), 60),
        eventOf({ user: 'root' }, { timeUs: START_US + 300 * SECOND_US + 1 }),
      ],
      expected: [],
    },
    {
      title: 'a message repeated five times after one failure fires',
      events: [eventOf({ user: 'root' }), eventOf({ user: 'root' }, { at: 1, occurrences: 5 })],
      expected: ['1: unauthorized-access'],
    },
    {
      title: 'failures that come in any order fire at the one whose own window holds six',
      events: [50, 10, 40, 20, 30, 60, 5].map((at) => eventOf({ user: 'root' }, { at })),
      expected: ['5: unauthorized-access'],
    },
    {
      title: 'a success after many failures is no failure',
      events: [
        ...loginFailures(5, () => ({ user: 'root' })),
        eventOf({ user: 'root', result: 'success' }, { at: 6 }),
        eventOf({ user: 'root' }, { at: 7 }),
      ],
      expected: ['6: unauthorized-access'],
    },
    {
      title: 'failures of another type do not count',
      events: [
        ...loginFailures(5, () => ({ user: 'root', type: 'authorization', action: 'deny' })),
        eventOf({ user: 'root' }, { at: 6 }),
      ],
      expected: [],
    },
  ])('$title', ({ events, expected }) => {
    expect(found(Engine.of(ORIGINAL), events)).toEqual(expected);
  });

  test('a refused request that is delivered again does not count again', () => {
    const refused = (n: number): SecurityEvent =>
      auditEvent({ id: `request-${n}`, result: 'failure', source_ip: ADDRESS }, { at: n });
    const engine = Engine.of(ORIGINAL);
    const twice = [0, 1, 2, 3, 4].flatMap((n) => [refused(n), refused(n)]);
    expect(found(engine, twice)).toEqual([]);
    expect(found(engine, [refused(5), refused(5)])).toEqual(['0: unauthorized-access']);
    expect(engine.counters()).toMatchObject({ events: 12, duplicates: 6, findings: 1 });
  });

  test('lines that look alike are attempts of their own', () => {
    const line = eventOf({ user: 'root', source_ip: ADDRESS, id: 'same' });
    expect(
      found(
        Engine.of(ORIGINAL),
        Array.from({ length: 6 }, () => line),
      ),
    ).toEqual(['5: unauthorized-access']);
  });
});

describe('the second rule of the original guide', () => {
  const escalation = (fields: Partial<EventFields>, spec: EventSpec = {}): SecurityEvent =>
    auditEvent({ type: 'authorization', action: 'escalate', user: 'mallory', ...fields }, spec);

  test.each<{ title: string; event: SecurityEvent; fires: boolean }>([
    { title: 'a user who is not in the list fires', event: escalation({}), fires: true },
    { title: 'a failed attempt fires too', event: escalation({ result: 'failure' }), fires: true },
    { title: 'a user who is in the list stays quiet', event: escalation({ user: 'alice@example.com' }), fires: false },
    { title: 'a name in other letters is another name', event: escalation({ user: 'Alice@example.com' }), fires: true },
    { title: 'another action stays quiet', event: escalation({ action: 'grant' }), fires: false },
    {
      title: 'sudo on a host fires',
      event: eventOf({ type: 'authorization', action: 'escalate', user: 'carol', result: 'success' }),
      fires: true,
    },
    {
      title: 'an unrecorded action stays quiet',
      event: escalation({ action: 'unused' }, { unrecorded: ['event.action'] }),
      fires: false,
    },
  ])('$title', ({ event, fires }) => {
    expect(found(Engine.of(ORIGINAL), [event])).toEqual(fires ? ['0: privilege-escalation'] : []);
  });

  test('an event without a user is not in the list', () => {
    const event = eventOf({ type: 'authorization', action: 'escalate', result: 'success' });
    expect(found(Engine.of(ORIGINAL), [event])).toEqual(['0: privilege-escalation']);
  });

  test('an unrecorded action is counted for the rule and the field', () => {
    const engine = Engine.of(ORIGINAL);
    found(engine, [
      escalation({ id: 'a' }, { unrecorded: ['event.action'] }),
      escalation({ id: 'b' }, { unrecorded: ['event.action'] }),
      escalation({ id: 'c', user: 'alice@example.com' }, { unrecorded: ['event.action'] }),
      auditEvent({ id: 'd', type: 'access' }, { unrecorded: ['event.action'] }),
    ]);
    expect(engine.counters().unknown).toEqual([{ ruleId: 'privilege-escalation', field: 'event.action', count: 2 }]);
  });

  test('the stages of a request count as one', () => {
    const engine = Engine.of(ORIGINAL);
    const stages = ['ResponseStarted', 'ResponseComplete'].map((stage) =>
      escalation({ id: 'r' }, { audit: { stage } }),
    );
    expect(found(engine, stages)).toEqual(['0: privilege-escalation']);
  });
});

describe('event.failure_count', () => {
  const reads = ruleFrom('reads', 'event.failure_count exists');

  test('is absent on anything but a failure', () => {
    const engine = engineOf([reads]);
    const results = ['success', 'unknown', 'failure'] as const;
    expect(
      found(
        engine,
        results.map((result) => eventOf({ user: 'root', result })),
      ),
    ).toEqual(['2: reads']);
  });

  test('cannot be set by a record', () => {
    const engine = engineOf([ruleFrom('many', 'event.failure_count > 5'), reads]);
    const forged = [
      eventOf({ user: 'root', result: 'success', failure_count: 99 }),
      eventOf({ user: 'root', failure_count: 99 }),
    ];
    expect(found(engine, forged)).toEqual(['1: reads']);
  });

  test('a negation of it holds where it is absent', () => {
    const engine = engineOf([ruleFrom('few', 'not (event.failure_count > 5)')]);
    expect(found(engine, [eventOf({ result: 'success' })])).toEqual(['0: few']);
  });

  test('has a window that can be set', () => {
    const engine = engineOf([ruleFrom('second', 'event.failure_count == 2')], { failureWindowSeconds: 10 });
    const events = [0, 11, 21].map((at) => eventOf({ user: 'root' }, { at }));
    expect(found(engine, events)).toEqual(['2: second']);
  });
});

test('a rule with a source sees the events of that source only', () => {
  const engine = engineOf([
    ruleFrom('everywhere', 'event.user == "root"'),
    ruleFrom('hosts', 'event.user == "root"', { source: 'host-auth' }),
    ruleFrom('audit', 'event.user == "root"', { source: 'kubernetes-audit' }),
  ]);
  const events = [
    eventOf({ user: 'root' }),
    auditEvent({ user: 'root' }),
    eventOf({ user: 'root', source: 'container' }),
  ];
  expect(found(engine, events)).toEqual(['0: everywhere', '0: hosts', '1: everywhere', '1: audit', '2: everywhere']);
});

test('an event of a source that nobody knows reaches no rule', () => {
  const engine = engineOf([ruleFrom('everywhere', 'event.user == "root"')]);
  const stray = eventOf({ user: 'root', source: 'elsewhere' as EventFields['source'] });
  expect(found(engine, [stray])).toEqual([]);
});

test('replacing the rules keeps the windows and what was seen', () => {
  const engine = engineOf([ruleFrom('old', 'event.failure_count > 1')]);
  const request = auditEvent({ id: 'r', result: 'failure', user: 'root' });
  expect(found(engine, [request, eventOf({ user: 'root' }, { at: 1 })])).toEqual(['1: old']);
  engine.replaceRules(ruleSetOf([ruleFrom('new', 'event.failure_count > 2')]));
  expect(found(engine, [request, eventOf({ user: 'root' }, { at: 2 })])).toEqual(['1: new']);
});

test('replacing the rules forgets the unknown outcomes of rules that are gone', () => {
  const [kept, gone] = ['kept', 'gone'].map((id) => ruleFrom(id, 'event.action == "escalate"'));
  const engine = engineOf([kept!, gone!]);
  engine.process(eventOf({}, { unrecorded: ['event.action'] }));
  engine.replaceRules(ruleSetOf([kept!]));
  expect(engine.counters().unknown).toEqual([{ ruleId: 'kept', field: 'event.action', count: 1 }]);
});

test('what is forgotten early or comes too late is counted', () => {
  const engine = engineOf([], { stateKeys: 2 });
  for (let n = 0; n < 4; n += 1) {
    engine.process(auditEvent({ id: `r-${n}`, result: 'failure', user: `u-${n}`, source_ip: ADDRESS }, { at: n }));
  }
  for (let n = 0; n < 600; n += 1) engine.process(eventOf({ source_ip: ADDRESS }, { at: 100 + n * 100 }));
  engine.process(eventOf({ source_ip: ADDRESS }, { at: 5_000 }));
  expect(engine.counters()).toEqual({
    events: 605,
    duplicates: 0,
    findings: 0,
    unknown: [],
    evictions: [
      { state: 'requests', count: 2 },
      { state: 'failing-users', count: 2 },
      { state: 'failing-addresses', count: 0 },
    ],
    late: 1,
  });
});

const json = fc.jsonValue({ maxDepth: 5 }).map((value) => value as JsonObject[string]);
const jsonObject = fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'a', 'verb')), json);
const text = fc.oneof(fc.constantFrom('root', 'alice@example.com', ''), fc.string({ unit: 'binary' }));
const anyEvent: fc.Arbitrary<SecurityEvent> = fc
  .record({
    fields: fc.record(
      {
        source: fc.constantFrom('kubernetes-audit', 'host-auth', 'container'),
        id: text,
        type: fc.constantFrom('authentication', 'authorization', 'access', 'log'),
        action: text,
        result: fc.constantFrom('success', 'failure', 'unknown'),
        user: text,
        source_ip: text,
        groups: fc.array(text, { maxLength: 3 }),
      },
      { requiredKeys: ['source', 'id', 'type', 'result'] },
    ),
    timeUs: fc.integer({ min: START_US, max: START_US + 1_000 * SECOND_US }),
    occurrences: fc.integer({ min: -1, max: 5 }),
    hasStableId: fc.boolean(),
    unrecorded: fc.array(fc.constantFrom('audit.requestObject', 'event.action', 'audit', ''), { maxLength: 2 }),
    parts: fc.record(
      { audit: jsonObject, log: jsonObject, kubernetes: jsonObject, host: jsonObject },
      { requiredKeys: [] },
    ),
  })
  .map(({ fields, parts, ...spec }) => eventOf(fields as Partial<EventFields>, { ...spec, ...parts }));

const SOME_RULES = ruleSetOf(
  [
    ...ORIGINAL.rules,
    ruleFrom('bodies', 'audit.requestObject.a contains "x" or not audit.requestObject exists'),
    ruleFrom('groups', 'event.groups contains "o" and log.message matches "a+$"'),
    ruleFrom('inherited', 'audit.user.extra["constructor"] exists or log["__proto__"]["__proto__"] exists'),
  ],
  { authorized_users: ['alice@example.com'] },
);

test('no event makes the engine throw, and the same events give the same findings', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
      const [first, second] = [Engine.of(SOME_RULES), Engine.of(SOME_RULES)];
      expect(found(first, events)).toEqual(found(second, events));
      expect(first.counters()).toEqual(second.counters());
    }),
    { seed: 31, numRuns: 60 },
  );
});

test('no event is changed by being processed', () => {
  fc.assert(
    fc.property(anyEvent, (event) => {
      const before = JSON.stringify(event);
      Engine.of(SOME_RULES).process(event);
      expect(JSON.stringify(event)).toBe(before);
    }),
    { seed: 37, numRuns: 150 },
  );
});
