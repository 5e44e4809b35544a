/** What plugins take, by their own declarations: the table in plugin-table.ts, read. */
import { PLUGIN_TABLE, SHARED_SECTIONS } from './plugin-table';

export type PluginKind = 'input' | 'filter' | 'output' | 'buffer' | 'parser' | 'formatter' | 'storage' | 'sd';

export interface ParamSchema {
  /** Fluentd's name of the type: `string`, `bool`, `integer`, `float`, `size`, `time`, `array`, `hash`, `regexp`, `enum`, … */
  readonly type: string;
  /** Of an `enum`. */
  readonly values: readonly string[];
  readonly isRequired: boolean;
}

export interface BodySchema {
  /** Also under the other name that a parameter may have. */
  readonly params: ReadonlyMap<string, ParamSchema>;
  readonly sections: ReadonlyMap<string, SectionSchema>;
}

export interface SectionSchema extends BodySchema {
  readonly isRequired: boolean;
  readonly isRepeatable: boolean;
}

/** What a plugin takes; undefined: nobody knows a plugin of this type. */
export function pluginSchema(kind: PluginKind, type: string): BodySchema | undefined {
  return readEntry(`${kind}:${type}`);
}

export function systemSchema(): BodySchema {
  return readEntry('system:') ?? EMPTY;
}

/** The types of a kind, in the order of their names. */
export function pluginTypes(kind: PluginKind): string[] {
  return Object.keys(PLUGIN_TABLE)
    .filter((id) => id.startsWith(`${kind}:`))
    .map((id) => id.slice(kind.length + 1));
}

const EMPTY: BodySchema = { params: new Map(), sections: new Map() };
const read = new Map<string, BodySchema>();

function readEntry(id: string): BodySchema | undefined {
  const text = PLUGIN_TABLE[id];
  if (text === undefined || !Object.hasOwn(PLUGIN_TABLE, id)) return undefined;
  const known = read.get(id);
  if (known !== undefined) return known;
  const schema = readTokens(
    expand(text)
      .split(' ')
      .filter((token) => token !== '')
      .reverse(),
  );
  read.set(id, schema);
  return schema;
}

/** `<name &>` stands for a section that many plugins have. */
function expand(text: string): string {
  return text.replace(/<([a-z_]+) &>/g, (_, name: string) => SHARED_SECTIONS[name] ?? '');
}

/** Takes tokens from the end of the list, up to the end of the section. */
function readTokens(tokens: string[]): BodySchema {
  const params = new Map<string, ParamSchema>();
  const sections = new Map<string, SectionSchema>();
  for (let token = tokens.pop(); token !== undefined && token !== '>'; token = tokens.pop()) {
    if (token.startsWith('<')) addSection(sections, token.slice(1), readTokens(tokens));
    else if (!token.startsWith('(')) addParam(params, token);
  }
  return { params, sections };
}

function addSection(sections: Map<string, SectionSchema>, head: string, body: BodySchema): void {
  const [, names = '', flags = ''] = /^([^*!]+)([*!]*)$/.exec(head) ?? [];
  const schema = { ...body, isRequired: flags.includes('!'), isRepeatable: flags.includes('*') };
  for (const name of names.split('~')) sections.set(name, schema);
}

function addParam(params: Map<string, ParamSchema>, token: string): void {
  const [, names = '', type = '', values = '', required = ''] =
    /^([^:]+(?:~[^:]+)?):([a-z]+)(?:\((.*)\))?(!?)$/.exec(token) ?? [];
  const schema = { type, values: values === '' ? [] : values.split('|'), isRequired: required === '!' };
  for (const name of names.split('~')) params.set(name, schema);
}
