/** Filters that give records the shape of contract/record.ts. */
import type { EventSource } from '../contract/event';
import { RECORD_KEY } from '../contract/record';
import { env, filter, json, section } from './fluentd';
import type { FluentdElement } from './fluentd';

/** Environment variable with the name of the node, from the pod's own fields. */
export const NODE_NAME_VARIABLE = 'K8S_NODE_NAME';

/** What `record_transformer` would replace in a text. */
const PLACEHOLDER = /\$\{|__[A-Z_]+__/;

/**
 * Says where a record comes from, and drops the fields that only the way here needed. Names of users go through this
 * filter only: it evaluates no Ruby.
 */
export function originFilter(
  origin: { readonly source: EventSource; readonly cluster: string },
  dropFields: readonly string[] = [],
): FluentdElement {
  if (PLACEHOLDER.test(origin.cluster)) {
    throw new Error(`the cluster name '${origin.cluster}' holds a placeholder of Fluentd; leave out '\${' and '__'`);
  }
  const value = json({ source: origin.source, cluster: origin.cluster, node: env(NODE_NAME_VARIABLE) });
  const params = {
    '@type': 'record_transformer',
    remove_keys: dropFields.length === 0 ? undefined : dropFields.join(','),
  };
  return filter(params, [section('record', { [RECORD_KEY]: value })]);
}

/** Sets fields by Ruby expressions of ours, each the inside of `${…}`. */
export function rubyFilter(fields: Readonly<Record<string, string>>): FluentdElement {
  const record = Object.fromEntries(Object.entries(fields).map(([key, ruby]) => [key, `\${${ruby}}`]));
  return filter({ '@type': 'record_transformer', enable_ruby: true }, [section('record', record)]);
}

/**
 * The same for fields that a record need not have. Where one is missing, its line sets `always`, a field that every
 * record has, to what it is: a filter cannot leave a line out, and would add a null.
 */
export function presentOnly(fields: Readonly<Record<string, string>>, always: string): Record<string, string> {
  const lines = Object.entries(fields).map(([field, ruby]) => {
    const present = `record.key?("${field}")`;
    return [`\${${present} ? "${field}" : "${always}"}`, `${present} ? ${ruby} : record["${always}"]`];
  });
  return Object.fromEntries(lines) as Record<string, string>;
}

/**
 * The text of a field with every broken byte replaced. A log line holds what its writer likes, and a destination that
 * refuses a body for one bad byte would refuse it for ever.
 */
export function cleanText(field: string): string {
  return `record["${field}"].to_s.dup.force_encoding("UTF-8").scrub`;
}
