import { performance } from 'node:perf_hooks';

/** Two ways to do comparable work; each call is one measurement. */
export interface Contenders {
  readonly subject: () => unknown;
  readonly baseline: () => unknown;
}

export interface Measured {
  /** Median of subject over baseline, round by round. */
  readonly ratio: number;
  /** Smallest and largest of these ratios. */
  readonly spread: [number, number];
  /** Median times in milliseconds. */
  readonly subjectMs: number;
  readonly baselineMs: number;
}

/** Measures both in turn, in changing order, in one process; a first round warms up and is not counted. */
export function interleaved({ subject, baseline }: Contenders, rounds = 7): Measured {
  const subjects: number[] = [];
  const baselines: number[] = [];
  for (let round = -1; round < rounds; round += 1) {
    const first = round % 2 === 0;
    const a = first ? timed(subject) : undefined;
    const b = timed(baseline);
    const c = a ?? timed(subject);
    if (round < 0) continue;
    subjects.push(c);
    baselines.push(b);
  }
  const ratios = subjects.map((ms, index) => ms / (baselines[index] ?? NaN));
  return {
    ratio: round3(median(ratios)),
    spread: [round3(Math.min(...ratios)), round3(Math.max(...ratios))],
    subjectMs: round3(median(subjects)),
    baselineMs: round3(median(baselines)),
  };
}

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function round3(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
