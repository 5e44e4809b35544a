/** Whether each plugin is known, and gets the parameters and sections that it declares, of the types it declares. */
import { nearestPaths } from '../../../event/nearest-paths';
import { EmbeddedText, JsonValue, RegexpValue } from '../elements';
import type { FluentdValue } from '../elements';
import { pluginSchema, pluginTypes, systemSchema } from '../plugin-schema';
import type { BodySchema, ParamSchema, PluginKind, SectionSchema } from '../plugin-schema';
import { textOf } from '../view';
import type { ElementView } from '../view';
import type { ConfigProblem } from './problem';

/** Which kind of plugin an element holds. */
const KIND_OF_ELEMENT: Readonly<Record<string, PluginKind>> = { source: 'input', filter: 'filter', match: 'output' };
const KIND_OF_SECTION: Readonly<Record<string, PluginKind>> = {
  buffer: 'buffer',
  parse: 'parser',
  format: 'formatter',
  storage: 'storage',
  service_discovery: 'sd',
  store: 'output',
  secondary: 'output',
};
/** What a plugin takes when a section with this name has no `@type`. */
const DEFAULT_TYPE: Readonly<Record<string, string>> = { buffer: 'memory', storage: 'local', format: 'json' };
/** Parameters of every plugin. */
const COMMON = ['@type', '@id', '@label', '@log_level'];
/** Sections that these plugins read by themselves, with keys of the user's own; the declarations do not say so. */
const FREE_SECTIONS: Readonly<Record<string, readonly string[]>> = {
  'filter:record_transformer': ['record'],
  'filter:record_modifier': ['record'],
  'filter:prometheus': ['metric', 'labels'],
  'output:prometheus': ['metric', 'labels'],
  'input:prometheus_output_monitor': ['labels'],
  'input:prometheus_tail_monitor': ['labels'],
  'input:prometheus_monitor': ['labels'],
  'output:loki': ['label'],
  'output:splunk_hec': ['fields'],
  'output:kinesis_firehose': ['records'],
};

export function paramProblems(top: readonly ElementView[]): ConfigProblem[] {
  return top.flatMap((view) => {
    if (view.name === 'system') return view.isOpaque ? [] : bodyProblems(view, systemSchema(), []);
    if (view.name === 'label' || view.name === 'worker') return view.children.flatMap(pluginProblems);
    return pluginProblems(view);
  });
}

function pluginProblems(view: ElementView): ConfigProblem[] {
  const kind = KIND_OF_ELEMENT[view.name];
  if (kind === undefined) {
    const problem = `<${view.name}> cannot stand here`;
    const remedy = 'put it into the section that it belongs to';
    return [
      { code: 'P100', where: view.where, what: problem, allowed: 'source, filter, match, label, system', remedy },
    ];
  }
  return view.isOpaque ? [] : typedProblems(view, kind, undefined);
}

/** A section that is a plugin takes what its owner declares for it, and what the plugin declares. */
function typedProblems(view: ElementView, kind: PluginKind, owner: SectionSchema | undefined): ConfigProblem[] {
  if (view.isOpaque) return [];
  const type = view.params['@type'] === undefined ? DEFAULT_TYPE[view.name] : textOf(view.params['@type']);
  if (type === undefined) {
    const remedy = 'say which plugin it is, as a text';
    return owner === undefined || view.params['@type'] !== undefined
      ? [{ code: 'P103', where: view.where, what: "'@type' is missing", remedy }]
      : bodyProblems(view, owner, []);
  }
  const plugin = pluginSchema(kind, type);
  if (plugin === undefined) return [unknownPlugin(view, kind, type)];
  return bodyProblems(
    view,
    owner === undefined ? plugin : merged(owner, plugin),
    FREE_SECTIONS[`${kind}:${type}`] ?? [],
  );
}

function unknownPlugin(view: ElementView, kind: PluginKind, type: string): ConfigProblem {
  return {
    code: 'P101',
    where: view.where,
    what: `no ${kind} plugin '${type}' is known`,
    ...nearest(type, pluginTypes(kind)),
    remedy: type.startsWith('siem_')
      ? 'correct the name, or write the table of plugins anew: npx tsx scripts/plugin-schema.ts'
      : 'correct the name, or give the configuration of a plugin of your own as raw text',
  };
}

function merged(a: BodySchema, b: BodySchema): BodySchema {
  return { params: new Map([...a.params, ...b.params]), sections: new Map([...a.sections, ...b.sections]) };
}

function bodyProblems(view: ElementView, schema: BodySchema, free: readonly string[]): ConfigProblem[] {
  return [
    ...Object.entries(view.params).flatMap(([name, value]) => valueProblems(view, schema, name, value)),
    ...missingParams(view, schema),
    ...sectionProblems(view, schema, free),
  ];
}

function valueProblems(view: ElementView, schema: BodySchema, name: string, value: FluentdValue): ConfigProblem[] {
  if (COMMON.includes(name)) return [];
  const param = schema.params.get(name);
  if (param !== undefined) return typeProblems(view, name, param, value);
  const known = [...schema.params.keys()];
  const what = `no parameter '${name}' is known`;
  const remedy = 'correct the name, or leave it out: Fluentd would ignore it with only a warning';
  return [{ code: 'P102', where: view.where, what, ...nearest(name, known), remedy }];
}

function nearest(name: string, known: readonly string[]): { readonly allowed?: string } {
  const [best] = nearestPaths(name, known);
  return best === undefined ? {} : { allowed: `the nearest is '${best}'` };
}

