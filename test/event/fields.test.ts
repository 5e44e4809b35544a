import { EVENT_SOURCES } from '../../src/contract/event';
import { ACTIONS_BY_TYPE, EVENT_ACTIONS } from '../../src/event/event-words';
import { FIELDS, lookupField, nearestFields } from '../../src/event/fields';

describe('the field catalogue', () => {
  test('names every field once, and each is found under its own path', () => {
    const paths = FIELDS.map((field) => field.path);
    expect(new Set(paths).size).toBe(paths.length);
    for (const field of FIELDS.filter((each) => !each.path.includes('['))) {
      expect(lookupField(field.path.split('.'))).toBe(field);
    }
  });

  test('gives every field a meaning and known sources', () => {
    for (const field of FIELDS) {
      expect(field.meaning).not.toBe('');
      expect(field.sources.length).toBeGreaterThan(0);
      expect(field.sources.filter((source) => !EVENT_SOURCES.includes(source))).toEqual([]);
    }
  });

  test('gives a level and a stage to every field below audit, and to none below log, kubernetes and host', () => {
    for (const { path, level, stage } of FIELDS) {
      if (path.startsWith('audit')) expect([path, level, stage]).not.toContain(undefined);
      if (/^(log|kubernetes|host)/.test(path)) expect([path, level, stage]).toEqual([path, undefined, undefined]);
    }
  });

  test.each([
    { title: 'the user agent', path: 'event.user_agent', trust: 'client' },
    { title: 'the audit id', path: 'audit.auditID', trust: 'client' },
    {
      title: 'the list of addresses, of which all but the last can be forged',
      path: 'audit.sourceIPs',
      trust: 'client',
    },
    { title: 'the last address before the trusted proxies', path: 'event.source_ip', trust: 'server' },
    { title: 'the user', path: 'event.user', trust: 'authenticated' },
    { title: 'the outcome', path: 'event.result', trust: 'server' },
  ])('$title has the trust $trust', ({ path, trust }) => {
    expect(lookupField(path.split('.'))?.trust).toBe(trust);
  });

  test.each([
    { title: 'the request body', path: 'audit.requestObject', level: 'Request' },
    { title: 'a member of the request body', path: 'audit.requestObject.spec.hostPID', level: 'Request' },
    { title: 'a member of the response body', path: 'audit.responseObject.rules', level: 'RequestResponse' },
    { title: 'the verb', path: 'audit.verb', level: 'Metadata' },
    { title: 'the result', path: 'event.result', level: 'Metadata' },
  ])('$title needs the level $level', ({ path, level }) => {
    expect(lookupField(path.split('.'))?.level).toBe(level);
  });

  test('finds members of open fields at the depth they have', () => {
    const decision = ['audit', 'annotations', 'authorization.k8s.io/decision'];
    expect(lookupField(decision)).toMatchObject({
      path: 'audit.annotations["authorization.k8s.io/decision"]',
      values: ['allow', 'forbid'],
    });
    expect(lookupField(['audit', 'annotations', 'k8s.io/deprecated'])?.type).toBe('any');
    expect(lookupField(['audit', 'annotations', 'k8s', 'io'])).toBeUndefined();
    expect(lookupField(['kubernetes', 'labels', 'app'])?.sources).toContain('container');
    expect(lookupField(['log', 'parsed', 'output_fields', 'proc.name'])?.trust).toBe('client');
    expect(lookupField(['log', 'level', 'name'])?.trust).toBe('client');
    expect(lookupField(['audit', 'user', 'extra', 'authentication.kubernetes.io/pod-uid', '0'])?.type).toBe('any');
  });

  test.each([
    { title: 'an unknown name', segments: ['event', 'usr'] },
    { title: 'a member of a text', segments: ['event', 'user', 'name'] },
    { title: 'nothing', segments: [] },
    { title: 'one segment that holds a whole path', segments: ['event.user'] },
    { title: 'the key of a prototype', segments: ['event', '__proto__'] },
    { title: 'a key that every object inherits', segments: ['constructor'] },
  ])('does not know $title', ({ segments }) => {
    expect(lookupField(segments)).toBeUndefined();
  });

  test.each([
    { path: 'event.usr', best: 'event.user' },
    { path: 'event.sourceIP', best: 'event.source_ip' },
    { path: 'event.username', best: 'event.user' },
    { path: 'event.namespace', best: 'event.object.namespace' },
    { path: 'audit.objectref.resource', best: 'audit.objectRef.resource' },
    { path: 'evnt.result', best: 'event.result' },
  ])('takes $path for $best', ({ path, best }) => {
    expect(nearestFields(path)[0]).toBe(best);
  });

  test('offers at most three fields, and none for what resembles nothing', () => {
    expect(nearestFields('event.name').length).toBeLessThanOrEqual(3);
    expect(nearestFields('completely.different.thing')).toEqual([]);
    expect(nearestFields('x'.repeat(100_000))).toEqual([]);
  });

  test('writes a segment that is no identifier in brackets', () => {
    expect(lookupField(['audit', 'requestObject', 'a.b/c', 'd'])?.path).toBe('audit.requestObject["a.b/c"].d');
  });

  test('lists actions that are closed per type and unique over all', () => {
    expect(new Set(EVENT_ACTIONS).size).toBe(EVENT_ACTIONS.length);
    expect(ACTIONS_BY_TYPE.authentication).toEqual(['login']);
  });
});
