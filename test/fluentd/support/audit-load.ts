/** Writes audit events at a steady rate, as an API server does, whatever happens to those who read them. */
import * as fs from 'node:fs';
import * as path from 'node:path';

const TICK_MS = 50;
const FIRST_STAMP_MS = Date.UTC(2026, 2, 1);

export class AuditLoad {
  private count = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly file: string;
  private rotations = 0;

  public constructor(
    private readonly directory: string,
    private readonly recordBytes = 1000,
  ) {
    this.file = path.join(directory, 'audit.log');
  }

  /** Records written so far; their numbers are 0 to this, exclusive. */
  public get sent(): number {
    return this.count;
  }

  /** Writes `perSecond` records a second until `stop()`. */
  public start(perSecond: number): void {
    const perTick = Math.ceil((perSecond * TICK_MS) / 1000);
    this.timer = setInterval(() => {
      this.write(perTick);
    }, TICK_MS);
  }

  public stop(): void {
    clearInterval(this.timer);
  }

  public write(records: number): void {
    const lines = Array.from({ length: records }, () => this.line());
    fs.appendFileSync(this.file, lines.join(''));
  }

  /** As the API server rotates: the file gets another name, and a new one begins. */
  public rotate(): void {
    fs.renameSync(this.file, this.rotated());
  }

  /** As `logrotate` does with `copytruncate`. Nothing is written in between: that loss would be the rotation's own. */
  public copyAndTruncate(): void {
    fs.copyFileSync(this.file, this.rotated());
    fs.truncateSync(this.file, 0);
  }

  private rotated(): string {
    this.rotations += 1;
    const second = String(this.rotations).padStart(2, '0');
    return path.join(this.directory, `audit-2026-03-01T00-00-${second}.000.log`);
  }

  private line(): string {
    const number = this.count;
    this.count += 1;
    const event = {
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: 'Metadata',
      auditID: String(number),
      stage: 'ResponseComplete',
      stageTimestamp: new Date(FIRST_STAMP_MS + number).toISOString(),
    };
    const filler = 'x'.repeat(Math.max(0, this.recordBytes - JSON.stringify(event).length));
    return `${JSON.stringify({ ...event, annotations: { filler } })}\n`;
  }
}
