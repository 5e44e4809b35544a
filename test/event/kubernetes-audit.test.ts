import type { Json, JsonObject } from '../../src/contract/event';
import { isAuditEvent } from '../../src/event/kubernetes-audit';
import { ALLOW, FORBID, RECEIVED_US, auditEvent, eventOf, readOne, status } from './audit-events';

type Changes = Record<string, Json | undefined>;

const pod = (subresource: string): Json => ({ resource: 'pods', namespace: 'shop', name: 'x', subresource });
const started = (changes: Changes): JsonObject => auditEvent({ stage: 'ResponseStarted', ...changes });

describe('the stages of a request', () => {
  test.each<{ title: string; record: JsonObject }>([
    { title: 'RequestReceived', record: auditEvent({ stage: 'RequestReceived', responseStatus: undefined }) },
    { title: 'RequestReceived, even with a code', record: auditEvent({ stage: 'RequestReceived' }) },
    { title: 'ResponseStarted of what will complete at once', record: started({ verb: 'get' }) },
    {
      title: 'ResponseStarted without a code',
      record: started({ verb: 'watch', responseStatus: status(0, { code: 'x' }) }),
    },
  ])('give no event: $title', ({ record }) => {
    expect(readOne(record)).toEqual({ kind: 'ignored', reason: 'stage' });
  });

  test.each<{ title: string; record: JsonObject }>([
    { title: 'ResponseStarted of a watch', record: started({ verb: 'watch' }) },
    {
      title: 'ResponseStarted of an exec',
      record: started({ verb: 'get', objectRef: pod('exec'), responseStatus: status(101) }),
    },
    { title: 'ResponseStarted of an attachment', record: started({ verb: 'create', objectRef: pod('attach') }) },
    { title: 'ResponseStarted of a forwarded port', record: started({ verb: 'get', objectRef: pod('portforward') }) },
    { title: 'ResponseStarted of a proxied request', record: started({ verb: 'get', objectRef: pod('proxy') }) },
    { title: 'ResponseStarted of a log', record: started({ verb: 'get', objectRef: pod('log') }) },
    {
      title: 'ResponseStarted of a failed login',
      record: started({ responseStatus: status(401), annotations: undefined }),
    },
    {
      title: 'ResponseStarted of a request that missed its deadline',
      record: started({ responseStatus: status(504) }),
    },
    { title: 'ResponseComplete', record: auditEvent() },
    { title: 'Panic', record: auditEvent({ stage: 'Panic', responseStatus: status(500) }) },
    { title: 'no stage at all', record: auditEvent({ stage: undefined }) },
  ])('give an event: $title', ({ record }) => {
    expect(readOne(record).kind).toBe('events');
  });

  test('share the id of the request, so that it can be counted once', () => {
    const first = eventOf(started({ verb: 'get', objectRef: pod('exec'), responseStatus: status(101) }));
    const last = eventOf(
      auditEvent({ verb: 'get', objectRef: pod('exec'), stageTimestamp: '2026-03-14T10:00:00.000000Z' }),
    );
    expect(last.event.id).toBe(first.event.id);
    expect(first.hasStableId).toBe(true);
  });
});

describe('the id of a request', () => {
  const id = (changes: Changes): string => eventOf(auditEvent(changes)).event.id;

  test.each<{ title: string; changes: Changes }>([
    { title: 'the time of its receipt', changes: { requestReceivedTimestamp: '2026-03-14T09:00:00.000101Z' } },
    { title: 'its peer', changes: { sourceIPs: ['203.0.113.7'] } },
    { title: 'its audit id', changes: { auditID: 'x' } },
    { title: 'its URI', changes: { requestURI: '/api/v1/namespaces/shop/secrets' } },
  ])('differs with $title', ({ changes }) => {
    expect(id(changes)).not.toBe(id({}));
  });

  test('does not change with what the client claims beside it', () => {
    expect(id({ sourceIPs: ['127.0.0.1', '10.20.0.15'], userAgent: 'x', verb: 'get' })).toBe(id({}));
  });

  test('stays short, whatever the client chose', () => {
    const long = id({ auditID: 'x'.repeat(1e6), requestURI: `/${'y'.repeat(1e6)}` });
    expect(long.length).toBeLessThan(600);
  });

  test.each<Changes>([{ auditID: undefined }, { auditID: 7 }, { requestReceivedTimestamp: undefined }])(
    'is not trusted to tell repetitions where a part is missing: %j',
    (changes) => {
      expect(eventOf(auditEvent(changes)).hasStableId).toBe(false);
    },
  );
});

