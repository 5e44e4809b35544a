/**
 * Logs below `/var/log/pods`: where they come from is in the path, so nobody has to ask the API server. One tail reads
 * them all, whatever source they belong to.
 */
import { filter, json, label, match, regexp, section, source } from '../fluentd/elements';
import type { FluentdElement, FluentdParams } from '../fluentd/elements';
import { cleanTextFilter, rubyFilter } from '../fluentd/record-filters';
import { canarySource } from './canary';
import { multilineElements, unmarkFilter } from './multiline';
import type { MultilineRule } from './multiline';
import { POD_FORMATS } from './pod-formats';
import type { PodLogFormat } from './pod-formats';
import { selectorGlob, selectorPattern } from './pod-selector';
import type { PodSelector } from './pod-selector';
import { PATH_FIELD, sortingLabels, takenFilter } from './quarantine';
import type { TailName } from './quarantine';
import { relabel, sourceEnd } from './source';
import type { SourceContext, SourceEnd } from './source';
import { guardedParse, tailParams } from './tail';

export type ContainerRuntime = 'containerd' | 'docker';

/** Containers whose output is log lines and nothing more. */
export interface ContainerLogs {
  /** Absent: all. */
  readonly namespaces?: readonly string[];
  readonly exclude?: readonly PodSelector[];
  readonly multiline?: readonly MultilineRule[];
}

/** Containers whose output is of a known format. */
export interface FormattedPods {
  readonly format: PodLogFormat;
  readonly pods: readonly PodSelector[];
}

export interface PodLogs {
  readonly runtime: ContainerRuntime;
  /** `/var/log/pods`, as mounted. */
  readonly podLogDirectory: string;
  /** Namespaces whose pods are not read: our own, or their logs would feed themselves. */
  readonly excludedNamespaces: readonly string[];
  readonly containers?: ContainerLogs;
  /** In the order in which they are asked; the first that fits takes a container. */
  readonly formats?: readonly FormattedPods[];
}

const ID = 'in_pods';
const LINES_LABEL = '@PODS';
const PARTS_LABEL = '@PODS_PARTS';
const WHOLE_LABEL = '@PODS_WHOLE';
const MESSAGES_LABEL = '@PODS_MESSAGES';
const ORIGIN = { source: 'container' } as const;
const STREAM_FIELD = '_stream';

/**
 * Longest message, in bytes. Runtimes cut lines at 16 KiB, so a container that never ends its line is a chain of parts
 * without end: here it becomes several messages instead of an agent without memory.
 */
const MESSAGE_LIMIT_BYTES = 1024 * 1024;

/** How a runtime writes a line, and how it says that the line goes on in the next one. */
interface LineFormat {
  readonly name: string;
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
    name: 'in the CRI log format',
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
    name: 'JSON of Docker',
    parse: { '@type': 'json', ...TIME },
    textField: 'log',
    part: '(record["log"].to_s.end_with?("\\n") ? "F" : "P")',
    message: 'record["message"] ||= record["log"].to_s.chomp',
    leftovers: ['log'],
  },
};

export function podElements(pods: PodLogs, context: SourceContext): FluentdElement[] {
  const format = FORMATS[pods.runtime];
  const origin = { ...ORIGIN, cluster: context.cluster };
  return [
    podSource(pods, format, context),
    ...sortingLabels({ id: 'pods', label: LINES_LABEL, taken: PARTS_LABEL, origin }),
    partsLabel(format),
    wholeLabel(format, pods.containers?.multiline ?? []),
    messagesLabel(format, pods),
    ...destinationsOf(pods).flatMap((end) => [
      canarySource(end.id, formatLabel(end.id)),
      label(formatLabel(end.id), sourceEnd(end, context)),
    ]),
  ];
}

/** How Fluentd's own log names the tail. */
export function podTail({ cluster }: SourceContext): TailName {
  return { id: ID, origin: { ...ORIGIN, cluster } };
}

function podSource(pods: PodLogs, format: LineFormat, { stateDirectory }: SourceContext): FluentdElement {
  const directory = pods.podLogDirectory;
  const excluded = [
    `${directory}/*/*/*.gz`,
    `${directory}/*/*/*.tmp`,
    ...pods.excludedNamespaces.map((namespaceName) => selectorGlob(directory, { namespaceName })),
    ...(pods.containers?.exclude ?? []).map((selector) => selectorGlob(directory, selector)),
  ];
  const params = {
    ...tailParams({ id: ID, label: LINES_LABEL, tag: 'kube.container', stateDirectory }),
    path: podPaths(pods).join(','),
    exclude_path: json(excluded),
    path_key: PATH_FIELD,
    pos_file_compaction_interval: 3600,
    emit_unmatched_lines: true,
    max_line_size: MESSAGE_LIMIT_BYTES,
  };
  return source(params, [guardedParse(format.name, format.parse)]);
}

