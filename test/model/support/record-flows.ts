/** Small pipelines, and what they do to a record by the plainest reading of each plugin: an oracle for the model of fields. */
import * as fc from 'fast-check';
import { element, filter, json, label, match, regexp, section } from '../../../src/model/fluentd/elements';
import type { FluentdElement } from '../../../src/model/fluentd/elements';
import { rubyFilter } from '../../../src/model/fluentd/record-filters';

export type Value = string | null | { readonly [key: string]: Value };
export type Fields = { readonly [key: string]: Value };

/** A filter, and what it does: undefined where it drops the record. */
interface Step {
  readonly element: FluentdElement;
  readonly run: (record: Fields) => Fields | undefined;
}

/** Where the records of a label go: outputs and labels that come later. */
type End =
  | { readonly kind: 'exit' }
  | { readonly kind: 'labels'; readonly to: readonly number[] }
  | { readonly kind: 'rules'; readonly to: readonly [number, number] };

export interface Stage {
  readonly steps: readonly Step[];
  readonly end: End;
}

export const KEYS = ['a', 'b', 'log', 'm'] as const;
const key = fc.constantFrom(...KEYS);

function without(record: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
}

function only(record: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(record).filter(([name]) => names.includes(name)));
}

/** Nested removal, where there is something to remove from. */
function withoutInner(record: Fields): Fields {
  const inner = record['m'];
  return typeof inner === 'object' && inner !== null ? { ...record, m: without(inner, ['x']) } : record;
}

const transformer: fc.Arbitrary<Step> = fc
  .record({
    to: fc.constantFrom('a', 'b', 'c', 'm'),
    kind: fc.constantFrom('text', 'field', 'object'),
    from: key,
    drop: fc.subarray(['a', 'b', 'c', '$.m.x']),
    renew: fc.boolean(),
    keep: fc.subarray([...KEYS]),
  })
  .map(({ to, kind, from, drop, renew, keep }) => {
    const placeholder = `\${record["${from}"]}`;
    const value = kind === 'text' ? 'text' : kind === 'field' ? placeholder : json({ x: 'new', z: placeholder });
    const params = {
      '@type': 'record_transformer',
      renew_record: renew,
      keep_keys: renew && keep.length > 0 ? keep.join(',') : undefined,
      remove_keys: drop.length > 0 ? drop.join(',') : undefined,
    };
    return {
      element: filter(params, [section('record', { [to]: value })]),
      run: (record) => {
        const taken = record[from] ?? null;
        const written: Value = kind === 'text' ? 'text' : kind === 'field' ? taken : { x: 'new', z: taken };
        const made = without({ ...(renew ? only(record, keep) : record), [to]: written }, drop);
        return drop.includes('$.m.x') ? withoutInner(made) : made;
      },
    };
  });

const modifier: fc.Arbitrary<Step> = fc
  .record({ to: key, names: fc.subarray(['a', 'b', 'log', 'm', 'c']), isList: fc.boolean() })
  .map(({ to, names, isList }) => {
    const given = names.length === 0 ? {} : { [isList ? 'whitelist_keys' : 'remove_keys']: names.join(',') };
    return {
      element: filter({ '@type': 'record_modifier', ...given }, [section('record', { [to]: 'written' })]),
      run: (record) => {
        const written = { ...record, [to]: 'written' };
        if (names.length === 0) return written;
        return isList ? only(written, [...names, to]) : without(written, names);
      },
    };
  });

const grep: fc.Arbitrary<Step> = fc
  .record({ kind: fc.constantFrom('regexp', 'exclude'), on: fc.constantFrom('a', 'b', 'log') })
  .map(({ kind, on }) => ({
    element: filter({ '@type': 'grep' }, [section(kind, { key: on, pattern: regexp('[A1]') })]),
    run: (record) => {
      const value = record[on];
      const isFound = /[A1]/.test(typeof value === 'string' ? value : value == null ? '' : JSON.stringify(value));
      return isFound === (kind === 'regexp') ? record : undefined;
    },
  }));

const parser: fc.Arbitrary<Step> = fc
  .record({ reserve: fc.boolean(), remove: fc.boolean(), field: fc.constantFrom(undefined, 'm', 'p') })
  .map(({ reserve, remove, field }) => {
    const params = {
      '@type': 'parser',
      key_name: 'log',
      reserve_data: reserve,
      remove_key_name_field: remove,
      hash_value_field: field,
      emit_invalid_record_to_error: false,
    };
    const parse = { '@type': 'regexp', expression: regexp('^(?<a>\\w+)=(?<z>\\w+)$') };
    return {
      element: filter(params, [section('parse', parse)]),
      run: (record) => {
        const text = record['log'];
        const found = typeof text === 'string' ? /^(\w+)=(\w+)$/.exec(text) : null;
        if (found === null && !reserve) return undefined;
        const values: Fields = found === null ? {} : { a: found[1] ?? '', z: found[2] ?? '' };
        const made = field === undefined ? values : { [field]: values };
        if (!reserve) return made;
        return { ...(remove && found !== null ? without(record, ['log']) : record), ...made };
      },
    };
  });