describe('the fields of a request', () => {
  test('say who did what to what, from where and when', () => {
    const record = auditEvent({
      objectRef: {
        resource: 'deployments',
        apiGroup: 'apps',
        apiVersion: 'v1',
        namespace: 'shop',
        name: 'web',
        subresource: 'scale',
      },
    });
    const result = eventOf({ ...record, siem: { source: 'kubernetes-audit', cluster: 'prod-eu', node: 'cp-1' } });
    expect(result).toMatchObject({ timeUs: Date.UTC(2026, 2, 14, 9) * 1000 + 4200, occurrences: 1 });
    expect(result.event).toEqual({
      time: '2026-03-14T09:00:00.004200Z',
      source: 'kubernetes-audit',
      cluster: 'prod-eu',
      node: 'cp-1',
      id: '2026-03-14T09:00:00.000100Z 10.20.0.15 2f8a6c1e-5b7d-4c3a-9f10-000000000001 /api/v1/namespaces/shop/pods',
      type: 'access',
      action: 'list',
      result: 'success',
      reason: 'RBAC: allowed',
      user: 'bob@example.com',
      user_trust: 'authenticated',
      groups: ['developers', 'system:authenticated'],
      source_ip: '10.20.0.15',
      user_agent: 'kubectl/v1.33.1',
      object: { group: 'apps', resource: 'deployments', subresource: 'scale', namespace: 'shop', name: 'web' },
    });
  });

  test('keep the audit event itself, without a copy', () => {
    const record = auditEvent();
    expect(eventOf(record).audit).toBe(record);
  });

  test('name the authenticated user and, beside it, whom he acted as', () => {
    const { event } = eventOf(
      auditEvent({ impersonatedUser: { username: 'admin@example.com', groups: ['system:masters'] } }),
    );
    expect(event).toMatchObject({ user: 'bob@example.com', impersonated_user: 'admin@example.com' });
    expect(event.groups).not.toContain('system:masters');
  });

  test('name nobody where authentication failed, whatever the record says', () => {
    const { event } = eventOf(auditEvent({ annotations: undefined, responseStatus: status(401) }));
    expect(event).not.toHaveProperty('user');
    expect(event).not.toHaveProperty('groups');
    expect(event.user_agent).toBe('kubectl/v1.33.1');
  });

  test('take the address that trusted proxies vouch for', () => {
    const record = auditEvent({ sourceIPs: ['127.0.0.1', '203.0.113.7', '10.0.0.1'] });
    expect(eventOf(record).event.source_ip).toBe('10.0.0.1');
    expect(eventOf(record, { trustedProxies: ['10.0.0.0/8'] }).event.source_ip).toBe('203.0.113.7');
  });

  test.each<{ title: string; changes: Changes; reason: string | undefined }>([
    { title: 'the binding that allowed it', changes: {}, reason: 'RBAC: allowed' },
    {
      title: 'what the answer said',
      changes: {
        annotations: FORBID,
        responseStatus: status(403, { reason: 'Forbidden', message: 'pods is forbidden' }),
      },
      reason: 'Forbidden: pods is forbidden',
    },
    { title: 'the message alone', changes: { responseStatus: status(500, { message: 'oops' }) }, reason: 'oops' },
    { title: 'the reason alone', changes: { responseStatus: status(404, { reason: 'NotFound' }) }, reason: 'NotFound' },
    { title: 'nothing', changes: { annotations: undefined }, reason: undefined },
    {
      title: 'nothing for an empty text',
      changes: { annotations: { ...ALLOW, 'authorization.k8s.io/reason': '' } },
      reason: undefined,
    },
  ])('give as a reason $title', ({ changes, reason }) => {
    expect(eventOf(auditEvent(changes)).event.reason).toBe(reason);
  });

  test('cut a long reason', () => {
    const { reason } = eventOf(auditEvent({ responseStatus: status(500, { message: 'x'.repeat(1e6) }) })).event;
    expect(reason?.length).toBeLessThan(250);
  });

  test.each<{ title: string; changes: Changes; time: string }>([
    { title: 'the stage', changes: {}, time: '2026-03-14T09:00:00.004200Z' },
    {
      title: 'the receipt by the API server',
      changes: { stageTimestamp: undefined },
      time: '2026-03-14T09:00:00.000100Z',
    },
    {
      title: 'the receipt by us',
      changes: { stageTimestamp: 'soon', requestReceivedTimestamp: 12 },
      time: '2026-03-14T12:00:00.000000Z',
    },
  ])('have the time of $title', ({ changes, time }) => {
    const { event, timeUs } = eventOf(auditEvent(changes));
    expect(event.time).toBe(time);
    if (changes['stageTimestamp'] === 'soon') expect(timeUs).toBe(RECEIVED_US);
  });

  test('leave out what the record does not have', () => {
    const { event } = eventOf(
      auditEvent({ user: null, sourceIPs: null, userAgent: 5, objectRef: null, annotations: null }),
    );
    expect(Object.keys(event).sort()).toEqual(['action', 'id', 'result', 'source', 'time', 'type']);
  });
});

