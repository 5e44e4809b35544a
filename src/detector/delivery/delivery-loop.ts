import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../clock';
import type { Notifier, SendOutcome } from '../notify/notifier';
import type { Telemetry } from '../telemetry';
import type { Timing } from '../timing';
import type { QueueFile } from './queue-file';

export interface DeliveryOptions {
  readonly notifier: Notifier;
  readonly queue: QueueFile;
  readonly clock: Clock;
  readonly timing: Timing;
  /** A number from 0 up to 1, for the jitter. */
  readonly random: () => number;
  readonly telemetry: Telemetry;
}

/**
 * Delivers what waits for one receiver, oldest first, one at a time. A receiver that fails holds up only itself; what it
 * refuses for good is counted and logged, and the next alert goes on.
 */
export class DeliveryLoop {
  private readonly stopping = new AbortController();
  private readonly running: Promise<void>;
  private wakeUp: (() => void) | undefined;
  private isAwake = false;
  /** Failed attempts in a row. */
  private failures = 0;

  public constructor(private readonly options: DeliveryOptions) {
    this.running = this.run();
  }

  /** True while something waits for a receiver that has not just failed. */
  public get isWorking(): boolean {
    return this.failures === 0 && this.options.queue.nextFor(this.options.notifier.name) !== undefined;
  }

  /** Something may wait. */
  public wake(): void {
    this.isAwake = true;
    this.wakeUp?.();
  }

  /** Ends the attempt under way; what is not delivered stays in the queue. */
  public async stop(): Promise<void> {
    this.stopping.abort();
    this.wakeUp?.();
    await this.running;
  }

  private async run(): Promise<void> {
    const { notifier, queue } = this.options;
    // The constructor returns before the first attempt.
    await nextTurn();
    while (!this.stopping.signal.aborted) {
      const next = queue.nextFor(notifier.name);
      if (next === undefined) await this.idle();
      else await this.settle(next.key, await notifier.send(next.alert, this.stopping.signal));
    }
  }

  private async settle(key: string, outcome: SendOutcome): Promise<void> {
    const { notifier, queue, telemetry, clock } = this.options;
    if (outcome.kind === 'retry') {
      if (this.stopping.signal.aborted) return;
      this.failures += 1;
      telemetry.receiverFailed(notifier.name, outcome.reason);
      await clock.sleep(this.pauseMs(outcome.afterMs), this.stopping.signal);
      return;
    }
    this.failures = 0;
    if (outcome.kind === 'delivered') telemetry.receiverTook(notifier.name);
    else telemetry.receiverRefused(notifier.name, outcome.reason, key);
    await queue.settle(key, notifier.name);
  }

  /** Exponential with jitter over its upper half; never sooner than the receiver asked for. */
  private pauseMs(askedMs = 0): number {
    const { backoffMs, backoffLimitMs, retryAfterLimitMs } = this.options.timing;
    const own = Math.min(backoffLimitMs, backoffMs * 2 ** Math.min(this.failures - 1, 30));
    return Math.max(own * (0.5 + this.options.random() / 2), Math.min(askedMs, retryAfterLimitMs));
  }

  private async idle(): Promise<void> {
    if (!this.isAwake) {
      await new Promise<void>((resolve) => {
        this.wakeUp = resolve;
      });
    }
    this.isAwake = false;
    this.wakeUp = undefined;
  }
}
