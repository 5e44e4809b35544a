import type { Json, JsonObject } from '../../src/contract/event';
import { pathReader } from '../../src/engine/read-path';
import { eventOf } from '../support/events';

/** Every value that a test of the path would be shown. */
function valuesAt(path: string, audit: JsonObject): unknown[] {
  const seen: unknown[] = [];
  pathReader(path.split('.')).isAny(eventOf({}, { audit }), (value) => {
    seen.push(value);
    return false;
  });
  return seen;
}

const audit: JsonObject = {
  verb: 'create',
  user: { username: 'alice@example.com', groups: ['dev', 'ops'], extra: {} },
  responseStatus: { code: 201 },
  requestObject: {
    spec: { containers: [{ name: 'a', ports: [{ port: 80 }, { port: 443 }] }, { name: 'b' }], hostNetwork: false },
    matrix: [['a', ['b']], []],
    nothing: null,
    empty: [],
  },
};

test.each<{ title: string; path: string; values: Json[] }>([
  { title: 'a value at the end of the path', path: 'audit.responseStatus.code', values: [201] },
  { title: 'the elements of a list at the end', path: 'audit.user.groups', values: ['dev', 'ops'] },
  {
    title: 'what all elements of a list on the path have',
    path: 'audit.requestObject.spec.containers.name',
    values: ['a', 'b'],
  },
  { title: 'lists on the path of lists', path: 'audit.requestObject.spec.containers.ports.port', values: [80, 443] },
  { title: 'lists of lists', path: 'audit.requestObject.matrix', values: ['a', 'b'] },
  { title: 'false and null, which are values', path: 'audit.requestObject.spec.hostNetwork', values: [false] },
  { title: 'JSON null', path: 'audit.requestObject.nothing', values: [null] },
  { title: 'nothing below JSON null', path: 'audit.requestObject.nothing.more', values: [] },
  { title: 'nothing in an empty list', path: 'audit.requestObject.empty', values: [] },
  { title: 'nothing below a text', path: 'audit.verb.length', values: [] },
  { title: 'no length of a list', path: 'audit.user.groups.length', values: [] },
  { title: 'no element by its position', path: 'audit.user.groups.0', values: [] },
  { title: 'nothing that an object inherits', path: 'audit.user.constructor', values: [] },
  { title: 'no prototype', path: 'audit.__proto__', values: [] },
  { title: 'nothing outside the five namespaces', path: 'record.verb', values: [] },
])('reads $title', ({ path, values }) => {
  expect(valuesAt(path, audit)).toEqual(values);
});

test('a key that a record did write is read, whatever its name', () => {
  const written = JSON.parse('{"constructor": "a", "__proto__": {"toString": "b"}}') as JsonObject;
  expect(valuesAt('audit.constructor', written)).toEqual(['a']);
  expect(valuesAt('audit.__proto__.toString', written)).toEqual(['b']);
});

test('each namespace is read from its own part of the event', () => {
  const event = eventOf(
    { user: 'alice', object: { resource: 'pods' } },
    { log: { message: 'm' }, kubernetes: { pod_name: 'p' }, host: { name: 'h' } },
  );
  const isAt = (path: string, wanted: Json): boolean =>
    pathReader(path.split('.')).isAny(event, (value) => value === wanted);
  expect(isAt('event.user', 'alice')).toBe(true);
  expect(isAt('event.object.resource', 'pods')).toBe(true);
  expect(isAt('log.message', 'm')).toBe(true);
  expect(isAt('kubernetes.pod_name', 'p')).toBe(true);
  expect(isAt('host.name', 'h')).toBe(true);
  expect(isAt('audit.verb', 'create')).toBe(false);
});

test.each([
  { title: 'a value', path: 'audit.verb', present: true },
  { title: 'JSON null', path: 'audit.requestObject.nothing', present: true },
  { title: 'an empty list', path: 'audit.requestObject.empty', present: true },
  { title: 'an empty object', path: 'audit.user.extra', present: true },
  { title: 'what one element of a list has', path: 'audit.requestObject.spec.containers.ports', present: true },
  { title: 'what no element has', path: 'audit.requestObject.spec.containers.image', present: false },
  { title: 'what is below an empty list', path: 'audit.requestObject.empty.name', present: false },
  { title: 'what was not written', path: 'audit.objectRef', present: false },
  { title: 'what an object inherits', path: 'audit.user.hasOwnProperty', present: false },
])('presence of $title is $present', ({ path, present }) => {
  expect(pathReader(path.split('.')).isPresent(eventOf({}, { audit }))).toBe(present);
});

test.each([
  { title: 'the path itself', path: ['audit', 'requestObject'], unknown: true },
  { title: 'what is below it', path: ['audit', 'requestObject', 'spec', 'hostNetwork'], unknown: true },
  { title: 'what is above it', path: ['audit'], unknown: false },
  { title: 'a name that only starts alike', path: ['audit', 'requestObjects'], unknown: false },
  { title: 'another field', path: ['event', 'action'], unknown: false },
])('with audit.requestObject unrecorded, $title is unknown: $unknown', ({ path, unknown }) => {
  const event = eventOf({}, { audit, unrecorded: ['event.reason', 'audit.requestObject'] });
  expect(pathReader(path).isUnrecorded(event)).toBe(unknown);
});

test('a list nested without end reads as absent', () => {
  let nested: Json = 'deep';
  for (let i = 0; i < 100_000; i += 1) nested = [nested];
  expect(valuesAt('audit.requestObject', { requestObject: nested })).toEqual([]);
  expect(pathReader(['audit', 'requestObject', 'x']).isPresent(eventOf({}, { audit: { requestObject: nested } }))).toBe(
    false,
  );
});
