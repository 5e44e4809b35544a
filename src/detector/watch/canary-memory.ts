/** When which source of which node was last heard of. */
import { EVENT_SOURCES, type EventSource } from '../../contract/event';
import { BoundedMap } from '../../event/bounded-map';
import type { Canary } from '../../event/canary';

/** One source on one node. */
export interface Heard {
  readonly source: EventSource;
  readonly node: string;
  /** When its last canary came. */
  receivedUs: number;
  /** How long that one was on its way, by two clocks: never below 0. */
  delayUs: number;
}

/** A source on a node, as a file holds it. */
export type KnownSource = readonly [source: string, node: string];

/** Bounded: one more pushes out the one that was silent for the longest time, and is counted. */
export class CanaryMemory {
  private readonly entries: BoundedMap<Heard>;
  private evicted = 0;
  private changes = 0;

  public constructor(limit: number) {
    this.entries = new BoundedMap(limit);
  }

  public get evictions(): number {
    return this.evicted;
  }

  /** Grows whenever a source is learned or forgotten. */
  public get version(): number {
    return this.changes;
  }

  public hear({ source, node, sentUs }: Canary, receivedUs: number): void {
    const delayUs = sentUs === undefined ? 0 : Math.max(0, receivedUs - sentUs);
    const known = this.entries.touch(keyOf(source, node));
    if (known === undefined) this.add({ source, node, receivedUs, delayUs });
    else Object.assign(known, { receivedUs, delayUs });
  }

  /** Takes up what an earlier process knew, as if it had been heard of now. */
  public restore(known: readonly KnownSource[], nowUs: number): void {
    for (const [name, node] of known) {
      const source = EVENT_SOURCES.find((each) => each === name);
      if (source !== undefined) this.add({ source, node, receivedUs: nowUs, delayUs: 0 });
    }
  }

  public forget({ source, node }: Heard): void {
    if (this.entries.delete(keyOf(source, node))) this.changes += 1;
  }

  public all(): Heard[] {
    return [...this.entries.values()];
  }

  public known(): KnownSource[] {
    return this.all().map(({ source, node }) => [source, node]);
  }

  private add(heard: Heard): void {
    this.changes += 1;
    if (this.entries.set(keyOf(heard.source, heard.node), heard) !== undefined) this.evicted += 1;
  }
}

function keyOf(source: EventSource, node: string): string {
  return `${source} ${node}`;
}
