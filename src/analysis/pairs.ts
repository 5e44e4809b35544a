/**
 * A condition looked at twice at once: with a fact and without it. For every way the remaining fields can be, a test
 * has one truth with the fact and one without; the condition turns these pairs into its own.
 */
import type { Expr, Test } from '../rule';
import type { Truths } from './truths';
import { FALSE, TRUE, UNKNOWN } from './truths';

/** A set of pairs of truth values: bit `3 * with + without`, each 0 for false, 1 for unknown, 2 for true. */
export type Pairs = number;

const WIDTH = 3;
const COUNT = WIDTH * WIDTH;
const VALUES: readonly Truths[] = [FALSE, UNKNOWN, TRUE];
const TRUE_INDEX = 2;

/** The fact makes no difference to the test. */
export function samePairs(truths: Truths): Pairs {
  return VALUES.reduce((pairs, bit, index) => ((truths & bit) === 0 ? pairs : pairs | pairBit(index, index)), 0);
}

/** Every combination of the truths with and without the fact. */
export function crossPairs(withFact: Truths, without: Truths): Pairs {
  let pairs = 0;
  VALUES.forEach((left, i) => {
    VALUES.forEach((right, j) => {
      if ((withFact & left) !== 0 && (without & right) !== 0) pairs |= pairBit(i, j);
    });
  });
  return pairs;
}

/** The pairs of a single test; `isNegated` where an odd number of `not` stands around it. */
export type LeafPairs = (test: Test, isNegated: boolean) => Pairs;

/** Every pair the condition can have; possibly more, since tests count as independent, never fewer. */
export function pairsOf(expr: Expr, leaf: LeafPairs, isNegated = false): Pairs {
  switch (expr.kind) {
    case 'all-of':
      return expr.parts.reduce((all, part) => joined(all, pairsOf(part, leaf, isNegated), Math.min), samePairs(TRUE));
    case 'any-of':
      return expr.parts.reduce((all, part) => joined(all, pairsOf(part, leaf, isNegated), Math.max), samePairs(FALSE));
    case 'not':
      return mirror(pairsOf(expr.part, leaf, !isNegated));
    default:
      return leaf(expr, isNegated);
  }
}

/** Whether some event satisfies the condition with the fact and does not without it. */
export function hingesOnFact(pairs: Pairs): boolean {
  return [0, 1].some((without) => (pairs & pairBit(TRUE_INDEX, without)) !== 0);
}

/** Whether some event satisfies the condition with the fact. */
export function canHold(pairs: Pairs): boolean {
  return VALUES.some((_, without) => (pairs & pairBit(TRUE_INDEX, without)) !== 0);
}

function pairBit(withFact: number, without: number): number {
  return 1 << (withFact * WIDTH + without);
}

function joined(a: Pairs, b: Pairs, join: (x: number, y: number) => number): Pairs {
  let pairs = 0;
  for (let i = 0; i < COUNT; i += 1) {
    if ((a & (1 << i)) === 0) continue;
    for (let j = 0; j < COUNT; j += 1) {
      if ((b & (1 << j)) === 0) continue;
      const withFact = join(Math.floor(i / WIDTH), Math.floor(j / WIDTH));
      pairs |= pairBit(withFact, join(i % WIDTH, j % WIDTH));
    }
  }
  return pairs;
}

function mirror(pairs: Pairs): Pairs {
  let mirrored = 0;
  for (let i = 0; i < COUNT; i += 1) {
    if ((pairs & (1 << i)) !== 0) mirrored |= pairBit(TRUE_INDEX - Math.floor(i / WIDTH), TRUE_INDEX - (i % WIDTH));
  }
  return mirrored;
}
