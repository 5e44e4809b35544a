/** Entries by time, earliest first: a binary heap. */

interface Entry<T> {
  readonly timeUs: number;
  readonly item: T;
}

export class ExpiryQueue<T> {
  private readonly heap: Entry<T>[] = [];

  public get size(): number {
    return this.heap.length;
  }

  public push(timeUs: number, item: T): void {
    const { heap } = this;
    const entry = { timeUs, item };
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parentAt = (at - 1) >>> 1;
      const parent = heap[parentAt];
      if (parent === undefined || parent.timeUs <= timeUs) break;
      heap[at] = parent;
      at = parentAt;
    }
    heap[at] = entry;
  }

  /** Takes the earliest entry if it lies before `timeUs`. */
  public takeBefore(timeUs: number): T | undefined {
    const [first] = this.heap;
    if (first === undefined || first.timeUs >= timeUs) return undefined;
    const last = this.heap.pop();
    if (last !== undefined && this.heap.length > 0) this.sink(last);
    return first.item;
  }

  public clear(): void {
    this.heap.length = 0;
  }

  /** Puts the entry where the first one was, below whatever is earlier. */
  private sink(entry: Entry<T>): void {
    const { heap } = this;
    let at = 0;
    for (;;) {
      const childAt = this.earlierOf(2 * at + 1, 2 * at + 2);
      const child = heap[childAt];
      if (child === undefined || child.timeUs >= entry.timeUs) break;
      heap[at] = child;
      at = childAt;
    }
    heap[at] = entry;
  }

  private earlierOf(left: number, right: number): number {
    return (this.heap[right]?.timeUs ?? Infinity) < (this.heap[left]?.timeUs ?? Infinity) ? right : left;
  }
}
