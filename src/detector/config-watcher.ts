import { type FSWatcher, watch } from 'node:fs';
import type { Telemetry } from './telemetry';
import type { Timing } from './timing';
import { type Mounted, readMounted } from './mounted-files';

export interface WatchOptions {
  readonly directory: string;
  /** Metric label: what the directory holds. */
  readonly part: string;
  readonly isWanted: (name: string) => boolean;
  /** Takes the files into use. False: they are bad, and what ran before still runs. */
  readonly apply: (mounted: Mounted) => Promise<boolean>;
  readonly timing: Pick<Timing, 'settleMs' | 'pollMs'>;
  readonly telemetry: Telemetry;
}

/**
 * Applies a directory whenever its content changes: by the kernel's word, and by reading it now and then, because that
 * word is lost on some file systems. The same content is applied once.
 */
export class ConfigWatcher {
  private watcher: FSWatcher | undefined;
  private poll: NodeJS.Timeout | undefined;
  private settle: NodeJS.Timeout | undefined;
  private appliedDigest: string | undefined;
  private running: Promise<void> = Promise.resolve();
  private isStopped = false;

  public constructor(private readonly options: WatchOptions) {}

  /** Applies what is there now, and watches from then on. */
  public async start(): Promise<void> {
    this.watchDirectory();
    this.poll = setInterval(() => {
      if (this.watcher === undefined) this.watchDirectory();
      this.check();
    }, this.options.timing.pollMs);
    this.check();
    await this.running;
  }

  public async stop(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.poll);
    clearTimeout(this.settle);
    this.watcher?.close();
    await this.running;
  }

  private watchDirectory(): void {
    try {
      this.watcher = watch(this.options.directory, () => {
        clearTimeout(this.settle);
        this.settle = setTimeout(() => {
          this.check();
        }, this.options.timing.settleMs);
      });
      this.watcher.on('error', () => {
        this.watcher?.close();
        this.watcher = undefined;
      });
    } catch {
      // Absent for now; the poll tries again.
      this.watcher = undefined;
    }
  }

  private check(): void {
    this.running = this.running.then(() => (this.isStopped ? undefined : this.applyIfChanged()));
  }

  private async applyIfChanged(): Promise<void> {
    const { directory, isWanted, part, telemetry } = this.options;
    try {
      const mounted = await readMounted(directory, isWanted);
      if (mounted.digest === this.appliedDigest) return;
      this.appliedDigest = mounted.digest;
      telemetry.configRead(part, await this.options.apply(mounted));
    } catch (error) {
      // Half swapped, not mounted yet, or not readable: what runs stays, and the next look may succeed.
      if (this.appliedDigest === 'unreadable') return;
      this.appliedDigest = 'unreadable';
      telemetry.configRead(part, false);
      telemetry.log.error({ part, directory, error }, 'cannot read the configuration; what runs stays');
    }
  }
}
