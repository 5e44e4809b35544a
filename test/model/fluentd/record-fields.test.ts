import * as fc from 'fast-check';
import {
  element,
  filter,
  json,
  label,
  match,
  raw,
  regexp,
  section,
  source,
  withEffects,
} from '../../../src/model/fluentd/elements';
import type { FluentdElement, FluentdParams } from '../../../src/model/fluentd/elements';
import { fieldExits } from '../../../src/model/fluentd/record-fields';
import type { Fate } from '../../../src/model/fluentd/record-fields';
import { cleanTextFilter, originFilter, rubyFilter } from '../../../src/model/fluentd/record-filters';
import { PATHS, falseClaims } from '../support/field-claims';
import { arrivals, labelName, pipeline, pipelineElements, record } from '../support/record-flows';
import type { Stage } from '../support/record-flows';

const OUT = match({ '@type': 'stdout', '@id': 'out' });

function labelled(...elements: readonly FluentdElement[]): FluentdElement[] {
  return [label('@A', elements)];
}

function fate(elements: readonly FluentdElement[], path: string): Fate | undefined {
  return fieldExits(elements, { label: '@A', tag: 'kube.audit' }, path.split('.'))[0]?.fate;
}

function transformer(params: FluentdParams, values: FluentdParams = {}): FluentdElement {
  return filter({ '@type': 'record_transformer', ...params }, [section('record', values)]);
}

const CRI = section('parse', { '@type': 'regexp', expression: regexp('^(?<ns>[^_]+)_(?<pod>.*)$') });

function parser(params: FluentdParams, parse = CRI): FluentdElement {
  return filter({ '@type': 'parser', key_name: 'path', ...params }, [parse]);
}

