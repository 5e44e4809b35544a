import type { Span } from './ast';
import type { Code, CodeArguments } from './codes';
import { nearest } from './nearest';
import { printText } from './printer';
import type { Problem } from './problem';
import { problem } from './problem';
import type { YamlEntry, YamlMap, YamlText, YamlValue } from './yaml-reader';

/** Which keys a mapping may have. */
export interface Vocabulary {
  /** The mapping in words, such as `a rule`. */
  readonly place: string;
  readonly keys: readonly string[];
  /** Keys of the language that are not supported yet. */
  readonly later: ReadonlySet<string>;
}

/** Reads the members of a mapping and keeps what is wrong with them. A member with an error reads as absent. */
export class MapReader {
  private readonly entries: ReadonlyMap<string, YamlEntry>;

  public constructor(
    private readonly map: YamlMap,
    private readonly problems: Problem[],
  ) {
    this.entries = new Map(map.entries.map((entry) => [entry.key, entry]));
  }

  public has(key: string): boolean {
    return this.entries.has(key);
  }

  /** The member; one that is written without a value is there all the same. */
  public value(key: string): YamlValue | undefined {
    return this.entries.get(key)?.value;
  }

  /** Of the key, or of the start of the mapping where it has no such key. */
  public keySpan(key: string): Span {
    return this.entries.get(key)?.keySpan ?? this.map.entries[0]?.keySpan ?? this.map.span;
  }

  public text(key: string): YamlText | undefined {
    const entry = this.entries.get(key);
    return entry && this.asText(entry.value, `'${key}'`, entry.keySpan);
  }

  /** A list of texts; empty where the key is missing. */
  public texts(key: string): string[] {
    return this.list(key).flatMap((item) => this.asText(item, `an item of '${key}'`, item.span)?.value ?? []);
  }

  public list(key: string): readonly YamlValue[] {
    const entry = this.entries.get(key);
    if (entry === undefined) return [];
    const { value, keySpan } = entry;
    if (value.kind === 'list') return value.items;
    if (value.kind === 'broken') return [];
    const right = value.kind === 'text' ? `write it as a list: [${value.value}]` : `write a list: ${key}: [a, b]`;
    this.report('R404', visible(value, keySpan), `'${key}'`, 'a list', shown(value), right);
    return [];
  }

  public mapping(key: string): YamlMap | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    const { value, keySpan } = entry;
    if (value.kind === 'map') return value;
    if (value.kind === 'broken') return undefined;
    this.report(
      'R404',
      visible(value, keySpan),
      `'${key}'`,
      'a mapping',
      shown(value),
      `write '${key}: {name: [a, b]}'`,
    );
    return undefined;
  }

  public choice<T extends string>(key: string, choices: readonly T[]): T | undefined {
    const text = this.text(key);
    if (text === undefined) return undefined;
    const choice = choices.find((each) => each === text.value);
    if (choice === undefined) {
      this.report('R208', text.span, key, text.value, nearest(text.value, choices), choices.join(', '));
    }
    return choice;
  }

  public checkKeys({ place, keys, later }: Vocabulary): void {
    for (const { key, keySpan } of this.map.entries) {
      if (later.has(key)) this.report('R504', keySpan, key);
      else if (!keys.includes(key)) this.report('R210', keySpan, key, place, nearest(key, keys), keys.join(', '));
    }
  }

  public asText(value: YamlValue, place: string, at: Span): YamlText | undefined {
    if (value.kind === 'text') return value;
    if (value.kind !== 'broken') this.report('R406', visible(value, at), place, shown(value), quoted(value));
    return undefined;
  }

  public report<C extends Code>(code: C, span: Span, ...args: CodeArguments<C>): void {
    this.add(problem(code, span, ...args));
  }

  public add(found: Problem): void {
    this.problems.push(found);
  }
}

/** The value, or what stands before it where it is nothing. */
function visible({ span }: YamlValue, before: Span): Span {
  return span.end > span.start ? span : before;
}

/** A value in a message. */
export function shown(value: YamlValue): string {
  switch (value.kind) {
    case 'map':
      return 'a mapping';
    case 'list':
      return 'a list';
    case 'text':
      return `the text ${printText(value.value.slice(0, 40))}`;
    case 'other':
      return value.written === '' ? 'nothing' : value.written.slice(0, 40);
    case 'broken':
      return 'what cannot be read';
  }
}

function quoted(value: YamlValue): string {
  if (value.kind !== 'other') return 'write one text';
  return value.written === '' ? 'write it, or remove the key' : `put it in quotes: ${printText(value.written)}`;
}
