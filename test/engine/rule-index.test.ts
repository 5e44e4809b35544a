import fc from 'fast-check';
import type { Json } from '../../src/contract/event';
import { planRule } from '../../src/engine/plan';
import { RuleIndex } from '../../src/engine/rule-index';
import { FALSE } from '../../src/engine/truth';
import type { Expr } from '../../src/rule';
import { allOf, anyOf, compare, negation, notWithin, text, within } from '../support/conditions';
import { eventOf } from '../support/events';
import { ruleOf } from '../support/rules';

const LISTS = { writes: ['create', 'update'], empty: [] };

function plansOf(conditions: readonly Expr[]): ReturnType<typeof planRule>[] {
  return conditions.map((condition, i) => planRule(ruleOf(condition, { id: `rule-${i}` }), LISTS));
}

function candidates(conditions: readonly Expr[], event: ReturnType<typeof eventOf>): string[] {
  return new RuleIndex(plansOf(conditions), LISTS).candidates(event).map(({ rule }) => rule.id);
}

const read = eventOf({ action: 'get', type: 'access', object: { resource: 'pods' } }, { audit: { verb: 'get' } });

test.each<{ title: string; condition: Expr; isAsked: boolean }>([
  { title: 'the word of the event', condition: compare('audit.verb', '==', 'get'), isAsked: true },
  { title: 'another word', condition: compare('audit.verb', '==', 'create'), isAsked: false },
  { title: 'one of other words', condition: within('audit.verb', 'writes'), isAsked: false },
  { title: 'one of no words', condition: within('audit.verb', 'empty'), isAsked: false },
  {
    title: 'another word, deep in a conjunction',
    condition: allOf(text('event.user', 'contains', 'a'), allOf(compare('event.action', '==', 'exec'))),
    isAsked: false,
  },
  { title: 'no other word', condition: negation(compare('audit.verb', '==', 'create')), isAsked: true },
  { title: 'none of other words', condition: notWithin('audit.verb', 'writes'), isAsked: true },
  {
    title: 'another word or something else',
    condition: anyOf(compare('audit.verb', '==', 'create'), compare('event.type', '==', 'exec')),
    isAsked: true,
  },
])('a rule that demands $title is asked: $isAsked', ({ condition, isAsked }) => {
  expect(candidates([condition], read)).toEqual(isAsked ? ['rule-0'] : []);
});

test('where the field was not recorded, every rule that demands a word of it is asked', () => {
  const conditions = [compare('event.action', '==', 'escalate'), compare('event.action', '==', 'grant')];
  const event = eventOf({}, { unrecorded: ['event.action'] });
  expect(candidates(conditions, event)).toEqual(['rule-0', 'rule-1']);
});

const word = fc.constantFrom('create', 'update', 'get', 'pods', 'secrets', 'exec', '');
const key = fc.constantFrom('audit.verb', 'event.action', 'event.type', 'event.object.resource', 'event.user');
const leaf: fc.Arbitrary<Expr> = fc.oneof(
  fc.tuple(key, fc.constantFrom('==', '!=' as const), word).map((args) => compare(...args)),
  fc
    .tuple(key, fc.oneof(fc.constantFrom('writes', 'empty'), fc.array(word, { maxLength: 3 })))
    .map((args) => within(...args)),
  fc.tuple(key, fc.array(word, { maxLength: 2 })).map((args) => notWithin(...args)),
  fc.tuple(key, fc.constant('startswith' as const), word).map((args) => text(...args)),
);
const { condition } = fc.letrec<{ condition: Expr }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((parts) => allOf(...parts)),
    fc.array(tie('condition'), { minLength: 1, maxLength: 2 }).map((parts) => anyOf(...parts)),
    tie('condition').map(negation),
  ),
}));
/** Records are written by others: a list may stand where a word belongs. */
const value: fc.Arbitrary<Json> = fc.oneof(word, fc.array(word, { maxLength: 3 }), fc.constantFrom(null, 1));
const event = fc
  .tuple(value, word, word, fc.subarray(['audit', 'audit.verb', 'event.action', 'event.object']))
  .map(([verb, action, resource, unrecorded]) =>
    eventOf({ action, object: { resource } }, { audit: { verb }, unrecorded }),
  );

test('asking the candidates alone changes no outcome and no order', () => {
  let [asked, all] = [0, 0];
  fc.assert(
    fc.property(fc.array(condition, { maxLength: 8 }), event, (conditions, of) => {
      const plans = plansOf(conditions);
      const found = new RuleIndex(plans, LISTS).candidates(of);
      const outcomes = (some: typeof plans): unknown[] =>
        some.map((plan) => [plan.rule.id, plan.evaluate(of)]).filter(([, truth]) => truth !== FALSE);
      expect(outcomes([...found])).toEqual(outcomes(plans));
      asked += found.length;
      all += plans.length;
    }),
    { seed: 29, numRuns: 3_000 },
  );
  expect(asked).toBeLessThan(all * 0.95);
});
