import fc from 'fast-check';
import type { Json, JsonObject, SecurityEvent } from '../../src/contract/event';
import { planRule } from '../../src/engine/plan';
import { FALSE, TRUE, type Truth, UNKNOWN } from '../../src/engine/truth';
import type { Expr } from '../../src/rule';
import { allOf, anyOf, compare, exists, negation, notWithin, text, within } from '../support/conditions';
import { eventOf } from '../support/events';
import { ruleOf } from '../support/rules';

const LISTS = { admins: ['alice', 'bob'], empty: [] };

function evaluate(condition: Expr, event: SecurityEvent): Truth {
  return planRule(ruleOf(condition), LISTS).evaluate(event);
}

/** A written event: `audit.verb` is there, `audit.objectRef` absent, `audit.requestObject` unrecorded. */
const event = eventOf(
  { user: 'alice', groups: ['dev', 'ops'] },
  {
    audit: { verb: 'create', responseStatus: { code: 201 }, user: { groups: [] } },
    unrecorded: ['audit.requestObject'],
  },
);

test.each<{ title: string; condition: Expr; truth: Truth }>([
  { title: 'a test that holds', condition: compare('audit.verb', '==', 'create'), truth: TRUE },
  { title: 'a test that does not hold', condition: compare('audit.verb', '==', 'get'), truth: FALSE },
  { title: '== on an absent field', condition: compare('audit.objectRef.name', '==', 'x'), truth: FALSE },
  { title: '!= on an absent field', condition: compare('audit.objectRef.name', '!=', 'x'), truth: TRUE },
  { title: '< on an absent field', condition: compare('event.failure_count', '<', 5), truth: FALSE },
  { title: 'in on an absent field', condition: within('audit.objectRef.name', ['x']), truth: FALSE },
  { title: 'not in on an absent field', condition: notWithin('audit.objectRef.name', ['x']), truth: TRUE },
  { title: 'a text test on an absent field', condition: text('audit.objectRef.name', 'contains', ''), truth: FALSE },
  { title: 'exists on an absent field', condition: exists('audit.objectRef'), truth: FALSE },
  { title: 'exists on a field that is there', condition: exists('audit.verb'), truth: TRUE },
  { title: '== on an unrecorded field', condition: compare('audit.requestObject.kind', '==', 'x'), truth: UNKNOWN },
  { title: '!= on an unrecorded field', condition: compare('audit.requestObject.kind', '!=', 'x'), truth: UNKNOWN },
  { title: 'not in on an unrecorded field', condition: notWithin('audit.requestObject.kind', ['x']), truth: UNKNOWN },
  { title: 'exists on an unrecorded field', condition: exists('audit.requestObject'), truth: UNKNOWN },
  { title: '== on a list', condition: compare('event.groups', '==', 'ops'), truth: TRUE },
  { title: '!= on a list with such an element', condition: compare('event.groups', '!=', 'ops'), truth: FALSE },
  { title: '!= on a list without one', condition: compare('event.groups', '!=', 'admins'), truth: TRUE },
  { title: '!= on an empty list', condition: compare('audit.user.groups', '!=', 'dev'), truth: TRUE },
  { title: 'contains on a list with such an element', condition: text('event.groups', 'contains', 'dev'), truth: TRUE },
  {
    title: 'contains on a list with part of an element',
    condition: text('event.groups', 'contains', 'ev'),
    truth: FALSE,
  },
  { title: 'startswith on a list', condition: text('event.groups', 'startswith', 'de'), truth: TRUE },
  { title: 'in a named list', condition: within('event.user', 'admins'), truth: TRUE },
  { title: 'not in a named list', condition: notWithin('event.user', 'admins'), truth: FALSE },
  { title: 'in an empty list', condition: within('event.user', 'empty'), truth: FALSE },
  { title: 'a name of the list that objects inherit', condition: within('event.user', 'constructor'), truth: FALSE },
])('$title is $truth', ({ condition, truth }) => {
  expect(evaluate(condition, event)).toBe(truth);
});

