/** Stretches of event time that do not overlap, in order. */
export interface Stretch {
  firstUs: number;
  lastUs: number;
}

export class Timeline<T extends Stretch> {
  private readonly stretches: T[] = [];

  public get size(): number {
    return this.stretches.length;
  }

  /** The stretch that holds `timeUs` or lies nearest to it, at most `withinUs` away; of two equally near, the earlier. */
  public nearest(timeUs: number, withinUs: number): T | undefined {
    const at = this.firstEndingFrom(timeUs);
    const [before, after] = [this.stretches[at - 1], this.stretches[at]];
    const beforeUs = before === undefined ? Infinity : timeUs - before.lastUs;
    const afterUs = after === undefined ? Infinity : Math.max(0, after.firstUs - timeUs);
    if (Math.min(beforeUs, afterUs) > withinUs) return undefined;
    return beforeUs <= afterUs ? before : after;
  }

  public insert(stretch: T): void {
    this.stretches.splice(this.firstEndingFrom(stretch.lastUs), 0, stretch);
  }

  public remove(stretch: T): void {
    const at = this.stretches.indexOf(stretch);
    if (at >= 0) this.stretches.splice(at, 1);
  }

  /** Index of the first stretch that does not end before `timeUs`. */
  private firstEndingFrom(timeUs: number): number {
    let low = 0;
    let high = this.stretches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.stretches[middle]?.lastUs ?? Infinity) < timeUs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
