/** Placeholders of outputs: each needs the key that keeps chunks apart by it, or it stays in the text as it is. */
import { EmbeddedText, JsonValue } from '../elements';
import type { FluentdValue, JsonTree } from '../elements';
import { childrenNamed, everyView, textOf, typeOf } from '../view';
import type { ElementView } from '../view';
import { isBuffered } from './delivery';
import type { ConfigProblem } from './problem';

/** Keys of a buffer whose argument is empty. */
const DEFAULT_KEYS: Readonly<Record<string, string>> = {
  elasticsearch: 'tag',
  elasticsearch_data_stream: 'tag',
  forward: 'tag',
  gcs: 'time',
  kafka2: 'topic',
  opensearch: 'tag',
  opensearch_data_stream: 'tag',
  s3: 'time',
};
/** Parameters in which an output writes the time of a chunk. */
const TIMED = [
  'data_stream_name', 'endpoint', 'index_name', 'log_group_name', 'log_stream_name', 'logstash_prefix', 'object_key_format',
  'path', 's3_object_key_format', 'stream_name', 'topic',
]; // prettier-ignore

export function placeholderProblems(top: readonly ElementView[]): ConfigProblem[] {
  return everyView(top).filter(isBuffered).flatMap(outputProblems);
}

function outputProblems(view: ElementView): ConfigProblem[] {
  const [buffer] = childrenNamed(view, 'buffer');
  if (buffer === undefined) return [];
  const given = buffer.argument === '' ? (DEFAULT_KEYS[typeOf(view)] ?? '') : buffer.argument;
  const keys = given.split(',').map((key) => key.trim());
  return [
    ...Object.entries(view.params).flatMap(([name, value]) => missingKeys(view, keys, name, value)),
    ...time(buffer, keys, view),
  ];
}

function missingKeys(view: ElementView, keys: readonly string[], name: string, value: FluentdValue): ConfigProblem[] {
  const text = literals(value);
  const named = [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, key = '']) => key.replace(/^tag\[-?\d+\]$/, 'tag'));
  const missing = [...new Set(named)].filter((key) => key !== 'chunk_id' && !keys.includes(key));
  if (TIMED.includes(name) && /%[YmdHMS]/.test(text) && !keys.includes('time')) missing.push('time');
  return missing.map((key) => ({
    code: 'P500',
    where: view.where,
    what: `'${name}' holds a placeholder for '${key}', and chunks are not kept apart by it`,
    allowed: `chunk keys are ${keys.filter((known) => known !== '').join(', ') || 'none'}`,
    remedy: `add '${key}' to the argument of <buffer>`,
  }));
}

function time(buffer: ElementView, keys: readonly string[], view: ElementView): ConfigProblem[] {
  const isTimed = keys.includes('time') && !['s3', 'gcs'].includes(typeOf(view));
  if (!isTimed || buffer.params['timekey'] !== undefined) return [];
  const what = "chunks are kept apart by time, and 'timekey' does not say by how much";
  return [{ code: 'P500', where: buffer.where, what, allowed: 'seconds', remedy: "give 'timekey'" }];
}

/** The parts of a value that are known now. */
function literals(value: FluentdValue): string {
  if (value instanceof EmbeddedText) return value.parts.filter((part) => typeof part === 'string').join(' ');
  return value instanceof JsonValue ? treeLiterals(value.tree) : (textOf(value) ?? '');
}

function treeLiterals(tree: JsonTree): string {
  if (tree instanceof EmbeddedText) return literals(tree);
  if (typeof tree !== 'object' || tree === null) return String(tree);
  return Object.values(tree as Readonly<Record<string, JsonTree>>)
    .map(treeLiterals)
    .join(' ');
}
