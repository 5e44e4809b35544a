import type { Json, JsonObject } from '../contract/event';
import type { SplitLine } from '../event/line-splitter';

/** What the parts of one line may come to; more is passed on as it is so far. */
const LINE_LIMIT = 16 * 1024 * 1024;

/** One line that a container's runtime wrote down. */
interface RuntimeLine {
  readonly time: string;
  readonly stream: string;
  readonly text: string;
  /** The container has not ended the line here: the runtime cuts long ones. */
  readonly isPart: boolean;
}

/** Parts of a line that has not ended yet. */
interface OpenLine {
  readonly time: string;
  readonly number: number;
  text: string;
}

/**
 * Turns lines as containerd, CRI-O and Docker write them (`<time> stdout F <text>`, `{"log":"<text>\n",…}`) into the
 * records that the collector makes of them; parts of a line are joined, under the number of the first. Lines wrapped as
 * `{"raw": "<line>"}` are unwrapped. Every other line passes as it is.
 */
export async function* joinContainerLines(lines: AsyncIterable<SplitLine>, path: string): AsyncGenerator<SplitLine> {
  const kubernetes = podOfPath(path);
  const open = new Map<string, OpenLine>();
  for await (const each of lines) {
    const line = unwrapped(each);
    const runtime = line.kind === 'line' ? runtimeLine(line.text) : undefined;
    if (runtime === undefined) {
      yield line;
      continue;
    }
    const { time, number, text } = added(open.get(runtime.stream), runtime, line.number);
    if (runtime.isPart && text.length < LINE_LIMIT) {
      open.set(runtime.stream, { time, number, text });
      continue;
    }
    open.delete(runtime.stream);
    yield recordLine({ time, stream: runtime.stream, text }, number, kubernetes);
  }
  for (const [stream, { time, number, text }] of open) yield recordLine({ time, stream, text }, number, kubernetes);
}

function added(before: OpenLine | undefined, { time, text }: RuntimeLine, number: number): OpenLine {
  return before === undefined ? { time, number, text } : { ...before, text: before.text + text };
}

function recordLine(
  { time, stream, text }: Omit<RuntimeLine, 'isPart'>,
  number: number,
  kubernetes: JsonObject | undefined,
): SplitLine {
  const record = { time, stream, message: text, ...(kubernetes === undefined ? {} : { kubernetes }) };
  return { kind: 'line', text: JSON.stringify(record), number };
}

function unwrapped(line: SplitLine): SplitLine {
  if (line.kind !== 'line' || !/^\s*\{\s*"raw"\s*:/.test(line.text)) return line;
  const wrapper = parsed(line.text);
  const raw = wrapper?.['raw'];
  return typeof raw === 'string' && Object.keys(wrapper ?? {}).length === 1 ? { ...line, text: raw } : line;
}

const CRI = /^(\d{4}-\d\d-\d\dT\S{8,32}) (stdout|stderr) ([PF])(?::\S*)?(?: |$)/;

function runtimeLine(text: string): RuntimeLine | undefined {
  const cri = CRI.exec(text);
  if (cri !== null) {
    const [head, time = '', stream = '', mark] = cri;
    return { time, stream, text: text.slice(head.length), isPart: mark === 'P' };
  }
  return text.startsWith('{') && text.includes('"log"') && text.includes('"stream"') ? dockerLine(text) : undefined;
}

/** Docker keeps the line feed in the text, so that a part has none. */
function dockerLine(text: string): RuntimeLine | undefined {
  const { log, stream, time } = parsed(text) ?? {};
  const isOutput = stream === 'stdout' || stream === 'stderr';
  if (typeof log !== 'string' || typeof time !== 'string' || !isOutput) return undefined;
  const isPart = !log.endsWith('\n');
  return { time, stream, text: isPart ? log : log.slice(0, -1), isPart };
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const POD_PATH = /(?:^|\/)([^/_]+)_([^/_]+)_([^/_]+)\/([^/]+)\/(\d+)\.log[^/]*$/;
const LINK_NAME = /(?:^|\/)([^/_]+)_([^/_]+)_([^/_]+)-[0-9a-f]{64}\.log$/;

/** What the path of a node's log file says about the pod: below `/var/log/pods`, and as a link in `/var/log/containers`. */
function podOfPath(path: string): JsonObject | undefined {
  const pod = POD_PATH.exec(path);
  if (pod !== null) {
    const [, namespace = '', name = '', uid = '', container = '', restarts = ''] = pod;
    return {
      namespace_name: namespace,
      pod_name: name,
      pod_id: uid,
      container_name: container,
      restart_count: restarts,
    };
  }
  const link = LINK_NAME.exec(path);
  if (link === null) return undefined;
  const [, name = '', namespace = '', container = ''] = link;
  return { namespace_name: namespace, pod_name: name, container_name: container };
}
