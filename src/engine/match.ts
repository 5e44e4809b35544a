/** What the operators of a condition say about one value. Strict by type: a number never equals its text. */
import { RE2JS } from 're2js';
import type { Comparison, LiteralValue, TextTest } from '../rule';
import type { ValueTest } from './read-path';

/** Every comparison but `!=`, which is the negation of `==`. */
export function comparisonTest(comparison: Exclude<Comparison, '!='>, literal: LiteralValue): ValueTest {
  if (comparison === '==') return (value) => value === literal;
  if (typeof literal !== 'number') return () => false;
  switch (comparison) {
    case '<':
      return (value) => typeof value === 'number' && value < literal;
    case '<=':
      return (value) => typeof value === 'number' && value <= literal;
    case '>':
      return (value) => typeof value === 'number' && value > literal;
    case '>=':
      return (value) => typeof value === 'number' && value >= literal;
  }
}

export function membershipTest(values: Iterable<LiteralValue>): ValueTest {
  const members: ReadonlySet<unknown> = new Set(values);
  return (value) => members.has(value);
}

/** `matches` searches: the pattern may fit anywhere in the text. */
export function textTest(test: TextTest, literal: LiteralValue): ValueTest {
  if (typeof literal !== 'string') return () => false;
  switch (test) {
    case 'contains':
      return (value) => typeof value === 'string' && value.includes(literal);
    case 'startswith':
      return (value) => typeof value === 'string' && value.startsWith(literal);
    case 'endswith':
      return (value) => typeof value === 'string' && value.endsWith(literal);
    case 'matches': {
      const pattern = RE2JS.compile(literal);
      return (value) => typeof value === 'string' && pattern.test(value);
    }
  }
}
