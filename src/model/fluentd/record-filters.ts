/** Filters that give records the shape of contract/record.ts. */
import type { EventSource } from '../../contract/event';
import type { LogFormat } from '../../contract/record';
import { RECORD_KEY } from '../../contract/record';
import { env, filter, json, section } from './elements';
import type { FluentdElement, JsonTree, JsonValue } from './elements';

/** Environment variable with the name of the node, from the pod's own fields. */
export const NODE_NAME_VARIABLE = 'K8S_NODE_NAME';

/** What `record_transformer` would replace in a text. */
const PLACEHOLDER = /\$\{|__[A-Z_]+__/;

export interface FilterOrigin {
  readonly source: EventSource;
  readonly format?: LogFormat;
  readonly cluster: string;
  readonly canary?: true;
}

/** Says where a record comes from, and drops the fields that only the way here needed. */
export function originFilter(origin: FilterOrigin, dropFields: readonly string[] = []): FluentdElement {
  const params = {
    '@type': 'siem_origin',
    origin: originValue(origin),
    remove_keys: dropFields.length === 0 ? undefined : json(dropFields),
  };
  return { ...filter(params), effects: { sets: [RECORD_KEY], removes: dropFields } };
}

/** The value of `RECORD_KEY` as `record_transformer` writes it; what is `added` may hold placeholders of that plugin. */
export function originValue(origin: FilterOrigin, added: { readonly [key: string]: JsonTree } = {}): JsonValue {
  if (PLACEHOLDER.test(origin.cluster)) {
    throw new Error(`the cluster name '${origin.cluster}' holds a placeholder of Fluentd; leave out '\${' and '__'`);
  }
  const { source, format, cluster, canary } = origin;
  return json({
    source,
    ...(format !== undefined && { format }),
    cluster,
    node: env(NODE_NAME_VARIABLE),
    ...(canary === true && { canary }),
    ...added,
  });
}

/**
 * Runs statements of ours on every record; `record` and `time` are theirs to read and `record` to change. The plugin only
 * knows values of fields, so the statements are the value of a field that is dropped again.
 */
export function rubyFilter(...statements: readonly string[]): FluentdElement {
  const record = section('record', { _: `\${${[...statements, 'nil'].join('; ')}}` });
  return filter({ '@type': 'record_modifier', remove_keys: '_' }, [record]);
}

/**
 * Replaces every broken byte in every text of a record. A log line holds what its writer likes, and a destination that
 * refuses a body for one bad byte would refuse it for ever.
 */
export function cleanTextFilter(): FluentdElement {
  return filter({ '@type': 'record_modifier', char_encoding: 'UTF-8:UTF-8' });
}
