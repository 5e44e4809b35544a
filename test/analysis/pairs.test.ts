import * as fc from 'fast-check';
import { canHold, crossPairs, hingesOnFact, pairsOf, samePairs } from '../../src/analysis/pairs';
import { FALSE, TRUE, UNKNOWN } from '../../src/analysis/truths';
import { planRule } from '../../src/engine/plan';
import { TRUE as HOLDS } from '../../src/engine/truth';
import type { Expr } from '../../src/rule';
import { allOf, anyOf, compare, negation } from '../support/conditions';
import { eventOf } from '../support/events';
import { ruleOf } from '../support/rules';

const action = compare('event.action', '==', 'escalate');
const user = compare('event.user', '==', 'mallory');

/** `event.action` is known to be escalate with the fact and not recorded without; `event.user` is free. */
function pairs(expr: Expr): number {
  return pairsOf(expr, (test) =>
    test.field.segments[1] === 'action' ? crossPairs(TRUE, UNKNOWN) : samePairs(TRUE | FALSE),
  );
}

test.each([
  { title: 'the fact alone', expr: action, hinges: true, holds: true },
  { title: 'the fact and more', expr: allOf(action, user), hinges: true, holds: true },
  { title: 'the fact or something else', expr: anyOf(action, user), hinges: true, holds: true },
  { title: 'something else', expr: user, hinges: false, holds: true },
  { title: 'not the fact', expr: negation(action), hinges: false, holds: false },
  { title: 'not not the fact', expr: negation(negation(action)), hinges: true, holds: true },
  { title: 'something else and not the fact', expr: allOf(user, negation(action)), hinges: false, holds: false },
])('a condition with $title', ({ expr, hinges, holds }) => {
  expect(hingesOnFact(pairs(expr))).toBe(hinges);
  expect(canHold(pairs(expr))).toBe(holds);
});

const { condition } = fc.letrec<{ condition: Expr }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(action, user, compare('event.reason', '==', 'x')),
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((parts) => allOf(...parts)),
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((parts) => anyOf(...parts)),
    tie('condition').map(negation),
  ),
}));

test('whatever an event can show, the pairs foresee', () => {
  const events = ['mallory', 'alice'].flatMap((name) =>
    ['x', 'y'].map((reason) => ({ action: 'escalate', user: name, reason })),
  );
  const property = fc.property(condition, (expr) => {
    const plan = planRule(ruleOf(expr), {});
    const outcomes = events.map((fields) => ({
      withFact: plan.evaluate(eventOf(fields)) === HOLDS,
      without: plan.evaluate(eventOf(fields, { unrecorded: ['event.action'] })) === HOLDS,
    }));
    const foreseen = pairs(expr);
    if (outcomes.some(({ withFact }) => withFact)) expect(canHold(foreseen)).toBe(true);
    if (outcomes.some(({ withFact, without }) => withFact && !without)) expect(hingesOnFact(foreseen)).toBe(true);
  });
  fc.assert(property, { seed: 3, numRuns: 500 });
});
