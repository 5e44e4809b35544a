/** A clock that a test holds: it stands still but for the pauses that it is asked to make, which pass at once. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Clock, SYSTEM_CLOCK } from '../../../src/detector/clock';

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

/** The system's clock, which a test can put forward; pauses are real. */
export class ShiftedClock implements Clock {
  private shiftUs = 0;

  public nowUs(): number {
    return Date.now() * 1000 + this.shiftUs;
  }

  public advance(ms: number): void {
    this.shiftUs += ms * 1000;
  }

  public async sleep(ms: number, signal: AbortSignal): Promise<void> {
    await SYSTEM_CLOCK.sleep(ms, signal);
  }
}
