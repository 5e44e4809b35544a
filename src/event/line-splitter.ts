/** One line of a byte stream, or the note that a line was too long to keep. */
export type SplitLine =
  | { readonly kind: 'line'; readonly text: string; readonly number: number }
  | { readonly kind: 'oversize'; readonly bytes: number; readonly sample: string; readonly number: number };

const LF = 0x0a;
const CR = 0x0d;
const SAMPLE_BYTES = 200;

/**
 * Cuts a byte stream into lines in memory bounded by `limitBytes`. A longer line is not kept: its length and first
 * bytes are reported once it ends, and the stream goes on. Bytes that are no UTF-8 become U+FFFD. Line numbers count
 * from 1; empty lines are counted but not reported.
 */
export class LineSplitter {
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: false });
  private pending: Uint8Array[] = [];
  private pendingBytes = 0;
  /** First bytes of an open line that is over the limit. */
  private head: Uint8Array | undefined;
  private number = 0;

  public constructor(private readonly limitBytes: number) {}

  /** Takes the next bytes of the stream, in pieces of any size, and returns the lines that they complete. */
  public push(chunk: Uint8Array): SplitLine[] {
    const lines: SplitLine[] = [];
    let from = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, from)) {
      const part = chunk.subarray(from, end);
      if (this.pendingBytes === 0 && part.length <= this.limitBytes) this.emit(part, lines);
      else {
        this.keep(part);
        this.complete(lines);
      }
      from = end + 1;
    }
    if (from < chunk.length) this.keep(chunk.subarray(from));
    return lines;
  }

  /** The last line, where the stream did not end in a line feed. */
  public end(): SplitLine[] {
    const lines: SplitLine[] = [];
    if (this.pendingBytes > 0) this.complete(lines);
    return lines;
  }

  /** Adds to the open line; once it is over the limit only its length grows. */
  private keep(part: Uint8Array): void {
    this.pendingBytes += part.length;
    if (this.head !== undefined) return;
    if (this.pendingBytes <= this.limitBytes) {
      this.pending.push(new Uint8Array(part));
      return;
    }
    this.head = new Uint8Array((this.pending[0] ?? part).subarray(0, SAMPLE_BYTES));
    this.pending = [];
  }

  private complete(lines: SplitLine[]): void {
    const bytes = this.pendingBytes;
    if (this.head === undefined) this.emit(this.joined(bytes), lines);
    else {
      this.number += 1;
      lines.push({ kind: 'oversize', bytes, sample: this.decoder.decode(this.head), number: this.number });
    }
    this.pending = [];
    this.pendingBytes = 0;
    this.head = undefined;
  }

  private emit(line: Uint8Array, lines: SplitLine[]): void {
    this.number += 1;
    const text = this.decoder.decode(withoutCarriageReturn(line));
    if (text.length > 0) lines.push({ kind: 'line', text, number: this.number });
  }

  private joined(bytes: number): Uint8Array {
    const [only] = this.pending;
    if (this.pending.length === 1 && only !== undefined) return only;
    const whole = new Uint8Array(bytes);
    let at = 0;
    for (const part of this.pending) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}

function withoutCarriageReturn(bytes: Uint8Array): Uint8Array {
  return bytes[bytes.length - 1] === CR ? bytes.subarray(0, -1) : bytes;
}
