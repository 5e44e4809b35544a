/** Prints the tables by which records are written in another format. */
import type { RecordKind, RecordSource, RecordTable } from '../../src/model/shipping/record-table';

type Row = readonly string[];

/** A table of fields for each kind; fields that all kinds share stand in the first. */
export function recordTables(table: RecordTable, print: (head: Row, rows: readonly Row[]) => string): string {
  const shared = sharedFields(table);
  const rowsOf = (fields: RecordKind['fields'], isShown: (name: string) => boolean): Row[] =>
    Object.entries(fields)
      .filter(([name]) => isShown(name))
      .map(([name, source]) => [`\`${name}\``, text(source)]);
  const head = ['Field', 'From'];
  const [one] = table.kinds;
  const sections = table.kinds.map(
    ({ name, fields }) =>
      `### ${capital(name)}\n\n${print(
        head,
        rowsOf(fields, (field) => !shared.has(field)),
      )}`,
  );
  return [
    `### All\n\n${print(
      head,
      rowsOf(one?.fields ?? {}, (field) => shared.has(field)),
    )}`,
    ...sections,
    `### What is read out of texts\n\n${print(['Reading', 'Of', 'By the first pattern that fits'], readings(table))}`,
  ].join('\n\n');
}

function sharedFields({ kinds }: RecordTable): ReadonlySet<string> {
  const [one, ...others] = kinds.map(({ fields }) => fields);
  const isShared = (name: string, source: RecordSource): boolean =>
    others.every((fields) => JSON.stringify(fields[name]) === JSON.stringify(source));
  return new Set(Object.entries(one ?? {}).flatMap(([name, source]) => (isShared(name, source) ? [name] : [])));
}

function readings(table: RecordTable): Row[] {
  return Object.entries(table.readings).map(([name, { of, patterns }]) => [
    `\`${name}\``,
    text(of),
    patterns === undefined ? 'JSON' : patterns.map(code).join('<br>'),
  ]);
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function code(literal: unknown): string {
  return `\`${typeof literal === 'string' ? literal : JSON.stringify(literal)}\``;
}

const PLAIN: readonly (readonly [string, string])[] = [
  ['tag', 'the tag'],
  ['time', 'time of the event in milliseconds'],
  ['record', 'the whole record as JSON'],
];

const OF_ANOTHER: readonly (readonly [string, string])[] = [
  ['last', 'last of'],
  ['named', 'by name:'],
  ['text', 'as text:'],
  ['integer', 'as number:'],
  ['address', 'if an IP address:'],
  ['milliseconds', 'in milliseconds:'],
];

/** A source in words. */
function text(source: RecordSource): string {
  const plain = PLAIN.find(([kind]) => kind in source);
  if (plain !== undefined) return plain[1];
  const changed = OF_ANOTHER.find(([kind]) => kind in source);
  if (changed !== undefined) return `${changed[1]} ${text(Object.values(source)[0] as RecordSource)}`;
  return composite(source);
}

function composite(source: RecordSource): string {
  if ('value' in source) return `always ${code(source.value)}`;
  if ('read' in source) return `\`${source.path.join('.')}\` of the reading \`${source.read}\``;
  if ('path' in source) return code(source.path.map((part) => (part.includes('.') ? `["${part}"]` : part)).join('.'));
  if ('first' in source) return source.first.map(text).join(', else ');
  if ('list' in source) return `list of ${source.list.map(text).join(' and ')}`;
  if ('join' in source) return `${source.join.map(text).join(' + ')}, joined by ${code(source.with)}`;
  return conditional(source);
}

function conditional(source: RecordSource): string {
  if ('object' in source) {
    return Object.entries(source.object)
      .map(([name, inner]) => `\`${name}\`: ${text(inner)}`)
      .join('; ');
  }
  if ('given' in source) return `${text(source.then)}, where there is ${text(source.given)}`;
  if ('part' in source) return `the group of ${code(source.pattern)} in ${text(source.part)}`;
  if ('lookup' in source) {
    const cases = Object.entries(source.in).map(([key, value]) => `${code(key)} → ${code(value)}`);
    const otherwise = source.otherwise === undefined ? [] : [`others → ${code(source.otherwise)}`];
    return `${text(source.lookup)}: ${[...cases, ...otherwise].join(', ')}`;
  }
  if ('steps' in source) {
    return `${text(source.steps)}: ${source.from.map(([least, value]) => `from ${least} ${code(value)}`).join(', ')}`;
  }
  throw new Error(`no words for ${JSON.stringify(source)}`);
}
