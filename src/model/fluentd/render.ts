/**
 * Elements to the text of `fluent.conf`, and the only place that quotes. A value that begins with `"`, `[` or `{` is code
 * to Fluentd, so text and JSON stand in single quotes, where nothing is evaluated; double quotes are written only here,
 * around control characters and around the Ruby of `EmbeddedText`.
 */
import { EmbeddedText, RegexpValue } from './elements';
import type { FluentdElement, FluentdValue, JsonTree, JsonValue, TextPart } from './elements';

const INDENT = '  ';
const ELEMENT_NAME = /^[A-Za-z0-9_]+$/;
const BARE = /^(?:[A-Za-z0-9_./:*+%-][A-Za-z0-9_./:*@,+=%-]*|@[A-Z][A-Z0-9_]*)$/;
const CONTROL = /\p{Cc}/u;
const LONE_SURROGATE = /\p{Cs}/u;
/** Parameters of every plugin, in the order in which they are read. */
const FIRST = ['@type', '@id', '@label', '@log_level'];

/** The text of a configuration; blocks are separated by one empty line. */
export function renderConfig(elements: readonly FluentdElement[]): string {
  return elements.map((element) => `${renderElement(element, '').join('\n')}\n`).join('\n');
}

function renderElement(element: FluentdElement, indent: string): string[] {
  if (element.opaque !== undefined) return [renderOpaque(element.opaque)];
  if (!ELEMENT_NAME.test(element.name)) throw new Error(`'${element.name}' cannot name a section of a configuration`);
  const argument = element.argument === '' ? '' : ` ${quoteText(element.argument)}`;
  const inner = indent + INDENT;
  return [
    `${indent}<${element.name}${argument}>`,
    ...ordered(Object.keys(element.params)).map((key) => inner + renderParam(key, element.params[key])),
    ...element.children.flatMap((child) => renderElement(child, inner)),
    `${indent}</${element.name}>`,
  ];
}

/** As it is, but for the line break that the next line needs. */
function renderOpaque(text: string): string {
  checkWellFormed(text);
  return text.replace(/\n$/, '');
}

function ordered(keys: readonly string[]): string[] {
  return [...FIRST.filter((key) => keys.includes(key)), ...keys.filter((key) => !FIRST.includes(key))];
}

function renderParam(key: string, value: FluentdValue | undefined): string {
  return `${renderKey(key)} ${renderValue(value ?? '')}`;
}

/** A key `@include` would read a file, even in quotes; other keys with `@` are Fluentd's own. */
function renderKey(key: string): string {
  if (FIRST.includes(key)) return key;
  if (key === '' || key === 'include' || key.startsWith('@') || key.includes('\0')) {
    throw new Error(`'${key}' cannot name a parameter`);
  }
  return quoteText(key);
}

/** A value as it stands in the file. */
export function renderValue(value: FluentdValue): string {
  if (typeof value === 'string') return quoteText(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return renderNumber(value);
  if (value instanceof EmbeddedText) return doubleQuoted(value.parts.map(rubyOf));
  if (value instanceof RegexpValue) return quoteText(`/${value.source}/${value.flags}`);
  return renderJson(value);
}

function renderNumber(value: number): string {
  const text = String(value);
  if (!/^-?\d+(?:\.\d+)?$/.test(text)) throw new Error(`${text} cannot be written as a number`);
  return text;
}

function renderJson(value: JsonValue): string {
  const parts = jsonParts(value.tree);
  return parts.every((part) => typeof part === 'string') ? quoteText(parts.join('')) : doubleQuoted(parts);
}

/** Ruby that is evaluated inside double quotes. */
interface Ruby {
  readonly ruby: string;
}

/** JSON, with Ruby where a text is only known when Fluentd starts. */
function jsonParts(tree: JsonTree): (string | Ruby)[] {
  if (tree instanceof EmbeddedText) return ['"', ...tree.parts.map(insideJsonString), '"'];
  if (Array.isArray(tree)) return ['[', ...separated((tree as readonly JsonTree[]).map(jsonParts)), ']'];
  if (typeof tree !== 'object' || tree === null) return [JSON.stringify(tree)];
  const members = Object.entries(tree as Readonly<Record<string, JsonTree>>);
  const parts = members.map(([key, value]) => [`${JSON.stringify(key)}:`, ...jsonParts(value)]);
  return ['{', ...separated(parts), '}'];
}

function separated<T>(items: readonly T[][]): (T | string)[] {
  return items.flatMap((item, index) => (index === 0 ? item : [',', ...item]));
}

function insideJsonString(part: TextPart): string | Ruby {
  return typeof part === 'string'
    ? JSON.stringify(part).slice(1, -1)
    : { ruby: `${rubyExpression(part)}.to_json[1..-2]` };
}

function rubyOf(part: TextPart): string | Ruby {
  return typeof part === 'string' ? part : { ruby: rubyExpression(part) };
}

/**
 * Names and paths were checked by `EmbeddedText`, other text stands as hexadecimal digits: Fluentd counts the length of
 * Ruby in characters and goes on in bytes, so it must be ASCII.
 */
function rubyExpression(part: TextPart): string {
  if (typeof part === 'string') return `['${hexadecimal(part)}'].pack('H*')`;
  if ('env' in part) return `ENV.fetch('${part.env}')`;
  if ('file' in part) return `File.read('${part.file}', encoding: 'UTF-8').strip`;
  return `[[${part.base64.map(rubyExpression).join(', ')}].map(&:b).join].pack('m0')`;
}

/** The UTF-8 bytes of a text. */
function hexadecimal(text: string): string {
  return encodeURIComponent(text).replace(/%(..)|([^%])/g, (_, escaped: string | undefined, char: string) =>
    escaped === undefined ? char.charCodeAt(0).toString(16) : escaped.toLowerCase(),
  );
}

function quoteText(text: string): string {
  if (BARE.test(text)) return text;
  if (CONTROL.test(text)) return doubleQuoted([text]);
  checkWellFormed(text);
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

function doubleQuoted(parts: readonly (string | Ruby)[]): string {
  return `"${parts.map((part) => (typeof part === 'string' ? escapeDouble(part) : `#{${part.ruby}}`)).join('')}"`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\f': '\\f',
  '\b': '\\b',
  '\0': '\\0',
};

function escapeDouble(text: string): string {
  checkWellFormed(text);
  return text.replace(/["\\#\n\r\t\f\b\0]/g, (char) => ESCAPES[char] ?? `\\${char}`);
}

function checkWellFormed(text: string): void {
  if (LONE_SURROGATE.test(text)) throw new Error('the text holds half a character (a lone surrogate)');
}
