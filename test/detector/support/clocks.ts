/** A clock that a test holds: it stands still but for the pauses that it is asked to make, which pass at once. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../../src/detector/clock';

export class TestClock implements Clock {
  public readonly pausesMs: number[] = [];

  public constructor(private us = Date.UTC(2026, 0, 15, 10) * 1000) {}

  public nowUs(): number {
    return this.us;
  }

  public advance(ms: number): void {
    this.us += ms * 1000;
  }

  public async sleep(ms: number): Promise<void> {
    this.pausesMs.push(ms);
    this.advance(ms);
    await nextTurn();
  }
}