const RUBY: readonly Step[] = [
  { element: rubyFilter('record["a"] = "ruby; #{1}"'), run: (record) => ({ ...record, a: 'ruby; 1' }) },
  { element: rubyFilter('record.delete("b")'), run: (record) => without(record, ['b']) },
  { element: rubyFilter('record["b"] ||= "default"'), run: (record) => ({ ...record, b: record['b'] ?? 'default' }) },
  {
    element: rubyFilter('record["c"] = record.delete("a") if record.key?("a")'),
    run: (record) => ('a' in record ? { ...without(record, ['a']), c: record['a'] ?? null } : record),
  },
  {
    element: rubyFilter('record["m"]["x"] = "inside" if record["m"].is_a?(Hash)'),
    run: (record) => {
      const inner = record['m'];
      return typeof inner === 'object' && inner !== null ? { ...record, m: { ...inner, x: 'inside' } } : record;
    },
  },
];

const step = fc.oneof(transformer, modifier, grep, parser, fc.constantFrom(...RUBY));

/** Stages whose records only go to later ones; the last two are outputs. */
export const pipeline: fc.Arbitrary<readonly Stage[]> = fc.integer({ min: 2, max: 4 }).chain((count) =>
  fc.tuple(
    ...Array.from({ length: count }, (_, index) => {
      const later = fc.integer({ min: Math.min(index + 1, count - 1), max: count - 1 });
      const onward: fc.Arbitrary<End> = fc.oneof(
        fc.record({ kind: fc.constant('labels' as const), to: fc.tuple(later) }),
        fc.record({ kind: fc.constant('labels' as const), to: fc.tuple(later, later) }),
        fc.record({ kind: fc.constant('rules' as const), to: fc.tuple(later, later) }),
      );
      const end: fc.Arbitrary<End> = index >= count - 2 ? fc.constant({ kind: 'exit' }) : onward;
      return fc.record({ steps: fc.array(step, { maxLength: 3 }), end });
    }),
  ),
);

export const record: fc.Arbitrary<Fields> = fc
  .record(
    {
      a: fc.constantFrom('A1', 'a2'),
      b: fc.constantFrom('B1', ''),
      log: fc.constantFrom('k=v1', 'K=A', 'no pair'),
      m: fc.record(
        { x: fc.constantFrom('X', 'Y'), y: fc.constant('inner') },
        { requiredKeys: ['y'], noNullPrototype: true },
      ),
    },
    { requiredKeys: [], noNullPrototype: true },
  )
  .map((fields) => fields as Fields);

/** The labels of a pipeline; `output` makes the end of a stage that is one. */
export function pipelineElements(
  stages: readonly Stage[],
  name: string,
  output: (id: string) => FluentdElement,
): FluentdElement[] {
  return stages.map(({ steps, end }, index) => {
    const id = `${name}_${index}`;
    return label(labelName(name, index), [...steps.map((each) => each.element), endElement(end, id, name, output)]);
  });
}

export function labelName(name: string, index: number): string {
  return `@${name.toUpperCase()}_${index}`;
}

function endElement(end: End, id: string, name: string, output: (id: string) => FluentdElement): FluentdElement {
  if (end.kind === 'exit') return output(id);
  if (end.kind === 'labels') {
    const stores = end.to.map((to, index) =>
      element('store', '', { '@type': 'relabel', '@id': `to_${id}_${index}`, '@label': labelName(name, to) }),
    );
    return match({ '@type': 'copy', '@id': `copy_${id}`, copy_mode: 'deep' }, stores);
  }
  const [first, other] = end.to;
  return match({ '@type': 'rewrite_tag_filter', '@id': `rules_${id}` }, [
    section('rule', { key: 'a', pattern: regexp('A'), tag: 'big', label: labelName(name, first) }),
    section('rule', { key: 'b', pattern: regexp('.+'), tag: 'small', label: labelName(name, other) }),
  ]);
}

export interface Arrival {
  /** The stage that is the output. */
  readonly exit: number;
  readonly record: Fields;
}

/** What arrives at the outputs when a record enters at a stage. */
export function arrivals(stages: readonly Stage[], entering: Fields, at = 0): Arrival[] {
  const stage = stages[at];
  if (stage === undefined) return [];
  const left = stage.steps.reduce<Fields | undefined>((fields, { run }) => fields && run(fields), entering);
  if (left === undefined) return [];
  if (stage.end.kind === 'exit') return [{ exit: at, record: left }];
  if (stage.end.kind === 'labels') return stage.end.to.flatMap((to) => arrivals(stages, left, to));
  const [first, other] = stage.end.to;
  if (text(left['a']).includes('A')) return arrivals(stages, left, first);
  return text(left['b']) === '' ? [] : arrivals(stages, left, other);
}

function text(value: Value | undefined): string {
  return typeof value === 'string' ? value : value == null ? '' : JSON.stringify(value);
}

export function fieldAt(fields: Fields, path: readonly string[]): Value | undefined {
  return path.reduce<Value | undefined>(
    (value, name) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? value[name] : undefined,
    fields,
  );
}
