/**
 * Logs below `/var/log/pods`: where they come from is in the path, so nobody has to ask the API server. One tail reads
 * them all, whatever source they belong to.
 */
import { filter, json, label, match, regexp, section, source } from '../fluentd/elements';
import type { FluentdElement, FluentdParams } from '../fluentd/elements';
import { rubyFilter } from '../fluentd/record-filters';
import { canarySource } from './canary';
import { multilineElements, unmarkFilter } from './multiline';
import type { MultilineRule } from './multiline';
import { POD_FORMATS } from './pod-formats';
import type { PodLogFormat } from './pod-formats';
import { selectorGlob, selectorPattern } from './pod-selector';
import type { PodSelector } from './pod-selector';
import { PATH_FIELD, sortingLabels } from './quarantine';
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

/** How a runtime writes a line. */
interface LineFormat {
  readonly name: string;
  readonly parse: FluentdParams;
}

const FORMATS: Readonly<Record<ContainerRuntime, LineFormat>> = {
  containerd: { name: 'in the CRI log format', parse: { '@type': 'siem_cri' } },
  docker: {
    name: 'JSON of Docker',
    parse: {
      '@type': 'json',
      // Zeros at the end of a fraction are left out, and with them, one time in a billion, the whole fraction.
      time_key: 'time',
      time_type: 'mixed',
      time_format: '%Y-%m-%dT%H:%M:%S.%N%z',
      time_format_fallbacks: json(['%Y-%m-%dT%H:%M:%S%z']),
      keep_time_key: true,
    },
  },
};

export function podElements(pods: PodLogs, context: SourceContext): FluentdElement[] {
  const format = FORMATS[pods.runtime];
  const origin = { ...ORIGIN, cluster: context.cluster };
  return [
    podSource(pods, format, context),
    ...sortingLabels({ id: 'pods', label: LINES_LABEL, taken: PARTS_LABEL, origin }),
    partsLabel(pods.runtime),
    wholeLabel(pods.containers?.multiline ?? []),
    messagesLabel(pods),
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

/** Joins what the runtime cut, for each stream of each file by itself, and names the pod. */
function partsLabel(runtime: ContainerRuntime): FluentdElement {
  const container: FluentdParams = {
    '@type': 'siem_container',
    path_key: PATH_FIELD,
    docker: runtime === 'docker',
    message_limit_size: MESSAGE_LIMIT_BYTES,
    timeout_label: WHOLE_LABEL,
  };
  const effects = { sets: ['kubernetes', 'message'], removes: ['_part', ...(runtime === 'docker' ? ['log'] : [])] };
  return label(PARTS_LABEL, [{ ...filter(container), effects }, relabel('relabel_pods_whole', WHOLE_LABEL)]);
}

function wholeLabel(rules: readonly MultilineRule[]): FluentdElement {
  const fields = { path: PATH_FIELD, stream: STREAM_FIELD };
  const limits = { messageBytes: MESSAGE_LIMIT_BYTES, nextLabel: MESSAGES_LABEL };
  const stream = rubyFilter(`record["${STREAM_FIELD}"] = record["${PATH_FIELD}"] + record["stream"].to_s`);
  const joining = rules.length === 0 ? [] : [stream, ...multilineElements(rules, fields, limits)];
  return label(WHOLE_LABEL, [...joining, relabel('relabel_pods_messages', MESSAGES_LABEL)]);
}

/** Where each message belongs: a container that a format claims is no plain container log beside it. */
function messagesLabel(pods: PodLogs): FluentdElement {
  const joined = pods.containers?.multiline === undefined ? [] : [unmarkFilter()];
  return label(MESSAGES_LABEL, [...joined, route(pods, destinationsOf(pods))]);
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

function destinationsOf({ containers, formats = [] }: PodLogs): SourceEnd[] {
  const isJoining = containers?.multiline !== undefined;
  const dropFields = isJoining ? [PATH_FIELD, STREAM_FIELD] : [PATH_FIELD];
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
