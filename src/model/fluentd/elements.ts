import { readBody } from './config-reader';

/**
 * A Fluentd configuration as values. Whatever is not plain data is an instance of a class below, made by its function:
 * text of a user can become a string in the configuration, never a pattern and never Ruby.
 */

/** A part of a text: as it stands, or read when Fluentd starts, or other parts together in base64. */
export type TextPart =
  string | { readonly env: string } | { readonly file: string } | { readonly base64: readonly TextPart[] };

const ENVIRONMENT_NAME = /^[A-Z_][A-Z0-9_]*$/;
const FILE_PATH = /^\/[A-Za-z0-9._/-]+$/;

/** A text that Fluentd puts together when it starts; a missing variable or file keeps it from starting. */
export class EmbeddedText {
  public constructor(public readonly parts: readonly TextPart[]) {
    for (const part of parts) checkPart(part);
  }
}

function checkPart(part: TextPart): void {
  if (typeof part === 'string') return;
  if ('base64' in part) part.base64.forEach(checkPart);
  if ('env' in part && !ENVIRONMENT_NAME.test(part.env)) {
    throw new Error(`'${part.env}' is no name of an environment variable; use capital letters, digits and underscores`);
  }
  if ('file' in part && !FILE_PATH.test(part.file)) {
    throw new Error(`'${part.file}' is no path of a mounted file; use an absolute path of letters, digits and . _ - /`);
  }
}

/** The value of an environment variable. */
export function env(name: string): EmbeddedText {
  return new EmbeddedText([{ env: name }]);
}

/** The content of a file, without white space around it. */
export function secretFile(path: string): EmbeddedText {
  return new EmbeddedText([{ file: path }]);
}

/** A pattern in Ruby's syntax. */
export class RegexpValue {
  public constructor(
    public readonly source: string,
    public readonly flags: '' | 'i' | 'm' | 'im',
  ) {}
}

export function regexp(source: string, flags: '' | 'i' | 'm' | 'im' = ''): RegexpValue {
  return new RegexpValue(source, flags);
}

export type JsonTree =
  string | number | boolean | null | EmbeddedText | readonly JsonTree[] | { readonly [key: string]: JsonTree };

/** An array or object, for parameters that take JSON. */
export class JsonValue {
  public constructor(public readonly tree: JsonTree) {}
}

export function json(tree: JsonTree): JsonValue {
  return new JsonValue(tree);
}

/** Numbers are seconds, bytes or counts: Fluentd misreads units such as `500ms` and `1.5g` without a word. */
export type FluentdValue = string | number | boolean | EmbeddedText | RegexpValue | JsonValue;

export interface FluentdElement {
  readonly name: string;
  readonly argument: string;
  readonly params: Readonly<Record<string, FluentdValue>>;
  readonly children: readonly FluentdElement[];
  /** Text of a user's own, in place of everything above; made by `raw()`. */
  readonly opaque?: string;
  /** What Ruby inside the element does to records; not rendered. */
  readonly effects?: FieldEffects;
}

/** What a filter does to fields of a record. A field is written as its names with dots between them. */
export interface FieldEffects {
  /** Fields that it writes in every record, whatever they held. */
  readonly sets?: readonly string[];
  /** Fields that no record has after it. */
  readonly removes?: readonly string[];
  /** Fields that it writes or removes in some records. */
  readonly touches?: readonly string[];
  /** Nobody knows what else it does. */
  readonly opaque?: boolean;
}

/** Says what an element does to records, where the model cannot read it from the element. */
export function withEffects(element: FluentdElement, effects: FieldEffects): FluentdElement {
  return { ...element, effects };
}

/** Parameters; those that are undefined are left out. */
export type FluentdParams = Readonly<Record<string, FluentdValue | undefined>>;

/** `<name argument>`. */
export function element(
  name: string,
  argument: string,
  params: FluentdParams,
  children: readonly FluentdElement[] = [],
): FluentdElement {
  const given = Object.entries(params).filter((entry): entry is [string, FluentdValue] => entry[1] !== undefined);
  return { name, argument, params: Object.fromEntries(given), children };
}

/** `<name>`, a section without an argument. */
export function section(name: string, params: FluentdParams, children: readonly FluentdElement[] = []): FluentdElement {
  return element(name, '', params, children);
}

export function source(params: FluentdParams, children: readonly FluentdElement[] = []): FluentdElement {
  return section('source', params, children);
}

/** `<filter **>`. Inside a label everything belongs together, so nothing here matches by tag. */
export function filter(params: FluentdParams, children: readonly FluentdElement[] = []): FluentdElement {
  return element('filter', '**', params, children);
}

/** `<match **>`. */
export function match(params: FluentdParams, children: readonly FluentdElement[] = []): FluentdElement {
  return element('match', '**', params, children);
}

/** `<label @NAME>`. */
export function label(name: string, children: readonly FluentdElement[]): FluentdElement {
  return element('label', name, {}, children);
}

/**
 * Configuration text of a user's own, rendered as it is given: parameters and sections, inside a section or at the top. The
 * model knows nothing of what it does to records. It must be whole, and may not include files.
 */
export function raw(text: string): FluentdElement {
  try {
    readBody(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the configuration text would not stand by itself: ${reason}; end what it begins, include nothing`);
  }
  return { name: '', argument: '', params: {}, children: [], opaque: text };
}