function missingParams(view: ElementView, schema: BodySchema): ConfigProblem[] {
  const required = [...new Set([...schema.params.values()].filter((param) => param.isRequired))];
  return required.flatMap((param) => {
    const names = [...schema.params].flatMap(([name, other]) => (other === param ? [name] : []));
    if (names.some((name) => name in view.params)) return [];
    const what = `'${names.join("' or '")}' is missing`;
    return [{ code: 'P103', where: view.where, what, allowed: `a ${param.type}`, remedy: 'give it a value' } as const];
  });
}

function sectionProblems(view: ElementView, schema: BodySchema, free: readonly string[]): ConfigProblem[] {
  const found = view.children.flatMap((child) => {
    if (free.includes(child.name)) return [];
    const section = schema.sections.get(child.name);
    if (section === undefined) return [unknownSection(child, schema, free)];
    const kind = KIND_OF_SECTION[child.name];
    if (child.isOpaque) return [];
    return kind === undefined ? bodyProblems(child, section, []) : typedProblems(child, kind, section);
  });
  const counts = [...schema.sections].flatMap(([name, section]) => countProblems(view, name, section));
  return [...found, ...counts];
}

function unknownSection(child: ElementView, schema: BodySchema, free: readonly string[]): ConfigProblem {
  const known = [...schema.sections.keys(), ...free];
  return {
    code: 'P102',
    where: child.where,
    what: `no section <${child.name}> is known here`,
    allowed: known.length === 0 ? 'none' : known.join(', '),
    remedy: 'correct the name, or leave it out: Fluentd would ignore it with only a warning',
  };
}

function countProblems(view: ElementView, name: string, section: SectionSchema): ConfigProblem[] {
  const count = view.children.filter((child) => child.name === name).length;
  const { where } = view;
  if (section.isRequired && count === 0) {
    return [{ code: 'P103', where, what: `<${name}> is missing`, remedy: 'add the section' }];
  }
  if (section.isRepeatable || count < 2) return [];
  return [{ code: 'P102', where, what: `<${name}> stands ${count} times`, allowed: 'once', remedy: 'leave one' }];
}

const NUMBERS = ['integer', 'float', 'size', 'time'];

/** A text that Fluentd reads at its start is of the type that somebody gives it there. */
function typeProblems(view: ElementView, name: string, param: ParamSchema, value: FluentdValue): ConfigProblem[] {
  if (value instanceof EmbeddedText) return [];
  const wrong = NUMBERS.includes(param.type) ? numberFault(param.type, value) : otherFault(param, value);
  if (wrong === undefined) return [];
  const what = `'${name}' is ${shown(value)}`;
  const code = param.type === 'enum' && typeof value === 'string' ? 'P105' : 'P104';
  return [{ code, where: view.where, what, ...wrong }];
}

interface Fault {
  readonly allowed: string;
  readonly remedy: string;
}

const UNITS: Readonly<Record<string, string>> = { time: 'seconds', size: 'bytes' };

function numberFault(type: string, value: FluentdValue): Fault | undefined {
  const unit = UNITS[type];
  const isWhole = type === 'integer' || type === 'size';
  if (typeof value === 'number' && (!isWhole || Number.isInteger(value))) return undefined;
  const allowed = `${isWhole ? 'a whole number' : 'a number'}${unit === undefined ? '' : ` of ${unit}`}`;
  const misread =
    typeof value === 'string' && unit !== undefined ? ': Fluentd reads 500ms as 30000 s and 1.5g as 5 GiB' : '';
  return { allowed, remedy: `write the number itself, without a unit${misread}` };
}

function otherFault(param: ParamSchema, value: FluentdValue): Fault | undefined {
  switch (param.type) {
    case 'bool':
      return typeof value === 'boolean' ? undefined : { allowed: 'true or false', remedy: 'write it without quotes' };
    case 'enum':
      return enumFault(param.values, value);
    case 'regexp':
      return value instanceof RegexpValue ? undefined : { allowed: 'a pattern', remedy: 'make it with regexp()' };
    case 'array':
      return treeFault(value, Array.isArray, 'a list, or a text with commas');
    case 'hash':
      return treeFault(value, isObject, 'an object');
    case 'string':
      return typeof value === 'boolean' || value instanceof JsonValue
        ? { allowed: 'a text', remedy: 'write it as a text' }
        : undefined;
    default:
      return undefined;
  }
}

function enumFault(values: readonly string[], value: FluentdValue): Fault | undefined {
  if (typeof value === 'string' && values.includes(value)) return undefined;
  const [best] = typeof value === 'string' ? nearestPaths(value, values) : [];
  return {
    allowed: `one of ${values.join(', ')}`,
    remedy: best === undefined ? 'take one of these' : `take one of these, perhaps '${best}'`,
  };
}

function treeFault(value: FluentdValue, fits: (tree: unknown) => boolean, allowed: string): Fault | undefined {
  if (value instanceof JsonValue) {
    return fits(value.tree) ? undefined : { allowed, remedy: 'give json() a value of this kind' };
  }
  return typeof value === 'string' ? undefined : { allowed, remedy: 'make it with json()' };
}

function isObject(tree: unknown): boolean {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree) && !(tree instanceof EmbeddedText);
}

function shown(value: FluentdValue): string {
  if (typeof value === 'string') return `the text '${value.length > 60 ? `${value.slice(0, 60)}…` : value}'`;
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'boolean') return String(value);
  return value instanceof RegexpValue ? 'a pattern' : 'JSON';
}
