/** Whether the aggregator's outputs deliver, by looking at them now and then. */
import { quoted } from '../../alert/printable';
import type { WatchFinding } from '../../alert/watch-finding';
import { DETECTOR_OUTPUT_ID } from '../../contract/detector-config';
import { lasting } from './canary-judgement';
import type { OutputState } from './output-state';
import type { WatchEvent } from './verdict';

/** An output as it was last seen. */
export interface WatchedOutput {
  state: OutputState;
  /** Since when something waits and nothing was delivered. */
  waitingSinceUs: number | undefined;
}

export interface OutputQuestion {
  readonly nowUs: number;
  readonly cluster: string;
  readonly missingAfterSeconds: number;
}

/** Dropped chunks by output, as a file holds them. */
export type KnownDrops = Readonly<Record<string, number>>;

const NAME_LIMIT = 128;

export class OutputWatch {
  private outputs = new Map<string, WatchedOutput>();
  private drops = new Map<string, number>();
  private readonly fresh = new Map<string, number>();
  private answeredUs: number | undefined;
  private silentSinceUs: number | undefined;

  /** What stands in the counters of a pod's Fluentd is news to a detector that knows nothing: both begin together. */
  public restore(drops: KnownDrops): void {
    this.drops = new Map(Object.entries(drops));
  }

  public get knownDrops(): KnownDrops {
    return Object.fromEntries(this.drops);
  }

  public get all(): readonly WatchedOutput[] {
    return [...this.outputs.values()];
  }

  /** Undefined: Fluentd did not answer. */
  public observe(states: readonly OutputState[] | undefined, nowUs: number): void {
    if (states === undefined) {
      this.silentSinceUs ??= nowUs;
      return;
    }
    this.silentSinceUs = undefined;
    this.answeredUs = nowUs;
    this.outputs = new Map(states.map((state) => [state.id, this.look(state, nowUs)]));
  }

  /** Whether the last look succeeded; undefined before any did. */
  public get isAnswering(): boolean | undefined {
    return this.answeredUs === undefined ? undefined : this.silentSinceUs === undefined;
  }

  /** Fluentd answered once and has not for so long. */
  public isSilent({ nowUs, missingAfterSeconds }: OutputQuestion): boolean {
    if (this.answeredUs === undefined || this.silentSinceUs === undefined) return false;
    return nowUs - this.silentSinceUs > missingAfterSeconds * 1e6;
  }

  /** Records wait for the detector itself; `hasLasted`: for so long that it is wrong. */
  public detectorBacklog({ nowUs, missingAfterSeconds }: OutputQuestion): { waits: boolean; hasLasted: boolean } {
    const since = this.outputs.get(DETECTOR_OUTPUT_ID)?.waitingSinceUs;
    return { waits: since !== undefined, hasLasted: since !== undefined && nowUs - since > missingAfterSeconds * 1e6 };
  }

  public stalled(question: OutputQuestion): WatchFinding[] {
    const { nowUs, cluster, missingAfterSeconds } = question;
    return this.all.flatMap(({ state, waitingSinceUs }) => {
      if (state.id === DETECTOR_OUTPUT_ID || waitingSinceUs === undefined) return [];
      if (nowUs - waitingSinceUs <= missingAfterSeconds * 1e6) return [];
      const name = quoted(destinationOf(state.id), NAME_LIMIT);
      const summary =
        `the destination ${name} has taken nothing for ${lasting(missingAfterSeconds)} while ` +
        `${state.bufferedBytes} bytes wait, hop aggregator → ${name}`;
      const details = {
        hop: `aggregator → ${destinationOf(state.id)}`,
        destination: destinationOf(state.id),
        bufferedBytes: state.bufferedBytes,
        queuedChunks: state.queuedChunks,
        retries: state.retries,
      };
      return [{ rule: 'siem-destination-stalled', cluster, key: [state.id], timeUs: nowUs, summary, details }];
    });
  }

  /** Chunks dropped since it was asked last. */
  public takeDrops({ nowUs, cluster }: OutputQuestion): WatchEvent[] {
    const events = [...this.fresh].map(([id, count]): WatchEvent => {
      const name = quoted(destinationOf(id), NAME_LIMIT);
      return {
        count,
        finding: {
          rule: 'siem-records-dropped',
          cluster,
          key: [id],
          timeUs: nowUs,
          summary: `the buffer of ${name} was full and ${count} of its oldest chunks were thrown away`,
          details: { hop: `aggregator → ${destinationOf(id)}`, destination: destinationOf(id), droppedChunks: count },
        },
      };
    });
    this.fresh.clear();
    return events;
  }

  private look(state: OutputState, nowUs: number): WatchedOutput {
    this.countDrops(state);
    const before = this.outputs.get(state.id);
    const isWaiting = state.queuedBytes > 0 || state.isRetrying;
    if (!isWaiting) return { state, waitingSinceUs: undefined };
    // A counter that fell belongs to a Fluentd that started anew.
    const hasDelivered = before === undefined || state.deliveryMs !== before.state.deliveryMs;
    return { state, waitingSinceUs: hasDelivered ? nowUs : (before.waitingSinceUs ?? nowUs) };
  }

  private countDrops({ id, droppedChunks }: OutputState): void {
    const before = this.drops.get(id) ?? 0;
    const news = droppedChunks >= before ? droppedChunks - before : droppedChunks;
    this.drops.set(id, droppedChunks);
    if (news > 0) this.fresh.set(id, (this.fresh.get(id) ?? 0) + news);
  }
}

/** The destination's name, or `detector`. */
export function destinationOf(outputId: string): string {
  return outputId.slice('out_'.length);
}
