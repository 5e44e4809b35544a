import type { Alert } from '../../contract/alert';
import type { Clock } from '../clock';
import type { Notifier } from '../notify/notifier';
import { receiversFor } from '../notify/registry';
import type { Telemetry } from '../telemetry';
import type { Timing } from '../timing';
import { DeliveryLoop } from './delivery-loop';
import type { QueueFile } from './queue-file';

export interface DispatcherOptions {
  readonly queue: QueueFile;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly random: () => number;
  readonly telemetry: Telemetry;
}

const LOOK_EVERY_MS = 20;

/** Runs one delivery loop for each receiver, so that none waits for another. */
export class Dispatcher {
  private notifiers: readonly Notifier[] = [];
  private loops: readonly DeliveryLoop[] = [];

  public constructor(private readonly options: DispatcherOptions) {}

  /** Names of the receivers that shall hear of the alert. */
  public receiversOf({ severity }: Alert): readonly string[] {
    return receiversFor(this.notifiers, severity);
  }

  /** Delivers to these from now on. What waits for a receiver that is gone is given up, and said so. */
  public async use(notifiers: readonly Notifier[]): Promise<void> {
    await this.stop();
    this.notifiers = notifiers;
    const { queue, telemetry } = this.options;
    for (const receiver of queue.receivers()) {
      if (notifiers.some(({ name }) => name === receiver)) continue;
      telemetry.receiverGone(receiver, await queue.forget(receiver));
    }
    this.loops = notifiers.map((notifier) => new DeliveryLoop({ ...this.options, notifier }));
  }

  /** New alerts stand in the queue. */
  public wake(): void {
    for (const loop of this.loops) loop.wake();
  }

  /** What waits for each receiver. */
  public pending(): ReadonlyMap<string, number> {
    return new Map(this.notifiers.map(({ name }) => [name, this.options.queue.pendingCount(name)]));
  }

  /** Gives receivers that answer some time to take what waits: the volume may go with the pod. */
  public async flush(withinMs: number): Promise<void> {
    const { clock } = this.options;
    const never = new AbortController();
    const endUs = clock.nowUs() + withinMs * 1000;
    while (clock.nowUs() < endUs && this.loops.some((loop) => loop.isWorking)) {
      await clock.sleep(LOOK_EVERY_MS, never.signal);
    }
  }

  public async stop(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
    this.loops = [];
  }
}
