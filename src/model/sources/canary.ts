/**
 * Records of ours that tell whether the way of a source is open: one for each source and node, at a fixed interval, into the
 * label of the source, so that it passes every filter, buffer and hop that real records pass.
 */
import { CANARY_INTERVAL_SECONDS, CANARY_SENT_KEY } from '../../contract/record';
import { section, source } from '../fluentd/elements';
import type { FluentdElement } from '../fluentd/elements';
import { originFilter, rubyFilter } from '../fluentd/record-filters';
import type { FilterOrigin } from '../fluentd/record-filters';

const CANARY_TAGS = 'canary.*';

/** Emits an empty record at the interval; `canaryFilters` in the label make it a canary. */
export function canarySource(id: string, label: string): FluentdElement {
  const params = {
    '@type': 'exec',
    '@id': `canary_${id}`,
    '@label': label,
    tag: `canary.${id}`,
    command: String.raw`printf '{}\n'`,
    run_interval: CANARY_INTERVAL_SECONDS,
  };
  return source(params, [section('parse', { '@type': 'json' })]);
}

/** For the label of a source, after its own origin was set. */
export function canaryFilters(origin: FilterOrigin): FluentdElement[] {
  const sent = `record["${CANARY_SENT_KEY}"] = Time.at(time).utc.strftime("%Y-%m-%dT%H:%M:%S.%3NZ")`;
  const filters = [rubyFilter(sent), originFilter({ ...origin, canary: true })];
  return filters.map((filter) => ({ ...filter, argument: CANARY_TAGS }));
}
