/**
 * Reads the part of Fluentd's v1 syntax that the renderer writes, as Fluentd does: the inverse for property tests. Ruby is
 * not evaluated but kept as `<ruby>…</ruby>`. test/fluentd holds the same tests against the real reader.
 */
export interface ReadElement {
  readonly name: string;
  readonly argument: string;
  readonly params: Readonly<Record<string, string>>;
  readonly children: readonly ReadElement[];
}

const UNESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', b: '\b', '0': '\0' };

export function readConfig(text: string): ReadElement[] {
  return new Reader(text).elements();
}

class Reader {
  private at = 0;

  public constructor(private readonly text: string) {}

  public elements(): ReadElement[] {
    const elements: ReadElement[] = [];
    while (this.skip(/\s*/y) < this.text.length) elements.push(this.element());
    return elements;
  }

  private element(): ReadElement {
    const name = this.expect(/<([A-Za-z0-9_]+)[ \t]*/y);
    const argument = this.peek('>') ? '' : this.string(/\s*>/y);
    this.expect(/\s*>()[ \t]*\r?\n/y);
    const params: Record<string, string> = {};
    const children: ReadElement[] = [];
    while (!this.text.startsWith('</', this.skip(/\s*/y))) {
      if (this.peek('<')) children.push(this.element());
      else this.param(params);
    }
    const end = this.expect(/<\/([A-Za-z0-9_]+)>[ \t]*(?:\r?\n|$)/y);
    if (end !== name) throw new Error(`<${name}> ends with </${end}>`);
    return { name, argument, params, children };
  }

  private param(params: Record<string, string>): void {
    const key = this.string(/\s/y);
    if (key === '@include') throw new Error('a file would be included');
    this.skip(/[ \t]*/y);
    if (this.peek('[') || this.peek('{')) throw new Error('a bare JSON value is code');
    // A comment begins with a blank and a hash.
    const value = this.string(/(?:[ \t]*\r?\n)|(?:[ \t]+#)/y);
    params[key] = value;
    this.expect(/[ \t]*()(?:\r?\n|$)/y);
  }

  private string(end: RegExp): string {
    if (this.peek('"')) return this.doubleQuoted();
    if (this.peek("'")) return this.singleQuoted();
    const from = this.at;
    while (this.at < this.text.length && !this.looksAt(end)) this.at += 1;
    return this.text.slice(from, this.at);
  }

  private singleQuoted(): string {
    const body = this.expect(/'((?:\\[\\']|\\(?![\\'])|[^'\\\n])*)'/y);
    return body.replace(/\\([\\'])/g, '$1');
  }

  private doubleQuoted(): string {
    const body = this.expect(/"((?:#\{(?:'(?:\\.|[^'])*'|[^}'])*\}|\\[^]|[^"\\])*)"/y);
    return body.replace(/#\{((?:'(?:\\.|[^'])*'|[^}'])*)\}|\\([^])/g, (_, ruby: string | undefined, char: string) => {
      if (ruby !== undefined) return `<ruby>${ruby}</ruby>`;
      if (/[a-z0-9]/i.test(char) && !(char in UNESCAPED)) throw new Error(`an escape that Fluentd refuses: \\${char}`);
      return UNESCAPED[char] ?? char;
    });
  }

  private expect(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) throw new Error(`cannot read on at ${JSON.stringify(this.text.slice(this.at, this.at + 60))}`);
    this.at += found[0].length;
    return found[1] ?? '';
  }

  /** Gives the position after it. */
  private skip(pattern: RegExp): number {
    pattern.lastIndex = this.at;
    this.at += pattern.exec(this.text)?.[0].length ?? 0;
    return this.at;
  }

  private looksAt(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    return pattern.test(this.text);
  }

  private peek(text: string): boolean {
    return this.text.startsWith(text, this.at);
  }
}

/** All elements, at any depth, that fit. */
export function all(elements: readonly ReadElement[], fits: (element: ReadElement) => boolean): ReadElement[] {
  return elements.flatMap((element) => [...(fits(element) ? [element] : []), ...all(element.children, fits)]);
}

/** The only element that fits. */
export function find(elements: readonly ReadElement[], fits: (element: ReadElement) => boolean): ReadElement {
  const [found, second] = all(elements, fits);
  if (found === undefined || second !== undefined) throw new Error('not exactly one element fits');
  return found;
}
