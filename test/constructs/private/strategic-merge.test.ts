import { strategicMerge } from '../../../src/constructs/private/strategic-merge';
import type { Wire } from '../../../src/constructs/private/strategic-merge';

interface Row {
  readonly title: string;
  readonly base: Wire;
  readonly overlay: Wire;
  readonly merged: Wire;
}

const rows: Row[] = [
  {
    title: 'objects merge by key',
    base: { a: 1, b: { c: 2 } },
    overlay: { b: { d: 3 } },
    merged: { a: 1, b: { c: 2, d: 3 } },
  },
  { title: 'null deletes a key', base: { a: 1, b: 2 }, overlay: { a: null }, merged: { b: 2 } },
  { title: 'null of a missing key changes nothing', base: { a: 1 }, overlay: { b: null }, merged: { a: 1 } },
  { title: 'undefined changes nothing', base: { a: 1 }, overlay: { a: undefined }, merged: { a: 1 } },
  { title: 'a scalar replaces', base: { a: '1Gi' }, overlay: { a: '2Gi' }, merged: { a: '2Gi' } },
  { title: 'an object replaces a scalar', base: { a: 1 }, overlay: { a: { b: 2 } }, merged: { a: { b: 2 } } },
  {
    title: 'named items merge, new ones come last',
    base: [
      { name: 'x', value: '1' },
      { name: 'y', value: '2' },
    ],
    overlay: [
      { name: 'z', value: '3' },
      { name: 'y', value: '4' },
    ],
    merged: [
      { name: 'x', value: '1' },
      { name: 'y', value: '4' },
      { name: 'z', value: '3' },
    ],
  },
  {
    title: 'mounts merge by their path: one volume may be mounted twice',
    base: [{ name: 'v', mountPath: '/a', readOnly: true }],
    overlay: [{ name: 'v', mountPath: '/b' }],
    merged: [
      { name: 'v', mountPath: '/a', readOnly: true },
      { name: 'v', mountPath: '/b' },
    ],
  },
  {
    title: 'an item is deleted by directive',
    base: [{ name: 'x' }, { name: 'y' }],
    overlay: [{ name: 'x', $patch: 'delete' }],
    merged: [{ name: 'y' }],
  },
  {
    title: 'deleting an item that is not there changes nothing',
    base: [{ name: 'x' }],
    overlay: [{ name: 'z', $patch: 'delete' }],
    merged: [{ name: 'x' }],
  },
  { title: 'a list of scalars is replaced', base: ['a', 'b'], overlay: ['c'], merged: ['c'] },
  { title: 'a list without names is replaced', base: [{ key: 'a' }], overlay: [{ key: 'b' }], merged: [{ key: 'b' }] },
  {
    title: 'null does not arrive inside a new object',
    base: {},
    overlay: { a: { b: null, c: 1 } },
    merged: { a: { c: 1 } },
  },
];

test.each(rows)('$title', ({ base, overlay, merged }) => {
  expect(strategicMerge(base, overlay)).toEqual(merged);
});

test('neither input is changed', () => {
  const base = { a: [{ name: 'x', value: '1' }] };
  const overlay = { a: [{ name: 'x', value: null }], b: 2 };
  const before = JSON.stringify([base, overlay]);
  strategicMerge(base, overlay);
  expect(JSON.stringify([base, overlay])).toBe(before);
});

test('keys come out sorted, so that an override moves no line', () => {
  expect(Object.keys(strategicMerge({ a: 1, c: 1 }, { b: 2 }) as object)).toEqual(['a', 'b', 'c']);
});
