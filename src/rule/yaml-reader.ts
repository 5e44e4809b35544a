/** Reads YAML into plain values that know where they stand, bounded against documents that grow when read. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseAllDocuments,
  Scalar,
  type YAMLMap,
} from 'yaml';
import type { Span } from './ast';
import type { Problem } from './problem';
import { problem } from './problem';
import type { ScalarStyle, WrittenScalar } from './scalar-offsets';
import type { SourceText } from './source';

export type YamlValue = YamlMap | YamlList | YamlText | YamlOther | YamlBroken;

export interface YamlMap {
  readonly kind: 'map';
  /** In the order of the text; no key twice. */
  readonly entries: readonly YamlEntry[];
  readonly span: Span;
}

export interface YamlEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: YamlValue;
}

export interface YamlList {
  readonly kind: 'list';
  readonly items: readonly YamlValue[];
  readonly span: Span;
}

export interface YamlText {
  readonly kind: 'text';
  readonly value: string;
  readonly written: WrittenScalar;
  readonly span: Span;
}

/** Anything but text: a number, a boolean, nothing, a date. */
export interface YamlOther {
  readonly kind: 'other';
  /** As the author wrote it; empty for nothing. */
  readonly written: string;
  readonly span: Span;
}

/** What could not be read, and was reported. */
export interface YamlBroken {
  readonly kind: 'broken';
  readonly span: Span;
}

export interface YamlFile {
  /** The top value of each document; a document that is no YAML is left out. */
  readonly documents: readonly YamlValue[];
  readonly problems: readonly Problem[];
}

/** Rule files need three aliases or so; a document that expands into gigabytes needs many. */
const MOST_ALIASES = 100;

/** Nothing in a rule file lies deeper. */
const DEEPEST = 12;

export function readYaml(source: SourceText): YamlFile {
  const documents: YamlValue[] = [];
  const problems: Problem[] = [];
  // Duplicate keys are found below: the parser's own search takes quadratic time.
  const parsed = parseAllDocuments(source.text, { prettyErrors: false, logLevel: 'silent', uniqueKeys: false });
  let aliases = 0;
  for (const document of Array.isArray(parsed) ? parsed : []) {
    const wrong = syntaxProblem(document);
    if (wrong !== undefined) problems.push(wrong);
    else if (document.contents !== null) {
      const converter = new Converter(source, problems, aliases);
      documents.push(converter.value(document.contents, 0));
      ({ aliases } = converter);
    }
  }
  return { documents, problems };
}

/** What the parser says first; the rest of a broken document mostly echoes it. */
function syntaxProblem(document: Document.Parsed): Problem | undefined {
  const [first] = [...document.errors, ...document.warnings];
  if (first === undefined) return undefined;
  const [start, end] = first.pos;
  const span = { start, end: Math.max(end, start + 1) };
  if (first.code === 'TAB_AS_INDENT') return problem('R402', span);
  return problem('R401', span, first.message.charAt(0).toLowerCase() + first.message.slice(1));
}

/** What a node of the parser has that is needed here. */
interface PlacedNode {
  readonly range?: readonly [number, number, number] | null | undefined;
  readonly anchor?: string | undefined;
}

class Converter {
  private readonly anchors = new Map<string, YamlValue>();

  public constructor(
    private readonly source: SourceText,
    private readonly problems: Problem[],
    /** Aliases of the file so far. */
    public aliases: number,
  ) {}

  public value(node: unknown, depth: number, at = 0): YamlValue {
    const placed = (node ?? {}) as PlacedNode;
    const [start, end] = placed.range ?? [at, at];
    const span = { start, end };
    if (isAlias(node)) return this.alias(node.source, span);
    const value = this.content(node, depth, span);
    if (placed.anchor !== undefined) this.anchors.set(placed.anchor, value);
    return value;
  }

  private content(node: unknown, depth: number, span: Span): YamlValue {
    if (depth <= DEEPEST && isMap(node)) return { kind: 'map', entries: this.entries(node, depth), span };
    if (depth <= DEEPEST && isSeq(node)) {
      return { kind: 'list', items: node.items.map((item) => this.value(item, depth + 1, span.start)), span };
    }
    if (isScalar(node) && typeof node.value === 'string') {
      const written = { text: this.source.text, start: span.start, style: styleOf(node) };
      return { kind: 'text', value: node.value, written, span };
    }
    return { kind: 'other', written: this.source.text.slice(span.start, span.end), span };
  }

  private entries(map: YAMLMap, depth: number): YamlEntry[] {
    const entries = new Map<string, YamlEntry>();
    for (const pair of map.items) {
      const entry = this.entry(pair, depth);
      const before = entries.get(entry.key);
      if (before === undefined) entries.set(entry.key, entry);
      else
        this.problems.push(
          problem('R403', entry.keySpan, entry.key, String(this.source.positionAt(before.keySpan.start).line)),
        );
    }
    return [...entries.values()];
  }

  /** A key that is no word is kept as written, and is unknown wherever it stands. */
  private entry({ key, value }: Pair, depth: number): YamlEntry {
    const [start, end] = (key as PlacedNode).range ?? [0, 0];
    const name = isScalar(key) && typeof key.value === 'string' ? key.value : this.source.text.slice(start, end);
    return { key: name, keySpan: { start, end }, value: this.value(value, depth + 1, start) };
  }

  /** An alias is the very value it stands for, not a copy. */
  private alias(name: string, span: Span): YamlValue {
    this.aliases++;
    if (this.aliases > MOST_ALIASES) {
      if (this.aliases === MOST_ALIASES + 1) this.problems.push(problem('R413', span, String(MOST_ALIASES)));
      return { kind: 'broken', span };
    }
    const value = this.anchors.get(name);
    if (value === undefined) this.problems.push(problem('R414', span, name));
    return value ?? { kind: 'broken', span };
  }
}

function styleOf({ type }: Scalar): ScalarStyle {
  switch (type) {
    case Scalar.QUOTE_SINGLE:
      return 'single-quoted';
    case Scalar.QUOTE_DOUBLE:
      return 'double-quoted';
    case Scalar.BLOCK_LITERAL:
    case Scalar.BLOCK_FOLDED:
      return 'block';
    default:
      return 'plain';
  }
}
