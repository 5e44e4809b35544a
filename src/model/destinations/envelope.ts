/** Records inside what a service wants around them. */
import { filter, section } from '../fluentd/elements';
import type { EmbeddedText, FluentdElement } from '../fluentd/elements';

/** Ruby: where a record comes from, in any format. The tag stands for those that do not say. */
export const RECORD_SOURCE = '(record["siem"].is_a?(Hash) && record["siem"]["source"] || tag)';

/** Ruby: the machine that wrote it, or the cluster that an alert is about. */
export const RECORD_HOST =
  '(record["siem"].is_a?(Hash) && record["siem"]["node"] || record["host"].is_a?(Hash) && record["host"]["name"] || record["cluster"] || "cluster")';

/** Fields to the Ruby that gives their values; nothing of a user stands in it. */
type RubyFields = Readonly<Record<string, string>>;

/** A new record of these fields, each by an expression of ours over `record`, `tag` and `time`. */
export function envelopeFilter(fields: RubyFields): FluentdElement {
  return filter({ '@type': 'record_transformer', enable_ruby: true, renew_record: true }, [rubySection(fields)]);
}

/** The same, added to the record. */
export function computedFields(fields: RubyFields): FluentdElement {
  return filter({ '@type': 'record_transformer', enable_ruby: true }, [rubySection(fields)]);
}

/** Fields with the same text in every record; no Ruby is evaluated here. */
export function constantFields(fields: Readonly<Record<string, string | EmbeddedText | undefined>>): FluentdElement {
  return filter({ '@type': 'record_transformer' }, [section('record', fields)]);
}

function rubySection(fields: RubyFields): FluentdElement {
  return section(
    'record',
    Object.fromEntries(Object.entries(fields).map(([name, expression]) => [name, `\${${expression}}`])),
  );
}
