/** Counts weighted occurrences per key over a closed, sliding window of event time. */
import { BoundedMap } from '../event/bounded-map';
import { OccurrenceLog } from './occurrence-log';

export interface SlidingCountOptions {
  readonly windowUs: number;
  /** Keys that are remembered; one more forgets the key that was not counted for the longest time. */
  readonly keys: number;
}

/** How many remembered occurrences a key may have on average when all keys are in use. */
const ENTRIES_PER_KEY = 16;
/** A single key may need so many, whatever the number of keys. */
const LEAST_ENTRIES = 100_000;

/**
 * `add` returns how much weight lies in `[time - window, time]`, bounds included, of what was added so far, this one
 * too. So an occurrence that comes late counts the window that ends at its own time. Counts are exact while nothing of
 * that window was forgotten, and never too high unless a key is so busy that its times are rounded (`OccurrenceLog`).
 * Memory is bounded per key and over all keys; `evictions` and `late` say when the bounds were felt.
 */
export class SlidingCount {
  private readonly logs: BoundedMap<OccurrenceLog>;
  private readonly entryLimit: number;
  private readonly windowUs: number;
  private entries = 0;
  private evicted = 0;
  private inexact = 0;

  public constructor({ windowUs, keys }: SlidingCountOptions) {
    this.windowUs = windowUs;
    this.logs = new BoundedMap(keys);
    this.entryLimit = Math.max(LEAST_ENTRIES, keys * ENTRIES_PER_KEY);
  }

  /** Keys that were forgotten while they still could have counted. */
  public get evictions(): number {
    return this.evicted;
  }

  /** Occurrences so late that part of their window was forgotten: their counts may be too low. */
  public get late(): number {
    return this.inexact;
  }

  public add(key: string, timeUs: number, weight: number): number {
    const log = this.logs.touch(key) ?? this.newLog(key, timeUs);
    const before = log.size;
    log.add(timeUs, weight, this.windowUs);
    this.entries += log.size - before;
    while (this.entries > this.entryLimit && this.logs.size > 1) this.forget(this.logs.takeOldest(), timeUs);
    if (!log.remembers(timeUs - this.windowUs, timeUs)) this.inexact += 1;
    return log.weightIn(timeUs - this.windowUs, timeUs);
  }

  private newLog(key: string, timeUs: number): OccurrenceLog {
    const log = new OccurrenceLog();
    this.forget(this.logs.set(key, log), timeUs);
    return log;
  }

  private forget(log: OccurrenceLog | undefined, timeUs: number): void {
    if (log === undefined) return;
    this.entries -= log.size;
    if (log.newestUs >= timeUs - this.windowUs) this.evicted += 1;
  }
}
