/** `event.failure_count`: how many failures of the same type the last minutes hold, by user and by source address. */
import type { SecurityEvent } from '../contract/event';
import { boundedKey } from './bounded-key';
import { SlidingCount } from './sliding-count';

export interface FailureCounterOptions {
  readonly windowSeconds: number;
  /** Users and addresses that are remembered, each. */
  readonly keys: number;
}

/** The window is closed and ends at the failure's own time, also where the failure comes late. */
export class FailureCounter {
  private readonly byUser: SlidingCount;
  /** Apart from the users, because an attacker chooses names freely, but addresses hardly. */
  private readonly byAddress: SlidingCount;
  private lateFailures = 0;

  public constructor({ windowSeconds, keys }: FailureCounterOptions) {
    const options = { windowUs: windowSeconds * 1_000_000, keys };
    this.byUser = new SlidingCount(options);
    this.byAddress = new SlidingCount(options);
  }

  /** Users and addresses forgotten while their failures still counted. */
  public get evictions(): { readonly users: number; readonly addresses: number } {
    return { users: this.byUser.evictions, addresses: this.byAddress.evictions };
  }

  /** Failures that came so late that their count may be too low. */
  public get late(): number {
    return this.lateFailures;
  }

  /** Counts a failure and returns the larger of the two counts, this failure included. */
  public count({ timeUs, occurrences, event }: SecurityEvent): number {
    const weight = occurrences >= 1 ? Math.floor(occurrences) : 1;
    if (!Number.isFinite(timeUs)) return weight;
    const lateBefore = this.byUser.late + this.byAddress.late;
    const counts = [
      this.countBy(this.byUser, [event.type, event.user], { timeUs, weight }),
      this.countBy(this.byAddress, [event.type, event.source_ip], { timeUs, weight }),
    ];
    if (this.byUser.late + this.byAddress.late > lateBefore) this.lateFailures += 1;
    return Math.max(...counts);
  }

  /** An empty or absent name is nobody: it is counted alone. */
  private countBy(
    counter: SlidingCount,
    [type, name]: readonly [string, string | undefined],
    { timeUs, weight }: { readonly timeUs: number; readonly weight: number },
  ): number {
    if (name === undefined || name === '') return weight;
    return counter.add(boundedKey(`${type}\n${name}`), Math.floor(timeUs), weight);
  }
}