test.each([
  { title: 'no filter', filters: [], fates: { a: 'kept' } },
  {
    title: 'removed keys, also by accessors',
    filters: [transformer({ remove_keys: json(['a', '$.m.x', "$['n']['y']"]) })],
    fates: {
      a: 'removed',
      'a.b': 'removed',
      'm.x': 'removed',
      'm.x.z': 'removed',
      'n.y': 'removed',
      'm.y': 'kept',
      m: 'maybe',
      b: 'kept',
    },
  },
  {
    title: 'a written object',
    filters: [transformer({}, { m: json({ x: 'text', y: '${record["a"]}' }) })],
    fates: { m: 'changed', 'm.x': 'changed', 'm.x.z': 'removed', 'm.y.z': 'changed', 'm.q': 'removed', a: 'kept' },
  },
  {
    title: 'a record made anew',
    filters: [transformer({ renew_record: true, keep_keys: 'a,b' }, { b: 'text', c: '${record["d"]}' })],
    fates: { a: 'kept', b: 'changed', c: 'changed', d: 'removed' },
  },
  {
    title: 'a field that is written back',
    filters: [transformer({ renew_record: true }, { a: '${record["a"]}' })],
    fates: { a: 'kept', 'a.b': 'kept', b: 'removed' },
  },
  {
    title: 'Ruby that only reads',
    filters: [transformer({ enable_ruby: true }, { a: '${record["b"].to_json}' })],
    fates: { a: 'changed', b: 'kept' },
  },
  {
    title: 'Ruby that reaches into the record',
    filters: [transformer({ enable_ruby: true }, { a: '${record["b"].delete("x")}' })],
    fates: { a: 'changed', b: 'maybe' },
  },
  {
    title: 'statements of ours',
    filters: [rubyFilter('record["a"] = record.delete("b")', 'record["c"] ||= "x; y"')],
    fates: { a: 'changed', b: 'maybe', c: 'maybe', d: 'kept', _: 'removed' },
  },
  {
    title: 'statements inside a condition',
    filters: [rubyFilter('if record.key?("b")', 'record["a"] = 1', 'end')],
    fates: { a: 'maybe', d: 'maybe' },
  },
  {
    title: 'statements that are declared',
    filters: [withEffects(rubyFilter('redact(record)'), { sets: ['a'], removes: ['m.x'], touches: ['b'] })],
    fates: { a: 'changed', 'm.x': 'removed', 'm.y': 'kept', b: 'maybe', c: 'kept' },
  },
  {
    title: 'a list of what stays',
    filters: [filter({ '@type': 'record_modifier', whitelist_keys: 'a' }, [section('record', { b: 'x' })])],
    fates: { a: 'kept', b: 'changed', c: 'removed' },
  },
  {
    title: 'a replaced text',
    filters: [
      filter({ '@type': 'record_modifier' }, [section('replace', { key: 'a', expression: '/x/', replace: 'y' })]),
    ],
    fates: { a: 'maybe', b: 'kept' },
  },
  { title: 'broken bytes replaced', filters: [cleanTextFilter()], fates: { a: 'kept' } },
  {
    title: 'the origin',
    filters: [originFilter({ source: 'auth', cluster: 'prod' }, ['b'])],
    fates: { siem: 'changed', 'siem.node': 'changed', a: 'kept', b: 'removed' },
  },
  { title: 'grep', filters: [filter({ '@type': 'grep' })], fates: { a: 'kept' } },
  {
    title: 'a parser into a field of its own',
    filters: [parser({ reserve_data: true, hash_value_field: 'k' })],
    fates: { path: 'kept', k: 'changed', 'k.ns': 'changed', 'k.x': 'removed', ns: 'kept' },
  },
  {
    title: 'a parser into the record',
    filters: [parser({ reserve_data: true, remove_key_name_field: true })],
    fates: { path: 'maybe', ns: 'maybe', a: 'kept' },
  },
  {
    title: 'a parser of any JSON into the record',
    filters: [parser({ reserve_data: true }, section('parse', { '@type': 'json' }))],
    fates: { path: 'maybe', a: 'maybe' },
  },
  {
    title: 'a parser that keeps nothing',
    filters: [parser({})],
    fates: { path: 'removed', ns: 'changed', a: 'removed' },
  },
  {
    title: 'joined lines',
    filters: [filter({ '@type': 'concat', key: 'log', partial_key: '_part', partial_value: 'P', timeout_label: '@A' })],
    fates: { log: 'maybe', _part: 'maybe', a: 'kept' },
  },
  {
    title: 'a generated id',
    filters: [filter({ '@type': 'elasticsearch_genid', hash_id_key: 'id' })],
    fates: { id: 'changed', a: 'kept' },
  },
  { title: 'a plugin that nobody knows', filters: [filter({ '@type': 'geoip' })], fates: { a: 'maybe' } },
  { title: 'the text of a user', filters: [raw('<filter **>\n@type grep\n</filter>')], fates: { a: 'maybe' } },
  {
    title: 'a filter for other tags',
    filters: [element('filter', 'x.**', { '@type': 'geoip' })],
    fates: { a: 'kept' },
  },
  {
    title: 'a field that is removed behind what nobody knows',
    filters: [filter({ '@type': 'geoip' }), transformer({ remove_keys: 'a' })],
    fates: { a: 'removed' },
  },
] satisfies readonly { title: string; filters: FluentdElement[]; fates: Record<string, Fate> }[])(
  'what becomes of fields: $title',
  ({ filters, fates }) => {
    const found = Object.keys(fates).map((path) => [path, fate(labelled(...filters, OUT), path)]);
    expect(Object.fromEntries(found)).toEqual(fates);
  },
);

test('a field is followed over labels and copies to every output, with what drops its record', () => {
  const elements = [
    source({ '@type': 'tail', '@id': 'in', '@label': '@A', tag: 'kube.audit' }),
    label('@A', [
      filter({ '@type': 'grep' }, [section('exclude', { key: 'verb', pattern: regexp('^get$') })]),
      match({ '@type': 'copy', '@id': 'copy', copy_mode: 'shallow' }, [
        element('store', '', { '@type': 'relabel', '@id': 'r', '@label': '@B' }),
        element('store', 'ignore_error', { '@type': 'http', '@id': 'out_detector' }),
        element('store', '', { '@type': 'null', '@id': 'nothing' }),
      ]),
    ]),
    label('@B', [
      rubyFilter('record["requestObject"] = Yajl.dump(record["requestObject"]) if record.key?("requestObject")'),
      element('match', 'kube.*', { '@type': 'http', '@id': 'out_siem' }),
    ]),
  ];
  const drops = ['<label @A> / <filter **> grep: exclude: exclude verb /^get$/'];
  expect(fieldExits(elements, { source: 'in' }, ['requestObject', 'spec'])).toEqual([
    { id: 'out_siem', fate: 'maybe', decidedBy: '<label @B> / <filter **> record_modifier', copies: [], drops },
    { id: 'out_detector', fate: 'kept', copies: [], drops },
  ]);
});

