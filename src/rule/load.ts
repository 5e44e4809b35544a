import type { CheckedRule, RuleSet } from './checked-rule';
import type { Diagnostic } from './diagnostic';
import { Diagnostics } from './diagnostics';
import { ListBook } from './list-book';
import { MapReader, shown } from './map-reader';
import { readYaml } from './on-demand';
import type { Problem } from './problem';
import { problem } from './problem';
import { FILE_KEYS, LATER_FILE_KEYS, SIGMA_KEYS } from './rule-keys';
import { readRule } from './rule-reader';
import { SourceText } from './source';
import type { YamlMap, YamlValue } from './yaml-reader';

/** A rule file as it was read. */
export interface RuleFile {
  /** As diagnostics shall show it. */
  readonly path: string;
  readonly text: string;
}

export interface LoadOptions {
  /** Lists from outside the files; they take the place of lists of the same name in the files. */
  readonly lists?: Readonly<Record<string, readonly string[]>>;
}

export interface LoadedRules {
  /** Rules without errors, sorted by id, and every list. */
  readonly ruleSet: RuleSet;
  /** At most a hundred. */
  readonly diagnostics: Diagnostic[];
}

/** Longer texts would keep the parser busy for many seconds. */
const LARGEST_FILE = 1024 * 1024;

const VOCABULARY = { place: 'a rule file', keys: FILE_KEYS, later: LATER_FILE_KEYS };

/** Reads rule files and checks them as one set. What is wrong becomes a diagnostic; nothing throws. */
export function loadRules(files: readonly RuleFile[], options: LoadOptions = {}): LoadedRules {
  const loader = new Loader(options.lists ?? {});
  const sources = files.map(({ path, text }) => new SourceText(path, text));
  const documents = sources.flatMap((source) => loader.documents(source));
  for (const document of documents) loader.readLists(document);
  for (const document of documents) loader.readRules(document);
  return loader.result();
}

/** The top mapping of a YAML document. */
interface FileDocument {
  readonly source: SourceText;
  readonly map: YamlMap;
}

class Loader {
  private readonly diagnostics = new Diagnostics();
  private readonly lists: ListBook;
  private readonly rules = new Map<string, CheckedRule>();

  public constructor(outside: Readonly<Record<string, readonly string[]>>) {
    this.lists = new ListBook(outside, this.diagnostics);
  }

  public documents(source: SourceText): FileDocument[] {
    const { length } = source.text;
    if (length > LARGEST_FILE) {
      const found = problem('R412', { start: 0, end: 1 }, String(length), String(LARGEST_FILE));
      this.diagnostics.add(source, [found]);
      return [];
    }
    const { documents, problems } = readYaml(source);
    this.diagnostics.add(source, problems);
    if (documents.length === 0 && problems.length === 0) {
      this.diagnostics.add(source, [problem('R411', { start: 0, end: 1 })]);
    }
    return documents.flatMap((top) => {
      const found = shapeProblem(top);
      if (found !== undefined) this.diagnostics.add(source, [found]);
      return found === undefined && top.kind === 'map' ? { source, map: top } : [];
    });
  }

  public readLists({ source, map }: FileDocument): void {
    const problems: Problem[] = [];
    const reader = new MapReader(map, problems);
    reader.checkKeys(VOCABULARY);
    const lists = reader.mapping('lists');
    if (lists !== undefined) this.lists.read(lists, source);
    this.diagnostics.add(source, problems);
  }

  public readRules({ source, map }: FileDocument): void {
    const problems: Problem[] = [];
    const reader = new MapReader(map, problems);
    for (const item of reader.list('rules')) {
      if (item.kind === 'map') this.readRule(item, source);
      else if (item.kind !== 'broken')
        reader.report('R404', item.span, 'a rule', 'a mapping', shown(item), "write it as '- name: …'");
    }
    this.diagnostics.add(source, problems);
  }

  public result(): LoadedRules {
    const rules = [...this.rules.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    return { ruleSet: { rules, lists: this.lists.toRecord() }, diagnostics: this.diagnostics.toList() };
  }

  private readRule(map: YamlMap, source: SourceText): void {
    const { rule, idSpan, problems } = readRule(map, source, this.lists.items);
    this.diagnostics.add(source, problems);
    if (rule === undefined) return;
    const first = this.rules.get(rule.id)?.position;
    if (first === undefined) this.rules.set(rule.id, rule);
    else this.diagnostics.add(source, [problem('R204', idSpan, rule.id, `${first.file}:${String(first.line)}`)]);
  }
}

/** What is wrong with a document as a whole. */
function shapeProblem(top: YamlValue): Problem | undefined {
  const span = { start: top.span.start, end: top.span.start + 1 };
  const expected = "a mapping with 'rules' or 'lists'";
  if (top.kind !== 'map') {
    const right = `write 'rules:' above ${top.kind === 'list' ? 'the list' : 'a list of rules'}`;
    return problem('R404', span, VOCABULARY.place, expected, shown(top), right);
  }
  const has = (key: string): boolean => top.entries.some((entry) => entry.key === key);
  if (FILE_KEYS.some(has)) return undefined;
  if ([...SIGMA_KEYS].some(has)) return problem('R508', span);
  if (!has('condition')) return undefined;
  return problem(
    'R404',
    span,
    VOCABULARY.place,
    expected,
    'a single rule',
    "write 'rules:' above it and '- ' before it",
  );
}
