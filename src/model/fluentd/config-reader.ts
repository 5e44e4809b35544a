/**
 * Reads the structure of configuration text that somebody else wrote, as Fluentd's v1 reader would: which sections and
 * parameters it has. It is strict where Fluentd would read on into what stands after the text.
 */

/** A section of the text; its parameters are texts as they are read, and Ruby stays as it is written. */
export interface ReadElement {
  readonly name: string;
  readonly argument: string;
  readonly params: Readonly<Record<string, string>>;
  readonly children: readonly ReadElement[];
}

export type ReadBody = Pick<ReadElement, 'params' | 'children'>;

const NAME = /[A-Za-z0-9_]*/y;
const BLANK_AND_COMMENTS = /(?:[ \t\r\n]|#[^\r\n]*)*/y;
const WHITESPACE = /[ \t\r\n]*/y;
const SPACES = /[ \t]*/y;
/** Unlike another comment, one behind a value goes on behind a carriage return. */
const LINE_END = /[ \t]*(?:#[^\n]*)?(?:[\r\n]|$)/y;
const KEY = /[^ \t\r\n]+/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', b: '\b', '0': '\0' };

/** The parameters and sections of a text that stands inside a section, or at the top. Throws where it is not whole. */
export function readBody(text: string): ReadBody {
  return new Reader(text).body(undefined);
}

class Reader {
  private at = 0;

  public constructor(private readonly text: string) {}

  public body(name: string | undefined): ReadBody {
    const params: Record<string, string> = {};
    const children: ReadElement[] = [];
    for (;;) {
      this.skip(BLANK_AND_COMMENTS);
      if (this.at >= this.text.length) {
        if (name !== undefined) this.refuse(`<${name}> has no end`);
        return { params, children };
      }
      if (this.take('</')) {
        this.end(name);
        return { params, children };
      }
      if (this.take('<')) children.push(this.section());
      else this.param(params, name === undefined);
    }
  }

  private end(name: string | undefined): void {
    const ended = this.scan(NAME);
    if (name === undefined) this.refuse(`</${ended}> ends a section that the text does not begin`);
    if (ended !== name) this.refuse(`<${name}> ends with </${ended}>`);
    this.skip(BLANK_AND_COMMENTS);
    if (!this.take('>') || !this.takesLineEnd()) this.refuse(`</${ended}> does not stand alone on its line`);
  }

  private section(): ReadElement {
    const name = this.scan(NAME);
    if (name === '') this.refuse('a section has no name');
    this.skip(BLANK_AND_COMMENTS);
    const argument = this.peek() === '>' ? '' : this.string(/\s*>/y);
    this.skip(BLANK_AND_COMMENTS);
    if (!this.take('>') || !this.takesLineEnd()) this.refuse(`<${name}> does not end on its line`);
    return { name, argument, ...this.body(name) };
  }

  private param(params: Record<string, string>, isOutermost: boolean): void {
    const key = this.quoted() ?? this.scan(KEY);
    if (key === '@include' || (isOutermost && key === 'include')) {
      this.refuse(`'${key}' reads another file, which nobody checked`);
    }
    const space = this.skip(WHITESPACE);
    if (space.includes('\n') || this.at >= this.text.length) {
      params[key] = '';
      return;
    }
    if (space === '') this.refuse(`something stands right after '${key}'`);
    params[key] = this.peek() === '[' || this.peek() === '{' ? this.bareJson() : this.string(LINE_END);
    if (!this.takesLineEnd()) this.refuse(`something stands after the value of '${key}'`);
  }

  private string(end: RegExp): string {
    return this.quoted() ?? this.bare(end);
  }

  private quoted(): string | undefined {
    if (this.take('"')) return this.doubleQuoted();
    return this.take("'") ? this.singleQuoted() : undefined;
  }

  private bare(end: RegExp): string {
    const from = this.at;
    while (this.at < this.text.length && (this.peek() === '#' || !this.looksAt(end))) this.at += 1;
    return this.text.slice(from, this.at);
  }

  private singleQuoted(): string {
    let value = '';
    for (;;) {
      const char = this.next();
      if (char === "'") return value;
      if (char === '\n' || char === '') this.refuse('a text in single quotes does not end on its line');
      value += char === '\\' && /['\\]/.test(this.peek()) ? this.next() : char;
    }
  }

  /** A line break is read together with the character before it, which then means itself, or joins the lines as `\\`. */
  private doubleQuoted(): string {
    let value = '';
    for (;;) {
      const char = this.next();
      if (char === '"') return value;
      if (char === '') this.refuse('a text in double quotes has no end');
      if (/[\r\n]/.test(this.peek())) value += char === '\\' ? this.next().slice(1) : char + this.next();
      else if (char === '\n')
        this.refuse('a line break in double quotes stands where Fluentd cannot read it; write \\n');
      else if (char === '\\') value += this.escaped();
      else value += char === '#' && this.peek() === '{' ? `#${this.ruby()}` : char;
    }
  }

  private escaped(): string {
    const char = this.next();
    const meaning = ESCAPES[char];
    if (meaning === undefined && /[A-Za-z0-9]/.test(char)) this.refuse(`\\${char} means nothing in double quotes`);
    return meaning ?? char;
  }

  /** `{…}`, by its braces outside texts. Fluentd asks Ruby where the code ends. */
  private ruby(): string {
    const from = this.at;
    let depth = 0;
    do {
      const char = this.next();
      if (char === '') this.refuse('Ruby in double quotes has no end');
      if (char === '{') depth += 1;
      if (char === '}') depth -= 1;
      if (char === "'" || char === '"') this.skipRubyText(char);
    } while (depth > 0);
    return this.text.slice(from, this.at);
  }

  private skipRubyText(quote: string): void {
    for (let char = this.next(); char !== quote; char = this.next()) {
      if (char === '') this.refuse('a text in Ruby has no end');
      if (char === '\\') this.next();
    }
  }

  /** From its bracket to the one that closes it, comments between the lines left out. */
  private bareJson(): string {
    let depth = 0;
    let value = '';
    do {
      const char = this.next();
      if (char === '') this.refuse('a list or object has no end');
      if (char === '"') value += this.jsonText();
      else if (char === '#') this.skip(/[^\n]*/y);
      else value += char;
      if (char === '[' || char === '{') depth += 1;
      if (char === ']' || char === '}') depth -= 1;
    } while (depth > 0);
    if (!value.includes('#{') && !isJson(value)) this.refuse('a list or object is no JSON');
    return value;
  }

  private jsonText(): string {
    const from = this.at - 1;
    this.skipRubyText('"');
    return this.text.slice(from, this.at);
  }

  private peek(): string {
    return this.text[this.at] ?? '';
  }

  /** The next character, or nothing at the end. */
  private next(): string {
    const char = this.peek();
    this.at += char.length;
    return char;
  }

  private take(text: string): boolean {
    const isHere = this.text.startsWith(text, this.at);
    if (isHere) this.at += text.length;
    return isHere;
  }

  private takesLineEnd(): boolean {
    if (!this.looksAt(LINE_END)) return false;
    this.skip(SPACES);
    this.skip(/(?:#[^\n]*)?[\r\n]?/y);
    return true;
  }

  private scan(pattern: RegExp): string {
    return this.skip(pattern);
  }

  private skip(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const [found = ''] = pattern.exec(this.text) ?? [];
    this.at += found.length;
    return found;
  }

  private looksAt(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    return pattern.test(this.text);
  }

  private refuse(problem: string): never {
    const line = this.text.slice(0, this.at).split('\n').length;
    throw new Error(`line ${line}: ${problem}`);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
