/** A map of at most `limit` entries: one more pushes out the entry that was not touched for the longest time. */
export class BoundedMap<V> {
  /** Insertion order is age: touching an entry moves it to the end. */
  private readonly entries = new Map<string, V>();

  public constructor(private readonly limit: number) {}

  public get size(): number {
    return this.entries.size;
  }

  /** The entry, which becomes the youngest. */
  public touch(key: string): V | undefined {
    const value = this.entries.get(key);
    if (value === undefined) return undefined;
    this.entries.delete(key);
    this.entries.set(key, value);
    return value;
  }

  /** The entry, as old as before. */
  public peek(key: string): V | undefined {
    return this.entries.get(key);
  }

  /** Adds or replaces an entry, which becomes the youngest. Returns what it pushed out. */
  public set(key: string, value: V): V | undefined {
    this.entries.delete(key);
    this.entries.set(key, value);
    return this.entries.size > this.limit ? this.takeOldest() : undefined;
  }

  /** Removes the entry and says whether it was there. */
  public delete(key: string): boolean {
    return this.entries.delete(key);
  }

  /** Removes and returns the entry that was not touched for the longest time. */
  public takeOldest(): V | undefined {
    for (const [key, value] of this.entries) {
      this.entries.delete(key);
      return value;
    }
    return undefined;
  }

  /** From the oldest to the youngest. */
  public values(): IterableIterator<V> {
    return this.entries.values();
  }
}
