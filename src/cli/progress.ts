import { clearLine, cursorTo } from 'node:readline';
import { stderr } from 'node:process';

/** How often a terminal is redrawn, in milliseconds. */
const REDRAW_MS = 200;

/** Shows how far a long read is, on a terminal; anywhere else it stays silent. */
export class Progress {
  private bytes = 0;
  private drawnAt = 0;

  /** `totalBytes` is undefined where the input has no known size. */
  public constructor(
    private readonly totalBytes: number | undefined,
    private readonly nowMs: () => number,
  ) {}

  public add(bytes: number): void {
    this.bytes += bytes;
  }

  /** Redraws at most every 200 ms; `state` is what to say besides the share that is read. */
  public show(state: () => string): void {
    if (!stderr.isTTY) return;
    const now = this.nowMs();
    if (now - this.drawnAt < REDRAW_MS) return;
    this.drawnAt = now;
    cursorTo(stderr, 0);
    clearLine(stderr, 0);
    stderr.write(`${this.share()} ${state()}`);
  }

  /** Takes the line off the terminal. */
  public done(): void {
    if (!stderr.isTTY || this.drawnAt === 0) return;
    cursorTo(stderr, 0);
    clearLine(stderr, 0);
  }

  private share(): string {
    if (this.totalBytes === undefined || this.totalBytes === 0) return `${(this.bytes / 1_048_576).toFixed(1)} MiB`;
    return `${Math.floor((100 * this.bytes) / this.totalBytes)}%`;
  }
}
