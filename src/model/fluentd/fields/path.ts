/** Fields of records: by their names from the outside in, and as Fluentd's record accessors write them. */
import { JsonValue } from '../elements';
import type { FluentdValue } from '../elements';
import { textOf } from '../view';

export type FieldPath = readonly string[];

/** `name`, `$.outer.inner` or `$['outer']['inner']`; a place in a list is its number. Undefined: no accessor. */
export function accessorPath(text: string): FieldPath | undefined {
  if (text.startsWith('$.')) {
    const names = text
      .slice(2)
      .split('.')
      .flatMap((name) => name.split(/\[(\d+)\]/));
    return names.filter((name) => name !== '');
  }
  if (!text.startsWith('$[')) return [text];
  const parts = [...text.slice(1).matchAll(/\[(?:'([^']*)'|"([^"]*)"|(\d+))\]/g)];
  if (parts.map(([part]) => part).join('') !== text.slice(1)) return undefined;
  return parts.map(([, single, double, index]) => single ?? double ?? index ?? '');
}

/** The texts of a list parameter: JSON, or a text with commas. Undefined: they are known when Fluentd starts. */
export function listOf(value: FluentdValue | undefined): readonly string[] | undefined {
  if (value === undefined) return [];
  if (value instanceof JsonValue) {
    const tree: unknown = value.tree;
    const isList = Array.isArray(tree) && tree.every((item) => typeof item === 'string');
    return isList ? tree : undefined;
  }
  const text = textOf(value);
  return text?.startsWith('[') === true ? undefined : text?.split(',').map((item) => item.trim());
}

export type Relation = 'same' | 'inside' | 'around' | 'apart';

/** Where `path` stands as seen from `other`: the same field, a field inside it, or one that it is inside of. */
export function relation(path: FieldPath, other: FieldPath): Relation {
  const shared = Math.min(path.length, other.length);
  if (path.slice(0, shared).some((name, index) => name !== other[index])) return 'apart';
  if (path.length === other.length) return 'same';
  return path.length > other.length ? 'inside' : 'around';
}
