/** What each filter of Fluentd does to a field. A filter that is not here is unknown. */
import { EmbeddedText, JsonValue, RegexpValue } from '../elements';
import type { FieldEffects, FluentdValue, JsonTree } from '../elements';
import { childrenNamed, isTrue, textOf, typeOf } from '../view';
import type { ElementView } from '../view';
import { touchBy } from './fate';
import type { Touch } from './fate';
import { accessorPath, listOf, relation } from './path';
import type { FieldPath } from './path';
import { rubyEffects } from './ruby';

export interface FilterStep {
  /** What happens to a field that stands here before the filter. */
  readonly touch: (path: FieldPath) => Touch;
  /** Fields to which the value of a field is copied, from where it stood before the filter. */
  readonly copies?: (path: FieldPath) => readonly FieldPath[];
  /** Whether it may change what is inside a field without writing the field anew. */
  readonly changesInside?: (path: FieldPath) => boolean;
  /** Which records do not pass; undefined: all pass. */
  readonly drops?: string;
}

const NOTHING: FilterStep = { touch: () => 'none' };
const UNKNOWN: FilterStep = { touch: () => 'unknown', changesInside: () => true, drops: 'nobody knows which' };

const STEPS: Readonly<Record<string, (view: ElementView) => FilterStep>> = {
  concat,
  elasticsearch_genid: generatedId,
  grep,
  opensearch_genid: generatedId,
  parser,
  prometheus: () => NOTHING,
  record_modifier: recordModifier,
  record_transformer: recordTransformer,
  stdout: () => NOTHING,
  throttle: () => ({ ...NOTHING, drops: 'records above the rate of their group' }),
};

export function filterStep(view: ElementView): FilterStep {
  if (view.isOpaque) return UNKNOWN;
  const { effects } = view;
  if (effects !== undefined) {
    return { touch: (path) => effectsTouch(path, effects), changesInside: (path) => effectsInside(path, effects) };
  }
  return STEPS[typeOf(view)]?.(view) ?? UNKNOWN;
}

function effectsTouch(path: FieldPath, effects: FieldEffects): Touch {
  const { sets = [], removes = [], touches = [], opaque = false } = effects;
  return inOrder(path, [
    opaque ? () => 'unknown' : undefined,
    ...touches.map((field) => () => uncertain(touchBy(path, field.split('.'), 'set'))),
    ...removes.map((field) => () => touchBy(path, field.split('.'), 'remove')),
    ...sets.map((field) => () => touchBy(path, field.split('.'), 'set')),
  ]);
}

function effectsInside(path: FieldPath, effects: FieldEffects): boolean {
  const { sets = [], removes = [], touches = [], opaque = false } = effects;
  return opaque || [...sets, ...removes, ...touches].some((field) => isInside(path, field.split('.')));
}

/** Whether a change of `other` is one inside the field that `path` stands in. */
function isInside(path: FieldPath, other: FieldPath): boolean {
  return other.length > 1 && relation(path, other) !== 'apart';
}

function removesInside(path: FieldPath, value: FluentdValue | undefined): boolean {
  const paths = listOf(value)?.map(accessorPath);
  return paths === undefined || paths.some((other) => other === undefined || isInside(path, other));
}

function uncertain(touch: Touch): Touch {
  return touch === 'none' ? 'none' : 'unknown';
}

/** Of touches one after the other the last counts that does anything for certain. */
function inOrder(path: FieldPath, touches: readonly (((path: FieldPath) => Touch) | undefined)[]): Touch {
  return touches.reduce<Touch>((last, next) => {
    const touch = next?.(path) ?? 'none';
    return touch === 'none' ? last : touch;
  }, 'none');
}

/** Renewed, then written, then removed. */
function recordTransformer(view: ElementView): FilterStep {
  const isRenewed = isTrue(view, 'renew_record');
  const kept = listOf(view.params['keep_keys']);
  const written = recordValues(view);
  const hasRuby = isTrue(view, 'enable_ruby');
  const isRubyKnown = !hasRuby || !written.some(([, value]) => changesRecord(value));
  const renewed = (path: FieldPath): Touch => {
    if (!isRenewed) return 'none';
    if (kept === undefined) return 'unknown';
    return kept.includes(path[0] ?? '') ? 'none' : 'remove';
  };
  const touch = (path: FieldPath) =>
    inOrder(path, [
      renewed,
      isRubyKnown ? undefined : () => 'unknown',
      ...written.map(([key, value]) => writing(key, value)),
      removal(view.params['remove_keys']),
    ]);
  const after = removal(view.params['remove_keys']);
  const isTyped = view.params['auto_typecast'] === undefined || isTrue(view, 'auto_typecast');
  const copies = (path: FieldPath) =>
    (isTyped ? written : [])
      .flatMap(([key, value]) => copied(path, key, value))
      .filter((copy) => after(copy) === 'none');
  const changesInside = (path: FieldPath) => !isRubyKnown || removesInside(path, view.params['remove_keys']);
  return { touch, copies, changesInside };
}

