/** Tells a request's first event from the later ones: another stage of it, or another delivery. */
import type { SecurityEvent } from '../contract/event';
import { BoundedMap } from '../event/bounded-map';
import { boundedKey } from './bounded-key';

/** A delivery is hardly repeated later than this, so that forgetting the request is no loss. */
const REPEAT_WITHIN_US = 10 * 60 * 1_000_000;

/**
 * Remembers a bounded number of requests. Those whose last stage is still to come (a watch or an exec may run for
 * hours) are remembered apart, so that the many short requests do not push them out.
 */
export class RequestOnce {
  private readonly running: BoundedMap<number>;
  private readonly done: BoundedMap<number>;
  private evicted = 0;

  public constructor(limit: number) {
    this.running = new BoundedMap(limit);
    this.done = new BoundedMap(limit);
  }

  /** Requests forgotten while another event of them was still likely. */
  public get evictions(): number {
    return this.evicted;
  }

  /** Whether an event of the same request was seen before. Events without a stable id never repeat. */
  public isRepeat(event: SecurityEvent): boolean {
    if (!event.hasStableId) return false;
    const key = boundedKey(event.event.id);
    if (this.done.touch(key) !== undefined) return true;
    if (!isRunning(event)) {
      this.remember(this.done, key, event.timeUs, REPEAT_WITHIN_US);
      return this.running.delete(key);
    }
    if (this.running.touch(key) !== undefined) return true;
    this.remember(this.running, key, event.timeUs, Infinity);
    return false;
  }

  private remember(requests: BoundedMap<number>, key: string, timeUs: number, usefulUs: number): void {
    const forgottenUs = requests.set(key, timeUs);
    if (forgottenUs !== undefined && timeUs - forgottenUs <= usefulUs) this.evicted += 1;
  }
}

/** A request refused with 401 ends at ResponseStarted; every other one has a stage after it. */
function isRunning({ audit, event }: SecurityEvent): boolean {
  return audit?.stage === 'ResponseStarted' && event.type !== 'authentication';
}
