/** Container logs below `/var/log/pods`: where they come from is in the path, so nobody has to ask the API server. */
import { UNMATCHED_LINE_KEY } from '../../contract/record';
import { filter, json, label, match, regexp, section, source } from '../fluentd/elements';
import type { FluentdElement, FluentdParams } from '../fluentd/elements';
import { tailParams } from './tail';
import { cleanTextFilter, originFilter, rubyFilter } from '../fluentd/record-filters';

export type ContainerRuntime = 'containerd' | 'docker';

export interface ContainerLogs {
  readonly cluster: string;
  readonly runtime: ContainerRuntime;
  readonly podLogDirectory: string;
  readonly excludedNamespaces: readonly string[];
  readonly stateDirectory: string;
  /** Where the records go. */
  readonly output: FluentdElement;
}

const PARTS_LABEL = '@PODS';
const WHOLE_LABEL = '@PODS_WHOLE';

/**
 * Longest message, in bytes. Runtimes cut lines at 16 KiB, so a container that never ends its line is a chain of parts
 * without end: here it becomes several messages instead of an agent without memory.
 */
const MESSAGE_LIMIT_BYTES = 1024 * 1024;

/** How a runtime writes a line, and how it says that the line goes on in the next one. */
interface LineFormat {
  readonly parse: FluentdParams;
  /** Field with the text. */
  readonly textField: string;
  /** Ruby for `P` when the line goes on. */
  readonly part: string;
  /** Ruby that makes the text the message. */
  readonly message: string;
  readonly leftovers: readonly string[];
}

/** Runtimes leave zeros at the end of a fraction out, and with them, one time in a billion, the whole fraction. */
const TIME: FluentdParams = {
  time_key: 'time',
  time_type: 'mixed',
  time_format: '%Y-%m-%dT%H:%M:%S.%N%z',
  time_format_fallbacks: json(['%Y-%m-%dT%H:%M:%S%z']),
  keep_time_key: true,
};

const FORMATS: Readonly<Record<ContainerRuntime, LineFormat>> = {
  containerd: {
    parse: {
      '@type': 'regexp',
      expression: regexp(
        String.raw`\A(?<time>\d{4}-\d\d-\d\dT\S+) (?<stream>stdout|stderr) (?<logtag>\S+) ?(?<message>.*)\z`,
      ),
      ...TIME,
    },
    textField: 'message',
    part: 'record["logtag"].to_s[0]',
    message: 'record["message"] ||= ""',
    leftovers: ['logtag'],
  },
  docker: {
    parse: { '@type': 'json', ...TIME },
    textField: 'log',
    part: '(record["log"].to_s.end_with?("\\n") ? "F" : "P")',
    message: 'record["message"] ||= record["log"].to_s.chomp',
    leftovers: ['log'],
  },
};

export function containerElements(logs: ContainerLogs): FluentdElement[] {
  const format = FORMATS[logs.runtime];
  return [podSource(logs, format), partsLabel(format), wholeLabel(logs, format)];
}

/** A line that the runtime's format does not explain is carried whole, as the message. */
function podSource(logs: ContainerLogs, format: LineFormat): FluentdElement {
  const pods = logs.podLogDirectory;
  const excluded = [
    `${pods}/*/*/*.gz`,
    `${pods}/*/*/*.tmp`,
    ...logs.excludedNamespaces.map((namespace) => `${pods}/${namespace}_*/*/*.log*`),
  ];
  const params = {
    ...tailParams({ id: 'in_pods', label: PARTS_LABEL, tag: 'kube.container', stateDirectory: logs.stateDirectory }),
    path: `${pods}/*/*/*.log*`,
    exclude_path: json(excluded),
    path_key: '_path',
    pos_file_compaction_interval: 3600,
    emit_unmatched_lines: true,
    max_line_size: MESSAGE_LIMIT_BYTES,
  };
  return source(params, [section('parse', format.parse)]);
}

/** Joins what the runtime cut, for each stream of each file by itself: parts of two streams come interleaved. */
function partsLabel(format: LineFormat): FluentdElement {
  const concat: FluentdParams = {
    '@type': 'concat',
    key: format.textField,
    separator: '',
    partial_key: '_part',
    partial_value: 'P',
    stream_identity_key: '_stream',
    buffer_limit_size: MESSAGE_LIMIT_BYTES,
    buffer_overflow_method: 'new',
    use_first_timestamp: true,
    flush_interval: 60,
    timeout_label: WHOLE_LABEL,
  };
  return label(PARTS_LABEL, [
    rubyFilter('record["_stream"] = record["_path"].to_s + record["stream"].to_s', `record["_part"] = ${format.part}`),
    filter(concat),
    match({ '@type': 'relabel', '@id': 'relabel_pods', '@label': WHOLE_LABEL }),
  ]);
}

function wholeLabel(logs: ContainerLogs, format: LineFormat): FluentdElement {
  const dropped = ['_path', '_stream', '_part', ...format.leftovers];
  return label(WHOLE_LABEL, [
    podFilter(),
    rubyFilter(
      `record["message"] = record.delete("${UNMATCHED_LINE_KEY}") if record.key?("${UNMATCHED_LINE_KEY}")`,
      format.message,
    ),
    cleanTextFilter(),
    originFilter({ source: 'container', cluster: logs.cluster }, dropped),
    logs.output,
  ]);
}

/** `<namespace>_<pod>_<uid>/<container>/<restarts>.log`; none of the names holds an underscore. */
function podFilter(): FluentdElement {
  const path =
    String.raw`\/(?<namespace_name>[^_\/]+)_(?<pod_name>[^_\/]+)_(?<pod_id>[^\/]+)` +
    String.raw`\/(?<container_name>[^\/]+)\/(?<restart_count>\d+)\.log[^\/]*\z`;
  const params: FluentdParams = {
    '@type': 'parser',
    key_name: '_path',
    reserve_data: true,
    reserve_time: true,
    emit_invalid_record_to_error: false,
    hash_value_field: 'kubernetes',
  };
  const parse = { '@type': 'regexp', expression: regexp(path), types: 'restart_count:integer' };
  return filter(params, [section('parse', parse)]);
}
