/** The occurrences of one key, in order of event time, in bounded memory. */

/** Nothing is dropped before a log holds so many times. */
const FIRST_PRUNING = 256;
/** A log with more times than this within reach of its window rounds them. */
const EXACT_TIMES = 4_096;
/** Rounded times lie on a grid of so many steps a window. */
const GRID_STEPS = 512;

/**
 * Holds at most about twice `EXACT_TIMES` times. When it grows, times that are more than two windows away from the one
 * being added are dropped; when that does not help, times are rounded down to a grid of 1/512 of the window, and counts
 * may then include up to one step more than the window, never less.
 */
export class OccurrenceLog {
  private times: number[] = [];
  /** `sums[i]` is the weight of all entries up to and including `i`. */
  private sums: number[] = [];
  private gridUs = 1;
  private pruneAt = FIRST_PRUNING;
  /** Occurrences up to this time may have been dropped. */
  private forgottenUntilUs = -Infinity;
  /** So may those of a stretch that lay ahead when they were. */
  private forgottenAhead: { readonly fromUs: number; readonly toUs: number } | undefined;

  public get size(): number {
    return this.times.length;
  }

  public get newestUs(): number {
    return this.times.at(-1) ?? -Infinity;
  }

  public add(timeUs: number, weight: number, windowUs: number): void {
    if (this.gridUs > 1 && timeUs - windowUs > this.newestUs + this.gridUs) this.startAnew();
    this.insert(this.onGrid(timeUs), weight);
    if (this.times.length >= this.pruneAt) this.prune(timeUs, windowUs);
  }

  /** The weight of the occurrences in `[fromUs, toUs]`. */
  public weightIn(fromUs: number, toUs: number): number {
    const first = this.firstAtOrAfter(this.onGrid(fromUs));
    const end = this.firstAtOrAfter(toUs + 1);
    return this.sumBefore(end) - this.sumBefore(first);
  }

  /** Whether every occurrence in `[fromUs, toUs]` that was added is still held. */
  public remembers(fromUs: number, toUs: number): boolean {
    const { forgottenUntilUs, forgottenAhead: ahead } = this;
    return forgottenUntilUs < fromUs && (ahead === undefined || toUs < ahead.fromUs || ahead.toUs < fromUs);
  }

  private insert(timeUs: number, weight: number): void {
    const { times, sums } = this;
    const at = this.firstAtOrAfter(timeUs);
    if (times.length === 0) {
      // Most keys have one entry only: these arrays reserve no room for more.
      this.times = [timeUs];
      this.sums = [weight];
      return;
    }
    if (at === times.length) {
      times.push(timeUs);
      sums.push(this.sumBefore(at));
    } else if (times[at] !== timeUs) {
      times.splice(at, 0, timeUs);
      sums.splice(at, 0, this.sumBefore(at));
    }
    for (let i = at; i < sums.length; i += 1) sums[i] = (sums[i] ?? 0) + weight;
  }

  private prune(timeUs: number, windowUs: number): void {
    const first = this.firstAtOrAfter(timeUs - 2 * windowUs);
    const end = this.firstAtOrAfter(timeUs + 2 * windowUs + 1);
    this.noteForgotten(first, end);
    this.keep(first, end);
    if (this.times.length > EXACT_TIMES && this.gridUs === 1) this.round(Math.ceil(windowUs / GRID_STEPS));
    this.pruneAt = Math.max(FIRST_PRUNING, 2 * this.times.length);
  }

  /** Notes that all but the entries from `first` to before `end` are dropped. */
  private noteForgotten(first: number, end: number): void {
    const [lastBelow, firstAbove] = [this.times[first - 1], this.times[end]];
    if (lastBelow !== undefined) this.forgottenUntilUs = Math.max(this.forgottenUntilUs, lastBelow + this.gridUs - 1);
    if (firstAbove === undefined) return;
    const { fromUs, toUs } = this.forgottenAhead ?? { fromUs: Infinity, toUs: -Infinity };
    this.forgottenAhead = {
      fromUs: Math.min(fromUs, firstAbove),
      toUs: Math.max(toUs, this.newestUs + this.gridUs - 1),
    };
  }

  private keep(first: number, end: number): void {
    const dropped = this.sumBefore(first);
    this.times = this.times.slice(first, end);
    this.sums = this.sums.slice(first, end).map((sum) => sum - dropped);
  }

  private round(gridUs: number): void {
    const { times, sums } = this;
    this.gridUs = gridUs;
    this.times = [];
    this.sums = [];
    for (const [i, timeUs] of times.entries()) {
      const rounded = this.onGrid(timeUs);
      if (this.times.at(-1) === rounded) this.sums.pop();
      else this.times.push(rounded);
      this.sums.push(sums[i] ?? 0);
    }
  }

  /** All that is held lies before the window of the next occurrence: exact times again. */
  private startAnew(): void {
    this.forgottenUntilUs = Math.max(this.forgottenUntilUs, this.newestUs + this.gridUs - 1);
    this.times = [];
    this.sums = [];
    this.gridUs = 1;
    this.pruneAt = FIRST_PRUNING;
  }

  private onGrid(timeUs: number): number {
    return this.gridUs === 1 ? timeUs : Math.floor(timeUs / this.gridUs) * this.gridUs;
  }

  private sumBefore(index: number): number {
    return index === 0 ? 0 : (this.sums[index - 1] ?? 0);
  }

  /** Index of the first time that is not before `timeUs`; the end where there is none. */
  private firstAtOrAfter(timeUs: number): number {
    const { times } = this;
    if (this.newestUs < timeUs) return times.length;
    let low = 0;
    let high = times.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((times[middle] ?? Infinity) < timeUs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