test.each<{ title: string; condition: Expr; truth: Truth; fields: string[] }>([
  {
    title: 'a false part decides a conjunction',
    condition: allOf(compare('audit.requestObject.kind', '==', 'x'), compare('audit.verb', '==', 'get')),
    truth: FALSE,
    fields: [],
  },
  {
    title: 'a true part decides a disjunction',
    condition: anyOf(compare('audit.requestObject.kind', '==', 'x'), compare('audit.verb', '==', 'create')),
    truth: TRUE,
    fields: [],
  },
  {
    title: 'else the unrecorded field is to blame',
    condition: allOf(compare('audit.requestObject.kind', '==', 'x'), compare('audit.verb', '==', 'create')),
    truth: UNKNOWN,
    fields: ['audit.requestObject.kind'],
  },
  {
    title: 'only the parts that are unknown are to blame',
    condition: anyOf(
      allOf(compare('audit.requestObject.kind', '==', 'x'), compare('audit.verb', '==', 'get')),
      negation(exists('audit.requestObject.spec')),
    ),
    truth: UNKNOWN,
    fields: ['audit.requestObject.spec'],
  },
  {
    title: 'a field is blamed once, in the form a rule writes it',
    condition: anyOf(
      text('audit.requestObject.metadata.a/b', 'contains', 'x'),
      text('audit.requestObject.metadata.a/b', 'contains', 'y'),
    ),
    truth: UNKNOWN,
    fields: ['audit.requestObject.metadata["a/b"]'],
  },
])('$title', ({ condition, truth, fields }) => {
  const plan = planRule(ruleOf(condition), LISTS);
  expect(plan.evaluate(event)).toBe(truth);
  if (truth === UNKNOWN) expect([...plan.unknownFields(event)]).toEqual(fields);
});

/** What a condition means, written for reading alone: every value at the path, then the definition of each operator. */
function oracle(expr: Expr, of: SecurityEvent): Truth {
  switch (expr.kind) {
    case 'not':
      return (2 - oracle(expr.part, of)) as Truth;
    case 'all-of':
      return Math.min(TRUE, ...expr.parts.map((part) => oracle(part, of))) as Truth;
    case 'any-of':
      return Math.max(FALSE, ...expr.parts.map((part) => oracle(part, of))) as Truth;
    case 'compare':
      if (expr.comparison === '!=') return (2 - oracle({ ...expr, comparison: '==' }, of)) as Truth;
      break;
    case 'in':
      if (expr.negated) return (2 - oracle({ ...expr, negated: false }, of)) as Truth;
      break;
  }
  const path = expr.field.segments;
  if (of.unrecorded.some((hidden) => hidden.split('.').every((part, i) => part === path[i]))) return UNKNOWN;
  if (expr.kind === 'exists') return reached(of, path).length > 0 ? TRUE : FALSE;
  return reached(of, path).some((value) => holdsOf(expr, value)) ? TRUE : FALSE;
}

/** Of a list, one element is enough; a list contains its elements whole. */
function holdsOf(expr: Parameters<typeof holds>[0], value: unknown): boolean {
  if (Array.isArray(value) && expr.kind === 'text' && expr.test === 'contains') {
    return flat(value).includes(expr.value.value);
  }
  return flat(value).some((element) => holds(expr, element));
}

/** What the path leads to; a list at its end is one value. */
function reached(value: unknown, path: readonly string[]): unknown[] {
  const [segment, ...rest] = path;
  if (segment === undefined) return [value];
  if (Array.isArray(value)) return value.flatMap((element) => reached(element, path));
  const own = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return own
    .filter(([key, member]) => key === segment && member !== undefined)
    .flatMap(([, member]) => reached(member, rest));
}

function flat(value: unknown): unknown[] {
  return Array.isArray(value) ? value.flatMap(flat) : [value];
}

function holds(expr: Exclude<Expr, { kind: 'all-of' | 'any-of' | 'not' | 'exists' }>, value: unknown): boolean {
  if (expr.kind === 'in') {
    const items =
      expr.list.kind === 'named' ? LISTS[expr.list.name as keyof typeof LISTS] : expr.list.items.map((i) => i.value);
    return items.some((item) => item === value);
  }
  return expr.kind === 'text' ? fits(expr, value) : compares(expr, value);
}

function fits({ test, value: { value: wanted } }: Extract<Expr, { kind: 'text' }>, value: unknown): boolean {
  if (typeof value !== 'string' || typeof wanted !== 'string') return false;
  return {
    contains: value.split(wanted).length > 1 || wanted === '',
    startswith: value.slice(0, wanted.length) === wanted,
    endswith: wanted === '' || value.slice(-wanted.length) === wanted,
    matches: new RegExp(wanted, 'u').test(value),
  }[test];
}