/** Two that overlap do not read a file twice: the tail follows each inode once. */
function podPaths({ podLogDirectory, containers, formats = [] }: PodLogs): string[] {
  const namespaces: readonly PodSelector[] = containers?.namespaces?.map((namespaceName) => ({ namespaceName })) ?? [
    {},
  ];
  if (containers !== undefined && containers.namespaces === undefined) return [selectorGlob(podLogDirectory, {})];
  const chosen = [...(containers === undefined ? [] : namespaces), ...formats.flatMap(({ pods }) => pods)];
  return [...new Set(chosen.map((selector) => selectorGlob(podLogDirectory, selector)))];
}

/** Joins what the runtime cut, for each stream of each file by itself: parts of two streams come interleaved. */
function partsLabel(format: LineFormat): FluentdElement {
  const concat: FluentdParams = {
    '@type': 'concat',
    key: format.textField,
    separator: '',
    partial_key: '_part',
    partial_value: 'P',
    stream_identity_key: STREAM_FIELD,
    buffer_limit_size: MESSAGE_LIMIT_BYTES,
    buffer_overflow_method: 'new',
    use_first_timestamp: true,
    flush_interval: 60,
    timeout_label: WHOLE_LABEL,
  };
  return label(PARTS_LABEL, [
    takenFilter(),
    rubyFilter(
      `record["${STREAM_FIELD}"] = record["${PATH_FIELD}"].to_s + record["stream"].to_s`,
      `record["_part"] = ${format.part}`,
    ),
    filter(concat),
    relabel('relabel_pods_whole', WHOLE_LABEL),
  ]);
}

function wholeLabel(format: LineFormat, rules: readonly MultilineRule[]): FluentdElement {
  const fields = { path: PATH_FIELD, stream: STREAM_FIELD };
  const limits = { messageBytes: MESSAGE_LIMIT_BYTES, nextLabel: MESSAGES_LABEL };
  const joining = rules.length === 0 ? [] : [rubyFilter(format.message), ...multilineElements(rules, fields, limits)];
  return label(WHOLE_LABEL, [...joining, relabel('relabel_pods_messages', MESSAGES_LABEL)]);
}

/** Where each message belongs: a container that a format claims is no plain container log beside it. */
function messagesLabel(format: LineFormat, pods: PodLogs): FluentdElement {
  const ends = destinationsOf(pods);
  const joined = pods.containers?.multiline === undefined ? [] : [unmarkFilter()];
  return label(MESSAGES_LABEL, [
    ...joined,
    podFilter(),
    rubyFilter(format.message),
    cleanTextFilter(),
    route(pods, ends),
  ]);
}

function route(pods: PodLogs, ends: readonly SourceEnd[]): FluentdElement {
  const [only] = ends;
  if (only !== undefined && ends.length === 1) return relabel('relabel_pods_end', formatLabel(only.id));
  const rules = (pods.formats ?? []).flatMap((formatted) =>
    formatted.pods.map((selector) => rule(selectorPattern(selector), formatted.format)),
  );
  const rest = pods.containers === undefined ? [] : [rule('.', 'container')];
  return match({ '@type': 'rewrite_tag_filter', '@id': 'route_pods' }, [...rules, ...rest]);
}

function rule(pattern: string, format: PodLogFormat | 'container'): FluentdElement {
  const id = formatId(format);
  return section('rule', { key: PATH_FIELD, pattern: regexp(pattern), tag: `kube.${format}`, label: formatLabel(id) });
}

function destinationsOf({ runtime, containers, formats = [] }: PodLogs): SourceEnd[] {
  const dropFields = [PATH_FIELD, STREAM_FIELD, '_part', ...FORMATS[runtime].leftovers];
  const plain: SourceEnd = { id: 'containers', traffic: 'pods', origin: ORIGIN, dropFields };
  const known = [...new Set(formats.map(({ format }) => format))].map((format): SourceEnd => {
    const { source: eventSource, traffic } = POD_FORMATS[format];
    return { id: formatId(format), traffic, origin: { source: eventSource, format }, dropFields };
  });
  return containers === undefined ? known : [...known, plain];
}

function formatId(format: PodLogFormat | 'container'): string {
  return format === 'container' ? 'containers' : format.replaceAll('-', '_');
}

function formatLabel(id: string): string {
  return `@PODS_${id.toUpperCase()}`;
}

/** `<namespace>_<pod>_<uid>/<container>/<restarts>.log`; none of the names holds an underscore. */
function podFilter(): FluentdElement {
  const path =
    String.raw`\/(?<namespace_name>[^_\/]+)_(?<pod_name>[^_\/]+)_(?<pod_id>[^\/]+)` +
    String.raw`\/(?<container_name>[^\/]+)\/(?<restart_count>\d+)\.log[^\/]*\z`;
  const params: FluentdParams = {
    '@type': 'parser',
    key_name: PATH_FIELD,
    reserve_data: true,
    reserve_time: true,
    emit_invalid_record_to_error: false,
    hash_value_field: 'kubernetes',
  };
  const parse = { '@type': 'regexp', expression: regexp(path), types: 'restart_count:integer' };
  return filter(params, [section('parse', parse)]);
}
