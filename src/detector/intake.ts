import type { Alert } from '../contract/alert';
import type { DetectorSettings } from '../contract/detector-config';
import type { Json } from '../contract/event';
import type { SplitLine } from '../event/line-splitter';
import type { RuleSet } from '../rule';
import type { Clock } from './clock';
import type { Addressed, QueueFile } from './delivery/queue-file';
import type { BatchChanges, Pipeline } from './pipeline';
import type { Telemetry } from './telemetry';
import { Turns } from './turns';
import type { SelfWatch } from './watch/self-watch';

export type TakeOutcome =
  /** Its alerts are durable. */
  | { readonly kind: 'stored'; readonly records: number }
  /** It was taken before, by this process or an earlier one. */
  | { readonly kind: 'repeated' }
  /** Nothing of it counts; it must come again. */
  | { readonly kind: 'unavailable'; readonly reason: 'queue-full' | 'queue-write-failed' | 'stopping' };

export interface IntakeOptions {
  readonly pipeline: Pipeline;
  readonly queue: QueueFile;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Judges the way of the records. @default - nobody does */
  readonly watch?: Pick<SelfWatch, 'judge'>;
  /** Who shall hear of an alert, by the settings of now. */
  readonly receiversOf: (alert: Alert) => readonly string[];
  /** New alerts stand in the queue. */
  readonly onQueued: () => void;
}

/**
 * Lets one delivery at a time through the pipeline and into the queue file. Whether the queue takes anything is asked
 * before the engine sees a record: what is refused has left no trace, so its repetition counts once.
 */
export class Intake {
  private readonly turns = new Turns();
  private isStopping = false;

  public constructor(private readonly options: IntakeOptions) {}

  /** A chunk of lines under its id. Its repetition changes nothing. */
  public takeChunk(id: string, lines: AsyncIterable<readonly SplitLine[]>): Promise<TakeOutcome> {
    return this.turns.run(async () => {
      const refusal = await this.refusal();
      // Asked after the repair: a chunk whose write had failed is known as soon as the write is made good.
      if (refusal?.reason !== 'queue-write-failed' && this.options.queue.knowsChunk(id)) return this.repeated();
      if (refusal !== undefined) return this.refused(refusal);
      const batch = this.options.pipeline.batch(this.options.clock.nowUs());
      try {
        for await (const some of lines) for (const line of some) batch.line(line);
      } catch (error) {
        // What was found before counts, and would be dropped as known when the chunk comes again.
        await this.store(batch.changes());
        throw error;
      }
      return this.store(batch.changes(), id);
    });
  }

  /** A decoded body without an identity of its own. */
  public takeValue(value: Json): Promise<TakeOutcome> {
    return this.turns.run(async () => {
      const refusal = await this.refusal();
      if (refusal !== undefined) return this.refused(refusal);
      const batch = this.options.pipeline.batch(this.options.clock.nowUs());
      batch.value(value);
      return this.store(batch.changes());
    });
  }

  /** Opens and ends the alerts of the watch, and resolves alerts that nothing joined for long enough. */
  public tick(): Promise<void> {
    return this.turns.run(async () => {
      const { pipeline, clock, queue, watch } = this.options;
      if (!(await queue.repair())) return;
      const nowUs = clock.nowUs();
      if (watch !== undefined) await this.storeIfAny(pipeline.judge((isOpen) => watch.judge(nowUs, isOpen), nowUs));
      await this.resolve(pipeline.expire(nowUs));
    });
  }

  /** Takes up the alerts that an earlier process left open. */
  public restore(): Promise<void> {
    return this.turns.run(async () => {
      const { pipeline, queue, clock } = this.options;
      await this.resolve(pipeline.restore(queue.openAlerts(), clock.nowUs()));
    });
  }

  public replaceRules(ruleSet: RuleSet): Promise<void> {
    return this.turns.run(async () => {
      this.options.pipeline.replaceRules(ruleSet);
      return Promise.resolve();
    });
  }

  /** True where the windows had to start anew. */
  public reconfigure(settings: DetectorSettings): Promise<boolean> {
    return this.turns.run(async () => {
      const { areWindowsNew, resolved } = this.options.pipeline.reconfigure(settings, this.options.clock.nowUs());
      await this.resolve(resolved);
      return areWindowsNew;
    });
  }

  /** From now on everything is refused; resolves when what was let in before is durable. */
  public async stop(): Promise<void> {
    this.isStopping = true;
    await this.turns.run(async () => {
      const batch = this.options.pipeline.batch(this.options.clock.nowUs());
      batch.end();
      await this.storeIfAny(batch.changes());
    });
    await this.turns.drained();
  }

  private async refusal(): Promise<Extract<TakeOutcome, { kind: 'unavailable' }> | undefined> {
    const { queue } = this.options;
    if (!(await queue.repair())) return { kind: 'unavailable', reason: 'queue-write-failed' };
    if (this.isStopping) return { kind: 'unavailable', reason: 'stopping' };
    return queue.isFull ? { kind: 'unavailable', reason: 'queue-full' } : undefined;
  }

  private refused(refusal: Extract<TakeOutcome, { kind: 'unavailable' }>): TakeOutcome {
    if (refusal.reason !== 'stopping') this.options.telemetry.queueRefused(refusal.reason);
    return refusal;
  }

  private repeated(): TakeOutcome {
    this.options.telemetry.metrics.repeatedChunks.inc();
    return { kind: 'repeated' };
  }

  private async store({ records, ...changes }: BatchChanges, chunkId?: string): Promise<TakeOutcome> {
    const { queue, telemetry, onQueued } = this.options;
    const isStored = await queue.commit({
      ...(chunkId === undefined ? {} : { chunkId }),
      opened: this.addressed(changes.opened),
      joined: changes.joined,
      resolved: this.addressed(changes.resolved),
    });
    for (const { rule, severity } of changes.opened) telemetry.metrics.opened.inc({ rule: rule.id, severity });
    telemetry.metrics.resolved.inc(changes.resolved.length);
    onQueued();
    if (!isStored) return this.refused({ kind: 'unavailable', reason: 'queue-write-failed' });
    telemetry.queueTook();
    return { kind: 'stored', records };
  }

  private async resolve(alerts: readonly Alert[]): Promise<void> {
    await this.storeIfAny({ records: 0, opened: [], joined: [], resolved: alerts });
  }

  private async storeIfAny(changes: BatchChanges): Promise<void> {
    const { opened, joined, resolved } = changes;
    if (opened.length + joined.length + resolved.length > 0) await this.store(changes);
  }

  private addressed(alerts: readonly Alert[]): Addressed[] {
    return alerts.map((alert) => ({ alert, receivers: this.options.receiversOf(alert) }));
  }
}