function recordValues(view: ElementView): [string, FluentdValue][] {
  return childrenNamed(view, 'record').flatMap((record) => Object.entries(record.params));
}

function writing(key: string, value: FluentdValue): (path: FieldPath) => Touch {
  return (path) => {
    if (path[0] !== key) return 'none';
    if (path.length === 1) return 'set';
    return treeTouch(path.slice(1), value instanceof JsonValue ? value.tree : parsed(value));
  };
}

/** A text that begins like JSON is read as JSON, where it is JSON. */
function parsed(value: FluentdValue): JsonTree | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  if (!/^[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as JsonTree;
  } catch {
    return text;
  }
}

/** Of a field inside a value that was written: set where the value has it. */
function treeTouch(path: FieldPath, tree: JsonTree | undefined): Touch {
  if (tree === undefined || tree instanceof EmbeddedText) return 'unknown';
  const [name = '', ...inner] = path;
  if (typeof tree !== 'object' || tree === null) return isPlaceholder(tree) ? 'set' : 'remove';
  if (Object.keys(tree).some((key) => key.includes('${'))) return 'unknown';
  if (!Object.hasOwn(tree, name)) return 'remove';
  const next = (tree as Readonly<Record<string, JsonTree>>)[name];
  return inner.length === 0 ? 'set' : treeTouch(inner, next);
}

/** Its value can be an object. */
function isPlaceholder(tree: JsonTree): boolean {
  return typeof tree === 'string' && /^(?:\$\{.*\}|__[A-Z_]+__)$/s.test(tree);
}

const WHOLE_FIELD = /^\$\{record\["([^"]+)"\]\}$/;

/** A value that is one placeholder is the value of the field, of whatever type. */
function copied(path: FieldPath, key: string, value: FluentdValue): FieldPath[] {
  const [, from] = WHOLE_FIELD.exec(textOf(value) ?? '') ?? [];
  return from !== undefined && from === path[0] ? [[key, ...path.slice(1)]] : [];
}

/** Whether Ruby between placeholders does more than read. */
function changesRecord(value: FluentdValue): boolean {
  const text = value instanceof JsonValue ? JSON.stringify(value.tree) : (textOf(value) ?? '');
  const code = [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, ruby = '']) => ruby).join(';');
  const { sets = [], touches = [], opaque = false } = rubyEffects(code.replace(/(?<![\w.])record(?![\w.[])/g, 'all'));
  return opaque || sets.length > 0 || touches.length > 0;
}

function removal(value: FluentdValue | undefined): (path: FieldPath) => Touch {
  const paths = listOf(value)?.map(accessorPath);
  return (path) => {
    if (paths === undefined || paths.includes(undefined)) return 'unknown';
    return inOrder(
      path,
      paths.map((other) => () => (other === undefined ? 'none' : touchBy(path, other, 'remove'))),
    );
  };
}

/** Written, then removed or reduced, then replaced in its text. Ruby of its own can change every field. */
function recordModifier(view: ElementView): FilterStep {
  const values = recordValues(view);
  const code = values.flatMap(([, value]) => rubyOf(value)).join(';');
  const effects = rubyEffects(code);
  const allowed = listOf(view.params['whitelist_keys']);
  const whitelist = (path: FieldPath): Touch => {
    if (view.params['whitelist_keys'] === undefined) return 'none';
    if (allowed === undefined) return 'unknown';
    return [...allowed, ...values.map(([key]) => key)].includes(path[0] ?? '') ? 'none' : 'remove';
  };
  const replaced = childrenNamed(view, 'replace').map(({ params }) => textOf(params['key']));
  const encoding = textOf(view.params['char_encoding']);
  const touch = (path: FieldPath) =>
    inOrder(path, [
      () => effectsTouch(path, effects),
      ...values.map(
        ([key]) =>
          () =>
            touchBy(path, [key], 'set'),
      ),
      removal(view.params['remove_keys']),
      whitelist,
      replaced.includes(path[0]) || replaced.includes(undefined) ? () => 'unknown' : undefined,
      // Broken bytes are replaced; text that is whole stays as it is.
      view.params['char_encoding'] !== undefined && encoding !== 'UTF-8:UTF-8' ? () => 'unknown' : undefined,
      view.params['prepare_value'] === undefined ? undefined : () => 'unknown',
    ]);
  const changesInside = (path: FieldPath) =>
    effectsInside(path, effects) || removesInside(path, view.params['remove_keys']);
  return { touch, changesInside };
}