function compares(
  { comparison, value: { value: wanted } }: Extract<Expr, { kind: 'compare' }>,
  value: unknown,
): boolean {
  if (comparison === '==') return Object.is(value, wanted);
  if (typeof value !== 'number' || typeof wanted !== 'number') return false;
  return { '<': value < wanted, '<=': value <= wanted, '>': value > wanted, '>=': value >= wanted, '!=': false }[
    comparison
  ];
}

const KEYS = ['a', 'b', 'c'];
const scalar: fc.Arbitrary<Json> = fc.constantFrom<Json>('a', 'ab', 'abc', '', 'alice', 1, 2, 2.5, true, false, null);
const { body } = fc.letrec<{ body: Json; object: JsonObject }>((tie) => ({
  body: fc.oneof({ maxDepth: 4 }, scalar, fc.array(tie('body'), { maxLength: 3 }), tie('object')),
  object: fc.dictionary(fc.constantFrom(...KEYS), tie('body'), { maxKeys: 3, noNullPrototype: true }),
}));

const path = fc
  .array(fc.constantFrom(...KEYS), { minLength: 1, maxLength: 3 })
  .map((segments) => ['audit', 'requestObject', ...segments].join('.'));
const literal = fc.constantFrom<string | number | boolean>('a', 'ab', 'b', '', 1, 2, 2.5, true, false);
const leaf: fc.Arbitrary<Expr> = fc.oneof(
  fc.tuple(path, fc.constantFrom('==', '!=', '<', '<=', '>', '>=' as const), literal).map((args) => compare(...args)),
  fc
    .tuple(path, fc.constantFrom('contains', 'startswith', 'endswith' as const), fc.constantFrom('a', 'b', 'ab', ''))
    .map((args) => text(...args)),
  fc
    .tuple(path, fc.constant('matches' as const), fc.constantFrom('^a', 'b$', 'b|c', '^$'))
    .map((args) => text(...args)),
  fc
    .tuple(path, fc.oneof(fc.constantFrom('admins', 'empty'), fc.array(literal, { maxLength: 3 })))
    .map((args) => within(...args)),
  fc
    .tuple(path, fc.oneof(fc.constantFrom('admins', 'empty'), fc.array(literal, { maxLength: 3 })))
    .map((args) => notWithin(...args)),
  path.map(exists),
);
const { condition: anyCondition } = fc.letrec<{ condition: Expr }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4 },
    leaf,
    tie('condition').map(negation),
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((parts) => allOf(...parts)),
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((parts) => anyOf(...parts)),
  ),
}));
const anyEvent = fc
  .tuple(body, fc.array(fc.oneof(path, fc.constant('audit.requestObject')), { maxLength: 2 }))
  .map(([requestObject, unrecorded]) => eventOf({}, { audit: { requestObject }, unrecorded }));

test('every condition means on every event what its definition says', () => {
  const seen = new Set<Truth>();
  fc.assert(
    fc.property(anyCondition, anyEvent, (condition, of) => {
      const truth = evaluate(condition, of);
      seen.add(truth);
      expect(truth).toBe(oracle(condition, of));
    }),
    { seed: 17, numRuns: 3_000 },
  );
  expect([...seen].sort()).toEqual([FALSE, UNKNOWN, TRUE]);
});

test('recording what was unrecorded never turns true into false or false into true', () => {
  fc.assert(
    fc.property(anyCondition, anyEvent, (condition, of) => {
      const truth = evaluate(condition, of);
      const recorded = evaluate(condition, { ...of, unrecorded: [] });
      expect(truth === UNKNOWN || truth === recorded).toBe(true);
    }),
    { seed: 19, numRuns: 1_000 },
  );
});

test('an unknown outcome blames only fields that were not recorded, and at least one', () => {
  fc.assert(
    fc.property(anyCondition, anyEvent, (condition, of) => {
      const plan = planRule(ruleOf(condition), LISTS);
      if (plan.evaluate(of) !== UNKNOWN) return;
      const fields = [...plan.unknownFields(of)];
      expect(fields).not.toEqual([]);
      for (const field of fields) {
        expect(of.unrecorded.some((hidden) => field === hidden || field.startsWith(`${hidden}.`))).toBe(true);
      }
    }),
    { seed: 23, numRuns: 1_000 },
  );
});
