/** Messages of several lines, such as stack traces: a pattern says where one begins. */
import { filter } from '../fluentd/elements';
import type { FluentdElement } from '../fluentd/elements';
import { rubyFilter } from '../fluentd/record-filters';
import { selectorPattern } from './pod-selector';
import type { PodSelector } from './pod-selector';

/** Which containers, and how the first line of a message looks. */
export interface MultilineRule {
  readonly pods: PodSelector;
  /** A pattern in Ruby's syntax that `checkFirstLine` takes. */
  readonly firstLine: string;
}

/** Seconds without a further line after which a message is complete. */
const FLUSH_SECONDS = 5;

/** A line costs memory even when it is empty. */
const LINE_COST_BYTES = 64;

/** Streams whose open message is measured at a time; beyond it the measuring begins anew. */
const STREAM_LIMIT = 10_000;

/** Of a line, what the pattern is asked about. */
const BEGINNING_BYTES = 512;

const TEXT_FIELD = '_text';

/** In front of a line that begins a message; the plugin that joins asks for nothing else. */
const MARK = String.raw`\x01`;

export interface MultilineFields {
  readonly path: string;
  /** What tells the streams of containers apart. */
  readonly stream: string;
}

export interface MultilineLimits {
  readonly messageBytes: number;
  /** Label that messages go to; its first filter is `unmarkFilter()`. */
  readonly nextLabel: string;
}

/**
 * Joins lines of the containers that a rule names. The plugin for it has no bound for such messages, so a line also begins a
 * message when the one before has reached the limit.
 */
export function multilineElements(
  rules: readonly MultilineRule[],
  fields: MultilineFields,
  limits: MultilineLimits,
): FluentdElement[] {
  const concat = {
    '@type': 'concat',
    key: TEXT_FIELD,
    separator: '\n',
    multiline_start_regexp: `/\\A${MARK}/`,
    stream_identity_key: fields.stream,
    use_first_timestamp: true,
    flush_interval: FLUSH_SECONDS,
    timeout_label: limits.nextLabel,
  };
  return [markFilter(rules, fields, limits), filter(concat)];
}

/** Patterns stand in the Ruby as hexadecimal digits: text of a user is data there and never code. */
function markFilter(rules: readonly MultilineRule[], fields: MultilineFields, limits: MultilineLimits): FluentdElement {
  const table = rules.map(({ pods, firstLine }) => {
    checkFirstLine(firstLine);
    return `[${rubyPattern(selectorPattern(pods))}, ${rubyPattern(firstLine)}]`;
  });
  const path = `record["${fields.path}"].to_s`;
  const stream = `record["${fields.stream}"]`;
  return rubyFilter(
    `@rules ||= [${table.join(', ')}]`,
    `rule = @rules.find { |files, _| files.match?(${path}) }`,
    [
      'if rule && (text = record.delete("message"))',
      `@open = {} if @open.nil? || @open.size > ${STREAM_LIMIT}`,
      `size = text.bytesize + ${LINE_COST_BYTES}`,
      `first = rule[1].match?(text.byteslice(0, ${BEGINNING_BYTES}).b) || @open[${stream}].to_i + size > ${limits.messageBytes}`,
      `@open[${stream}] = first ? size : @open[${stream}].to_i + size`,
      `record["${TEXT_FIELD}"] = first ? "${MARK}".b + text.b : text.b`,
      'end',
    ].join('; '),
  );
}

/** Makes the joined text the message. */
export function unmarkFilter(): FluentdElement {
  const text = `record.delete("${TEXT_FIELD}")`;
  return rubyFilter(`record["message"] = ${text}.delete_prefix("${MARK}") if record.key?("${TEXT_FIELD}")`);
}

function rubyPattern(pattern: string): string {
  const digits = pattern.replace(/[^]/g, (char) => char.charCodeAt(0).toString(16).padStart(2, '0'));
  return `Regexp.new(["${digits}"].pack("H*"))`;
}

/**
 * What a container writes is matched against it, so it must be quick whatever that is: it begins with `^`, repeats no group,
 * and looks nowhere else.
 * @throws Error where it is not
 */
export function checkFirstLine(pattern: string): void {
  const problem = firstLineProblem(pattern);
  if (problem !== undefined) throw new Error(`the pattern '${pattern}' of a first line ${problem}`);
}

function firstLineProblem(pattern: string): string | undefined {
  if (!/^[\x20-\x7e]*$/.test(pattern)) return 'has characters beyond ASCII';
  if (!pattern.startsWith('^')) return "does not begin with '^'";
  if (/\(\?/.test(pattern)) return "has a group with '?'; use plain groups";
  if (/\\[1-9kg]/.test(pattern)) return 'refers back to a group';
  if (/\)[*+{]/.test(pattern)) return 'repeats a group';
  try {
    new RegExp(pattern);
  } catch {
    return 'is no regular expression';
  }
  return undefined;
}
