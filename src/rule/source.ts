import type { Span } from './ast';
import type { Diagnostic } from './diagnostic';
import type { Problem } from './problem';

export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

/** A text with a name, whose offsets can be told as line and column. */
export class SourceText {
  /** Without a byte order mark. */
  public readonly text: string;
  private readonly lineStarts: readonly number[];

  public constructor(
    public readonly path: string,
    text: string,
  ) {
    this.text = text.startsWith('\uFEFF') ? text.slice(1) : text;
    const starts = [0];
    for (let at = this.text.indexOf('\n'); at >= 0; at = this.text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.lineStarts = starts;
  }

  public positionAt(offset: number): Position {
    let low = 0;
    let high = this.lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.startOf(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - this.startOf(low) + 1 };
  }

  /** The line without its break; `line` counts from 1. */
  public lineAt(line: number): string {
    const end = line < this.lineStarts.length ? this.startOf(line) - 1 : this.text.length;
    return this.text.slice(this.startOf(line - 1), end).replace(/\r$/, '');
  }

  /** The problem as this text's author sees it; of a stretch over several lines the first is marked. */
  public diagnose({ code, severity, message, remedy, span }: Problem): Diagnostic {
    const { line, column } = this.positionAt(span.start);
    const sourceLine = this.lineAt(line);
    const room = sourceLine.length - column + 1;
    const length = Math.max(1, Math.min(span.end - span.start, room));
    return { code, severity, file: this.path, line, column, length, message, remedy, sourceLine };
  }

  private startOf(index: number): number {
    return this.lineStarts[index] ?? this.text.length;
  }
}

/** Where each character of a value stands in the text it was read from. */
export class OffsetMap {
  public constructor(
    private readonly value: string,
    private readonly offsets: readonly number[],
  ) {}

  /** The stretch of the text; what lies beyond the value's last visible character is put right behind that. */
  public spanOf({ start, end }: Span): Span {
    const last = this.value.trimEnd().length - 1;
    if (start > last) {
      const behind = last < 0 ? this.at(0) : this.at(last) + 1;
      return { start: behind, end: behind + 1 };
    }
    return { start: this.at(start), end: this.at(Math.max(start, Math.min(end, this.value.length) - 1)) + 1 };
  }

  /** Of the first visible character. */
  public get start(): number {
    return this.at(this.value.length - this.value.trimStart().length);
  }

  private at(index: number): number {
    return this.offsets[Math.min(index, this.offsets.length - 1)] ?? 0;
  }
}
