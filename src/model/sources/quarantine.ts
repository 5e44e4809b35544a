/**
 * Lines that no parser could take. They go to the SIEM as records of their own, with the reason and where they stand; they are
 * counted, and so many of a source in a minute are sent that a flood of them hurts nobody.
 */
import { QUARANTINE_MESSAGE_BYTES, RECORD_KEY, REFUSED_KEY, UNMATCHED_LINE_KEY } from '../../contract/record';
import { element, filter, label, match, regexp, section } from '../fluentd/elements';
import type { FluentdElement, FluentdParams } from '../fluentd/elements';
import { originValue, rubyFilter } from '../fluentd/record-filters';
import type { FilterOrigin } from '../fluentd/record-filters';
import { relabel } from './source';

const QUARANTINE_LABEL = '@QUARANTINE';

/** Records that one source of an agent may send into quarantine in a minute; more are counted only. */
export const QUARANTINED_PER_MINUTE = 100;

/** Where the host's directories are mounted that the container has itself. */
export const HOST_ROOT = '/host';

/** Field with the path of the file that a line stands in. */
export const PATH_FIELD = '_path';

/** A label whose records are taken apart: those that a parser took, and lines that it refused. */
export interface Sorting {
  readonly id: string;
  readonly label: string;
  /** Label of the records that the parser took. */
  readonly taken: string;
  readonly origin: FilterOrigin;
}

/**
 * When the buffer of the records is full, the tail repeats the whole batch, so the refused lines, whose buffer is never
 * full, come after them.
 */
export function sortingLabels(sorting: Sorting): FluentdElement[] {
  const refused = `${sorting.label}_REFUSED`;
  const sort = {
    '@type': 'siem_sort',
    '@id': `sort_${sorting.id}`,
    '@label': sorting.taken,
    refused_key: REFUSED_KEY,
  };
  return [
    label(sorting.label, [match(sort, [section('refused', { '@label': refused })])]),
    label(refused, [
      quarantineFilter(sorting.origin, {
        message: `\${record["${UNMATCHED_LINE_KEY}"]}`,
        reason: `\${record["${REFUSED_KEY}"]}`,
        path: `\${record["${PATH_FIELD}"]}`,
      }),
      relabel(`relabel_${sorting.id}_quarantine`, QUARANTINE_LABEL),
    ]),
  ];
}

/** Only the first of several may refuse. */
function store(index: number, id: string, name: string): FluentdElement {
  return element('store', index === 0 ? '' : 'ignore_error', { '@type': 'relabel', '@id': id, '@label': name });
}

function grep(kind: 'regexp' | 'exclude', key: string, pattern = '.'): FluentdElement {
  return filter({ '@type': 'grep' }, [section(kind, { key, pattern: regexp(pattern) })]);
}

interface QuarantineRecord {
  readonly message: string;
  readonly reason: string;
  readonly path?: string;
}

function quarantineFilter(origin: FilterOrigin, record: QuarantineRecord): FluentdElement {
  const { message, reason, path } = record;
  const value = originValue(origin, { quarantine: { reason, ...(path !== undefined && { path }) } });
  return filter({ '@type': 'record_transformer', renew_record: true }, [
    section('record', { message, [RECORD_KEY]: value }),
  ]);
}

/** A tail, as Fluentd's own log names it. */
export interface TailName {
  readonly id: string;
  readonly origin: FilterOrigin;
}

/**
 * Fluentd's own log stays on its standard output: shipped, it would feed on its own errors. Taken out of it is only that a
 * tail passed over a line above its limit, which nothing else tells; such a line is not kept.
 */
export function ownLogElements(tails: readonly TailName[]): FluentdElement[] {
  const labels = tails.map(({ id, origin }) => {
    const limit = String.raw`\A\[${id}\] received line length is longer than \d+`;
    return label(longLabel(id), [
      grep('regexp', 'message', limit),
      quarantineFilter(origin, { message: '', reason: 'longer than the limit' }),
      relabel(`relabel_${id}_long`, QUARANTINE_LABEL),
    ]);
  });
  const stores = tails.map(({ id }, index) => store(index, `relabel_own_log_${id}`, longLabel(id)));
  const end =
    stores.length === 0
      ? match({ '@type': 'null', '@id': 'null_fluent_log' })
      : match({ '@type': 'copy', '@id': 'copy_own_log', copy_mode: 'no_copy' }, stores);
  return [label('@FLUENT_LOG', [...(stores.length === 0 ? [] : [tooLong()]), end]), ...labels];
}

function tooLong(): FluentdElement {
  return grep('regexp', 'message', String.raw`\A\[\w+\] received line length is longer than \d+`);
}

function longLabel(id: string): string {
  return `@${id.toUpperCase()}_LONG`;
}

/** The label that all quarantined records of an agent pass; `output` must never refuse. */
export function quarantineLabel(output: FluentdElement): FluentdElement {
  return label(QUARANTINE_LABEL, [
    shortened(),
    counter('siem_quarantined_records_total', 'Lines that no parser of the agent could take.', [
      ['reason', `$.${RECORD_KEY}.quarantine.reason`],
    ]),
    counter('siem_quarantine_left_out_records_total', 'Lines in quarantine that were only counted.', [], LEFT_OUT),
    filter({ '@type': 'grep' }, [section('exclude', { key: LEFT_OUT, pattern: regexp('.') })]),
    output,
  ]);
}

const LEFT_OUT = '_left_out';

/** Cuts the line and counts those of the minute, for each source. */
function shortened(): FluentdElement {
  return rubyFilter(
    'line = record["message"].to_s.b',
    `record["message"] = line.byteslice(0, ${QUARANTINE_MESSAGE_BYTES}).force_encoding("UTF-8").scrub`,
    `origin = record["${RECORD_KEY}"]`,
    'about = origin["quarantine"]',
    'about["bytes"] = line.bytesize if about.key?("path")',
    `about["path"] = about["path"].to_s.delete_prefix("${HOST_ROOT}") if about.key?("path")`,
    'minute = Process.clock_gettime(Process::CLOCK_MONOTONIC).to_i / 60',
    '(@minute, @sent = minute, Hash.new(0)) if @minute != minute',
    'sent = (@sent[origin["source"]] += 1)',
    `record["${LEFT_OUT}"] = 1 if sent > ${QUARANTINED_PER_MINUTE}`,
  );
}

function counter(
  name: string,
  description: string,
  labels: readonly (readonly [string, string])[],
  key?: string,
): FluentdElement {
  const params: FluentdParams = { name, type: 'counter', desc: description, key };
  const all = Object.fromEntries([['source', `$.${RECORD_KEY}.source`], ...labels]) as FluentdParams;
  return filter({ '@type': 'prometheus' }, [section('metric', params, [section('labels', all)])]);
}
