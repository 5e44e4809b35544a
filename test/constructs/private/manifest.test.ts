import { Chart, JsonPatch, Testing } from 'cdk8s';
import { Manifest } from '../../../src/constructs/private/manifest';

const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'example' }, data: { a: '1' } };

function chart(): Chart {
  return new Chart(Testing.app(), 'test', { namespace: 'team' });
}

test('an override reaches any field, also one that the kind did not have', () => {
  const manifest = new Manifest(chart(), 'Example', configMap);
  manifest.override({ immutable: true, data: { b: '2' }, metadata: { annotations: { note: 'x' } } });
  expect(manifest.toJson()).toEqual({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'example', namespace: 'team', annotations: { note: 'x' } },
    data: { a: '1', b: '2' },
    immutable: true,
  });
});

test('later overrides win, and JSON patches still work', () => {
  const manifest = new Manifest(chart(), 'Example', configMap);
  manifest.addJsonPatch(JsonPatch.add('/data/c', '3'));
  manifest.override({ data: { a: '2' } });
  manifest.override({ data: { a: '4' } });
  expect(manifest.toJson()).toMatchObject({ data: { a: '4', c: '3' } });
});

test('a change of the object that was given does not reach the manifest', () => {
  const manifest = new Manifest(chart(), 'Example', configMap);
  const overlay = { data: { a: '2' } };
  manifest.override(overlay);
  overlay.data.a = '3';
  expect(manifest.toJson()).toMatchObject({ data: { a: '2' } });
});

test.each([
  { title: 'a function', overlay: { data: { a: () => '1' } }, problem: "a function at '/data/a'" },
  { title: 'a date', overlay: { data: { a: new Date(0) } }, problem: "an instance of a class at '/data/a'" },
  { title: 'not a number', overlay: { spec: [Number.NaN] }, problem: "NaN at '/spec/0'" },
])('$title is refused with its place', ({ overlay, problem }) => {
  const manifest = new Manifest(chart(), 'Example', configMap);
  expect(() => {
    manifest.override(overlay);
  }).toThrow(`test/Example: the override holds ${problem}; give plain JSON`);
});

test('a cluster-scoped object does not take the namespace of its chart', () => {
  const namespace = new Manifest(chart(), 'Example', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'siem' },
  });
  expect(namespace.toJson()).toEqual({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'siem' } });
});