function rubyOf(value: FluentdValue): string[] {
  const text = textOf(value);
  if (text === undefined) return [];
  const whole = /^\$\{(.*)\}$/s.exec(text);
  return whole?.[1] === undefined ? [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, code = '']) => code) : [whole[1]];
}

function grep(view: ElementView): FilterStep {
  const conditions = view.children.map((child) => {
    const inner = child.children.length > 0 ? child.children : [child];
    return `${child.name}: ${inner.map(conditionText).join(', ')}`;
  });
  return conditions.length === 0 ? NOTHING : { ...NOTHING, drops: conditions.join('; ') };
}

function conditionText({ name, params }: ElementView): string {
  const { pattern } = params;
  const source = pattern instanceof RegexpValue ? pattern.source : (textOf(pattern) ?? '…');
  return `${name} ${textOf(params['key']) ?? '…'} /${source}/`;
}

/** The values of the text stand in the record, or in one field of it; without `reserve_data` nothing else does. */
function parser(view: ElementView): FilterStep {
  const isReserved = isTrue(view, 'reserve_data');
  const field = textOf(view.params['hash_value_field']);
  const names = parsedNames(view);
  const key = accessorPath(textOf(view.params['key_name']) ?? '');
  const isKeyRemoved = isTrue(view, 'remove_key_name_field');
  const values = (path: FieldPath): Touch => {
    if (view.params['hash_value_field'] !== undefined)
      return field === undefined ? 'unknown' : hashField(path, field, names);
    return names === undefined || names.includes(path[0] ?? '') ? 'unknown' : 'none';
  };
  const touch = (path: FieldPath) =>
    inOrder(path, [
      isReserved ? undefined : () => 'remove',
      isReserved && isKeyRemoved && (key === undefined || touchBy(path, key, 'remove') !== 'none')
        ? () => 'unknown'
        : undefined,
      isReserved ? values : (inner) => fresh(values(inner)),
    ]);
  const changesInside = (path: FieldPath) => isKeyRemoved && (key === undefined || isInside(path, key));
  return { touch, changesInside, ...(isReserved ? {} : { drops: 'records that it cannot parse' }) };
}

/** A field that is there only where the text had it was written here. */
function fresh(touch: Touch): Touch {
  return touch === 'unknown' ? 'set' : touch;
}

function hashField(path: FieldPath, field: string, names: readonly string[] | undefined): Touch {
  if (path[0] !== field) return 'none';
  return path[1] === undefined || names === undefined || names.includes(path[1]) ? 'set' : 'remove';
}

/** Names that a parser can give; undefined: any. */
function parsedNames(view: ElementView): readonly string[] | undefined {
  const [parse] = childrenNamed(view, 'parse');
  if (parse === undefined || parse.isOpaque) return undefined;
  const prefix = view.params['inject_key_prefix'] === undefined ? '' : textOf(view.params['inject_key_prefix']);
  if (prefix === undefined) return undefined;
  if (typeOf(parse) === 'none') return [`${prefix}${textOf(parse.params['message_key']) ?? 'message'}`];
  const { expression } = parse.params;
  if (typeOf(parse) !== 'regexp' || !(expression instanceof RegexpValue)) return undefined;
  return [...expression.source.matchAll(/\(\?<([A-Za-z_]\w*)>/g)].map(([, name = '']) => prefix + name);
}

/** Joined records have the fields of the first. The text is changed, and what told the parts is mostly removed. */
function concat(view: ElementView): FilterStep {
  const key = textOf(view.params['key']);
  const removed = [
    view.params['partial_key'],
    ...(isTrue(view, 'use_partial_cri_logtag')
      ? [view.params['partial_cri_logtag_key'], view.params['partial_cri_stream_key'] ?? 'stream']
      : []),
  ].map((value) => (value === undefined ? undefined : textOf(value)));
  const isUnclear = key === undefined || isTrue(view, 'use_partial_metadata');
  const touch = (path: FieldPath): Touch => {
    if (isUnclear || path[0] === key || removed.includes(path[0])) return 'unknown';
    return 'none';
  };
  return { touch };
}

/** Written where the record has none, or anew: as its parameters say. */
function generatedId(view: ElementView): FilterStep {
  const field = textOf(view.params['hash_id_key']) ?? '_hash';
  return { touch: (path) => (relation(path, [field]) === 'apart' ? 'none' : 'set') };
}
