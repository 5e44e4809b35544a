/** Small configurations, each with one thing wrong, and one nearly the same with nothing wrong. */
import { checkConfig, checkedConfig } from '../../../src/model/fluentd/check';
import { element, json, label, match, section, source } from '../../../src/model/fluentd/elements';
import type { FluentdElement, FluentdParams, FluentdValue } from '../../../src/model/fluentd/elements';

const SOURCE = source({ '@type': 'sample', '@id': 'in', '@label': '@A', tag: 'a' });
export const END = match({ '@type': 'null', '@id': 'end' });

const BUFFER: FluentdParams = {
  '@type': 'file',
  path: '/state/out',
  total_limit_size: 1024,
  overflow_action: 'throw_exception',
};

export function buffer(params: FluentdParams = {}, keys = ''): FluentdElement {
  return element('buffer', keys, { ...BUFFER, ...params });
}

export function http(params: FluentdParams = {}, children: readonly FluentdElement[] = [buffer()]): FluentdElement {
  const given = { endpoint: 'https://siem.example.com/', retryable_response_codes: json([503]), ...params };
  return match({ '@type': 'http', '@id': 'out', ...given }, children);
}

/** One source whose records go through these elements of a label. */
export function flow(...elements: readonly FluentdElement[]): FluentdElement[] {
  return [SOURCE, label('@A', elements)];
}

export function filtered(...filters: readonly FluentdElement[]): FluentdElement[] {
  return flow(...filters, END);
}

export function tail(params: FluentdParams): FluentdElement[] {
  const given = {
    '@type': 'tail',
    '@id': 'in',
    '@label': '@A',
    tag: 'a',
    path: '/x',
    pos_file: '/p',
    read_from_head: true,
  };
  return [source({ ...given, ...params }, [section('parse', { '@type': 'none' })]), label('@A', [END])];
}

export function port(id: string, params: FluentdParams): FluentdElement {
  return source({ '@id': id, '@label': '@A', tag: 'a', ...params }, [section('parse', { '@type': 'none' })]);
}

export function relabel(id: string, target: string): FluentdElement {
  return match({ '@type': 'relabel', '@id': id, '@label': target });
}

export function rewrite(pattern: FluentdValue, params: FluentdParams = { '@label': '@B' }): FluentdElement[] {
  const rule = section('rule', { key: 'kind', pattern, tag: 'x.$1' });
  return [
    ...flow(match({ '@type': 'rewrite_tag_filter', '@id': 'rewrite', ...params }, [rule])),
    ...(params['@label'] === undefined ? [] : [label('@B', [{ ...END, params: { ...END.params, '@id': 'end_b' } }])]),
  ];
}

export function copy(stores: readonly [argument: string, overflow: string][]): FluentdElement[] {
  const outputs = stores.map(([argument, overflow], index) =>
    element('store', argument, http({ '@id': `out_${index}` }).params, [
      buffer({ path: `/state/${index}`, overflow_action: overflow }),
    ]),
  );
  return flow(match({ '@type': 'copy', '@id': 'copy', copy_mode: 'shallow' }, outputs));
}

export const SHIP: FluentdElement = label('@SHIP', [match({ '@type': 'null', '@id': 'ship' })]);

export interface Row {
  readonly title: string;
  readonly code: string;
  /** Words of the message. */
  readonly says: string;
  readonly wrong: readonly FluentdElement[];
  /** Nearly the same, and nothing wrong. */
  readonly right: readonly FluentdElement[];
}

/** Runs the rows as tests: what is wrong is found and said, and what is right has no problem at all. */
export function testRows(rows: readonly Row[]): void {
  test.each(rows)('finds $title', ({ code, says, wrong, right }) => {
    expect(checkConfig(right)).toEqual([]);
    expect(checkConfig(wrong).map((problem) => problem.code)).toContain(code);
    expect(() => checkedConfig(wrong)).toThrow(says);
  });
}