describe('an audit event', () => {
  test.each<{ title: string; changes: Changes; reason: string }>([
    { title: 'verb', changes: { verb: 7 }, reason: 'audit event: verb is not a string' },
    {
      title: 'verb, URI and object',
      changes: { verb: undefined, requestURI: undefined, objectRef: undefined },
      reason: 'audit event: verb is not a string',
    },
    { title: 'stage', changes: { stage: 'Done' }, reason: 'audit event: stage is none of the four' },
    {
      title: 'stage that is a list',
      changes: { stage: ['ResponseComplete'] },
      reason: 'audit event: stage is none of the four',
    },
    ...['user', 'impersonatedUser', 'objectRef', 'responseStatus', 'annotations'].flatMap((key) =>
      [7, 'x', []].map((value) => ({
        title: `${key} that is ${JSON.stringify(value)}`,
        changes: { [key]: value },
        reason: `audit event: ${key} is not an object`,
      })),
    ),
  ])('with a broken $title is malformed', ({ changes, reason }) => {
    expect(readOne(auditEvent(changes))).toEqual({ kind: 'malformed', reason });
  });

  test('with broken leaves is read without them', () => {
    const { event } = eventOf(
      auditEvent({
        user: { username: 5, groups: ['a', 7, null] },
        objectRef: { resource: [], namespace: {}, name: 1, subresource: true, apiGroup: 3 },
        impersonatedUser: { username: {} },
        annotations: { 'authorization.k8s.io/decision': 1, 'authorization.k8s.io/reason': [] },
        responseStatus: { code: '200', reason: 4 },
      }),
    );
    expect(event).toMatchObject({ groups: ['a'], object: { group: '' }, result: 'unknown' });
    expect(event).not.toHaveProperty('user');
    expect(event).not.toHaveProperty('impersonated_user');
  });

  test('with keys of prototypes is read by its own', () => {
    const text = JSON.stringify(auditEvent()).replace('{', '{"__proto__":{"verb":"delete"},"constructor":1,');
    expect(eventOf(JSON.parse(text) as JsonObject).event.action).toBe('list');
  });

  test('without a verb is one whose action is not known', () => {
    const { event } = eventOf(auditEvent({ verb: undefined }));
    expect(event.type).toBe('access');
    expect(event.action).toBeUndefined();
  });

  test('of another version is unknown', () => {
    expect(readOne(auditEvent({ apiVersion: 'audit.k8s.io/v1beta1' }))).toEqual({
      kind: 'unknown',
      reason: 'audit event of another version',
    });
  });

  test('is told from the core Event of Kubernetes, and known without its kind', () => {
    expect(isAuditEvent({ kind: 'Event', apiVersion: 'v1', verb: 'x' })).toBe(false);
    expect(isAuditEvent({ kind: 'Event', apiVersion: 'audit.k8s.io/v1' })).toBe(true);
    expect(isAuditEvent({ auditID: 'x', verb: 'get' })).toBe(true);
    expect(isAuditEvent({ message: 'x' })).toBe(false);
  });
});

describe('an EventList', () => {
  const list = (...items: readonly Json[]): JsonObject => ({
    kind: 'EventList',
    apiVersion: 'audit.k8s.io/v1',
    items: [...items],
  });
  const bare = auditEvent({ kind: undefined, apiVersion: undefined });

  test('gives the events of its items, which need not say what they are', () => {
    const result = readOne(list(bare, auditEvent({ stage: 'RequestReceived' }), auditEvent({ verb: 'get' })));
    expect(result.kind === 'events' && result.events.map((each) => each.event.action)).toEqual(['list', 'get']);
    expect(result).not.toHaveProperty('rejected');
  });

  test('counts broken items and reads the others', () => {
    expect(readOne(list(bare, {}, 7, auditEvent({ user: [] })))).toMatchObject({ kind: 'events', rejected: 3 });
  });

  test.each<{ title: string; record: JsonObject; result: object }>([
    { title: 'without items', record: list(), result: { kind: 'ignored', reason: 'no-event' } },
    {
      title: 'of early stages',
      record: list(auditEvent({ stage: 'RequestReceived' })),
      result: { kind: 'ignored', reason: 'stage' },
    },
    {
      title: 'of nothing but broken items',
      record: list({}),
      result: { kind: 'malformed', reason: 'audit list: no item is an event' },
    },
    {
      title: 'in a list',
      record: list(list(bare)),
      result: { kind: 'malformed', reason: 'audit list: no item is an event' },
    },
    {
      title: 'whose items are no list',
      record: { ...list(), items: {} },
      result: { kind: 'malformed', reason: 'audit list: items is not a list' },
    },
    {
      title: 'of another version',
      record: { ...list(), apiVersion: 'audit.k8s.io/v1beta1' },
      result: { kind: 'unknown', reason: 'list of another version' },
    },
    {
      title: 'of no core events',
      record: { ...list(), apiVersion: 'v1' },
      result: { kind: 'ignored', reason: 'no-event' },
    },
  ])('$title is $result', ({ record, result }) => {
    expect(readOne(record)).toEqual(result);
  });
});