test('a copy that shares the record lets filters of one store reach the next', () => {
  const inner = transformer({ remove_keys: '$.m.x' });
  const copied = (mode: string) => [
    label('@A', [
      match({ '@type': 'copy', '@id': 'copy', copy_mode: mode }, [
        element('store', '', { '@type': 'relabel', '@id': 'r', '@label': '@B' }),
        element('store', '', { '@type': 'stdout', '@id': 'second' }),
      ]),
    ]),
    label('@B', [inner, match({ '@type': 'stdout', '@id': 'first' })]),
  ];
  const second = (mode: string, path: string[]) =>
    fieldExits(copied(mode), { label: '@A' }, path).find(({ id }) => id === 'second')?.fate;
  expect(['no_copy', 'shallow', 'deep'].map((mode) => second(mode, ['m', 'x']))).toEqual(['maybe', 'maybe', 'kept']);
  expect(second('shallow', ['m', 'y'])).toBe('kept');
});

test('a value that moves is found where it moved to', () => {
  const [exit] = fieldExits(
    labelled(transformer({ renew_record: true }, { msg: '${record["a"]}' }), OUT),
    { label: '@A' },
    ['a', 'b'],
  );
  expect(exit).toMatchObject({ fate: 'removed', copies: [['msg', 'b']] });
});

test('an output that writes one field writes no other', () => {
  const single = section('format', { '@type': 'single_value', message_key: 'log' });
  const elements = labelled(match({ '@type': 'http', '@id': 'out' }, [single]));
  expect([fate(elements, 'log'), fate(elements, 'a')]).toEqual(['kept', 'removed']);
});

test('what an output of a user does is unknown', () => {
  expect(fate(labelled(match({}, [raw('@type my_own\n@id out')])), 'a')).toBe('maybe');
});

test('a source that is not there is said', () => {
  expect(() => fieldExits([], { source: 'in' }, ['a'])).toThrow("no source has the id 'in'");
});

/** Claims about small pipelines, counted, so that a model that claims nothing does not pass. */
const claims: Record<Fate, number> = { kept: 0, removed: 0, changed: 0, maybe: 0 };

function checkClaims(stages: readonly Stage[], sent: readonly Parameters<typeof arrivals>[1][]): void {
  const elements = pipelineElements(stages, 'p', (id) => match({ '@type': 'stdout', '@id': id }));
  const arrived = sent.map((fields) => arrivals(stages, fields));
  for (const path of PATHS) {
    const exits = fieldExits(elements, { label: labelName('p', 0) }, path);
    for (const exit of exits) {
      claims[exit.fate] += 1;
      const wrong = sent.flatMap((fields, index) => {
        const here = (arrived[index] ?? []).filter((arrival) => `p_${arrival.exit}` === exit.id);
        return falseClaims(
          exit,
          path,
          fields,
          here.map((arrival) => arrival.record),
        );
      });
      expect(wrong).toEqual([]);
    }
    const reached = new Set(arrived.flat().map((arrival) => `p_${arrival.exit}`));
    expect(exits.map(({ id }) => id)).toEqual(expect.arrayContaining([...reached]));
  }
}

test('no claim about a field is wrong of any record, by the plainest reading of each plugin', () => {
  const sent = fc.array(record, { minLength: 6, maxLength: 6 });
  fc.assert(fc.property(pipeline, sent, checkClaims), { numRuns: 1000, seed: 7 });
  const all = Object.values(claims).reduce((sum, count) => sum + count, 0);
  expect(claims.maybe / all).toBeLessThan(0.35);
  expect(Math.min(claims.kept, claims.removed, claims.changed)).toBeGreaterThan(all / 20);
});
