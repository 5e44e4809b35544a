/** Sets of truth values, and which of them a test can have before any event exists. */
import type { LiteralValue, RuleSet, Test } from '../rule';

/** A set of truth values: a sum of the bits below. */
export type Truths = number;

export const FALSE = 1;
/** It depends on something that was not recorded. */
export const UNKNOWN = 2;
export const TRUE = 4;

const EITHER = FALSE | TRUE;

/** What is known of a field in a class of events. */
export type FieldValue =
  | { readonly kind: 'is'; readonly value: LiteralValue }
  /** Some text that is none of these. */
  | { readonly kind: 'none-of'; readonly excluded: ReadonlySet<LiteralValue> }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unrecorded' }
  /** Nothing is known, not even whether it is there. */
  | { readonly kind: 'any' };

export type Lists = RuleSet['lists'];

/** Every truth value that the test has for some value of which this is known; never one too few. */
export function truthsOf(test: Test, value: FieldValue, lists: Lists): Truths {
  if (value.kind === 'unrecorded') return UNKNOWN;
  const truths = plainTruths(test, value, lists);
  return isNegation(test) ? mirrored(truths) : truths;
}

/** `!=` and `not in` are exactly the negations of `==` and `in`. */
export function isNegation(test: Test): boolean {
  return (test.kind === 'compare' && test.comparison === '!=') || (test.kind === 'in' && test.negated);
}

/** What `not` makes of it. */
export function mirrored(truths: Truths): Truths {
  return (truths & UNKNOWN) | ((truths & FALSE) === 0 ? 0 : TRUE) | ((truths & TRUE) === 0 ? 0 : FALSE);
}

/** The truth of the test as if it were not negated. */
function plainTruths(test: Test, value: Exclude<FieldValue, { kind: 'unrecorded' }>, lists: Lists): Truths {
  switch (value.kind) {
    case 'absent':
      return FALSE;
    case 'any':
      return EITHER;
    case 'none-of':
      return truthsOfOther(test, value.excluded, lists);
    case 'is':
      return truthsOfLiteral(test, value.value, lists);
  }
}

function truthsOfOther(test: Test, excluded: ReadonlySet<LiteralValue>, lists: Lists): Truths {
  if (test.kind === 'exists') return TRUE;
  const wanted = equalityValues(test, lists);
  return wanted?.every((literal) => excluded.has(literal)) === true ? FALSE : EITHER;
}

function truthsOfLiteral(test: Test, value: LiteralValue, lists: Lists): Truths {
  if (test.kind === 'exists') return TRUE;
  const wanted = equalityValues(test, lists);
  if (wanted !== undefined) return wanted.includes(value) ? TRUE : FALSE;
  if (test.kind === 'compare') return isOrdered(test, value) ? TRUE : FALSE;
  return test.kind === 'text' ? textTruths(test, value) : EITHER;
}

function isOrdered(
  { comparison, value: { value: wanted } }: Extract<Test, { kind: 'compare' }>,
  value: LiteralValue,
): boolean {
  if (typeof value !== 'number' || typeof wanted !== 'number') return false;
  switch (comparison) {
    case '<':
      return value < wanted;
    case '<=':
      return value <= wanted;
    case '>':
      return value > wanted;
    case '>=':
      return value >= wanted;
    default:
      return false;
  }
}

/** The values that a test of equality asks for; undefined for another test. */
export function equalityValues(test: Test, lists: Lists): readonly LiteralValue[] | undefined {
  if (test.kind === 'compare') {
    return test.comparison === '==' || test.comparison === '!=' ? [test.value.value] : undefined;
  }
  if (test.kind !== 'in') return undefined;
  if (test.list.kind === 'literals') return test.list.items.map((item) => item.value);
  return Object.hasOwn(lists, test.list.name) ? (lists[test.list.name] ?? []) : [];
}

function textTruths(test: Extract<Test, { kind: 'text' }>, value: LiteralValue): Truths {
  const wanted = test.value.value;
  if (typeof value !== 'string' || typeof wanted !== 'string') return FALSE;
  switch (test.test) {
    case 'contains':
      return value.includes(wanted) ? TRUE : FALSE;
    case 'startswith':
      return value.startsWith(wanted) ? TRUE : FALSE;
    case 'endswith':
      return value.endsWith(wanted) ? TRUE : FALSE;
    case 'matches':
      return EITHER;
  }
}
