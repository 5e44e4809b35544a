/** The wall clock, handed to whatever must know the time or wait, so that tests hold it. */
import { setTimeout as delay } from 'node:timers/promises';

export interface Clock {
  /** Microseconds since the epoch. */
  nowUs(): number;
  /** Resolves after `ms`, or at once when `signal` is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const SYSTEM_CLOCK: Clock = {
  nowUs: () => Date.now() * 1000,
  sleep: async (ms, signal) => {
    try {
      await delay(ms, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  },
};
