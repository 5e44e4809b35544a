import type { Diagnostics } from './diagnostics';
import { MapReader } from './map-reader';
import type { Problem } from './problem';
import { problem } from './problem';
import { SourceText } from './source';
import { isKeyword, isWord } from './token';
import type { YamlEntry, YamlMap } from './yaml-reader';

/** The named lists of a load. A list from outside takes the place of one in a file. */
export class ListBook {
  private readonly lists = new Map<string, readonly string[]>();
  /** `file:line` of each list that a file defines. */
  private readonly places = new Map<string, string>();

  public constructor(
    outside: Readonly<Record<string, readonly string[]>>,
    private readonly diagnostics: Diagnostics,
  ) {
    for (const [name, items] of Object.entries(outside)) {
      const span = { start: 0, end: name.length };
      const problems = [...nameProblems(name, span), ...(items.length === 0 ? [emptyProblem(name, span)] : [])];
      this.diagnostics.add(new SourceText('lists', name), problems);
      this.lists.set(name, [...items]);
    }
  }

  public get items(): ReadonlyMap<string, readonly string[]> {
    return this.lists;
  }

  /** Sorted by name. */
  public toRecord(): Record<string, readonly string[]> {
    return Object.fromEntries([...this.lists].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Reads the `lists` of a file. A list with an error is defined all the same, so that its users need none. */
  public read(map: YamlMap, source: SourceText): void {
    const problems: Problem[] = [];
    const reader = new MapReader(map, problems);
    for (const entry of map.entries) {
      problems.push(...nameProblems(entry.key, entry.keySpan));
      const isEmpty = entry.value.kind === 'list' && entry.value.items.length === 0;
      if (isEmpty) problems.push(emptyProblem(entry.key, entry.keySpan));
      problems.push(...this.define(entry, reader.texts(entry.key), source));
    }
    this.diagnostics.add(source, problems);
  }

  private define({ key, keySpan }: YamlEntry, items: readonly string[], source: SourceText): Problem[] {
    const known = this.lists.get(key);
    if (known !== undefined) {
      if (isSame(known, items)) return [];
      const place = this.places.get(key);
      return [place === undefined ? problem('R207', keySpan, key) : problem('R205', keySpan, key, place)];
    }
    this.lists.set(key, items);
    this.places.set(key, `${source.path}:${String(source.positionAt(keySpan.start).line)}`);
    return [];
  }
}

function nameProblems(name: string, span: Problem['span']): Problem[] {
  const isUsable = isWord(name) && !isKeyword(name.toLowerCase());
  return isUsable ? [] : [problem('R409', span, name)];
}

function emptyProblem(name: string, span: Problem['span']): Problem {
  return problem('R308', span, `the list '${name}'`);
}

/** In any order, and however often an item is written. */
function isSame(a: readonly string[], b: readonly string[]): boolean {
  const left = new Set(a);
  const right = new Set(b);
  return left.size === right.size && [...left].every((item) => right.has(item));
}
