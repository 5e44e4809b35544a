/** What becomes of a rule on writes to roles and bindings whose action the audit log does not show. */
import type { CheckedRule, Test } from '../rule';
import { isOfAnotherSource, pathOf, testsOf } from './condition-fields';
import type { LeafPairs } from './pairs';
import { canHold, crossPairs, hingesOnFact, pairsOf, samePairs } from './pairs';
import type { RbacGap, RbacRecords, Singled } from './rbac-records';
import { RBAC_GROUP } from './rbac-records';
import type { FieldValue, Lists } from './truths';
import { isNegation, truthsOf } from './truths';

/** Fields that hold what only the body shows. */
export const ACTION_FIELD = 'event.action';

const SUBJECT_FIELDS = ['event.user', 'audit.user.username', 'event.groups', 'audit.user.groups'];

/**
 * `lost`: the rule names an action and cannot fire on these writes as it should. `undecided`: its condition excludes
 * actions, or asks in a way that cannot be decided here. `none`: it does not need the action.
 */
export type Effect = 'lost' | 'undecided' | 'none';

export type Outcome = 'success' | 'failure';

interface Question {
  readonly records: RbacRecords;
  readonly gap: RbacGap;
  readonly outcome: Outcome;
  readonly lists: Lists;
}

/** The effect of one gap on one rule. */
export function effectOf(rule: CheckedRule, question: Question): Effect {
  const hinges = (counts: Counts): boolean =>
    actionsOf(question).some((action) => hingesOnFact(pairsOf(rule.condition, leafOf(action, question, counts))));
  if (hinges(namesAction)) return isBlurred(rule, question) ? 'undecided' : 'lost';
  return hinges(() => true) ? 'undecided' : 'none';
}

/** Whether the rule can fire on such a write once its action is known. */
export function canFire(rule: CheckedRule, question: Question): boolean {
  return actionsOf(question).some((action) =>
    canHold(
      pairsOf(
        rule.condition,
        leafOf(action, question, () => true),
      ),
    ),
  );
}

/** What such a write can turn out to be. */
function actionsOf({ gap }: Question): string[] {
  return ['escalate', gap.write.resource.endsWith('bindings') ? 'bind' : 'grant'];
}

/** Whether a test of the action is looked at, or taken for recorded. */
type Counts = (test: Test, isNegated: boolean) => boolean;

/** Whether the test asks for an action by name, as opposed to excluding some. */
function namesAction(test: Test, isNegated: boolean): boolean {
  switch (test.kind) {
    case 'compare':
    case 'in':
      return isNegation(test) === isNegated;
    case 'text':
      return test.test !== 'matches' && !isNegated;
    case 'exists':
      return false;
  }
}

/** With the fact: the action is known. Without: it is not recorded. */
function leafOf(action: string, question: Question, counts: Counts): LeafPairs {
  const known = knownFields(question);
  return (test, isNegated) => {
    const path = pathOf(test);
    if (path !== ACTION_FIELD) {
      const value = known.get(path) ?? (isOfAnotherSource(path) ? ABSENT : ANY);
      return samePairs(truthsOf(test, value, question.lists));
    }
    const truths = truthsOf(test, is(action), question.lists);
    return counts(test, isNegated) ? crossPairs(truths, truthsOf(test, UNRECORDED, question.lists)) : samePairs(truths);
  };
}

/** The policy tells groups of users apart, and the rule does so in a way that cannot be compared with it. */
function isBlurred(rule: CheckedRule, { records, gap }: Question): boolean {
  if (records.mentioned.group.size === 0 || gap.singled.group !== undefined) return false;
  return testsOf(rule.condition).some(
    (test) => SUBJECT_FIELDS.includes(pathOf(test)) && (test.kind === 'text' || pathOf(test).endsWith('groups')),
  );
}

const ABSENT: FieldValue = { kind: 'absent' };
const ANY: FieldValue = { kind: 'any' };
const UNRECORDED: FieldValue = { kind: 'unrecorded' };

/** What is known of the fields of such a write; of others nothing is. */
function knownFields({ gap, outcome, records }: Question): ReadonlyMap<string, FieldValue> {
  const { write, singled } = gap;
  const user = named('user', singled, records);
  const namespace = write.isNamespaced ? named('namespace', singled, records) : ABSENT;
  const name = write.verb === 'create' ? ANY : named('name', singled, records);
  return new Map([
    ['event.source', is('kubernetes-audit')],
    ['event.type', is('authorization')],
    ['event.result', is(outcome)],
    ['event.failure_count', outcome === 'failure' ? ANY : ABSENT],
    ['event.user', user],
    ['event.object.group', is(RBAC_GROUP)],
    ['event.object.resource', is(write.resource)],
    ['event.object.namespace', namespace],
    ['event.object.name', name],
    ['event.object.subresource', ABSENT],
    ['audit.verb', is(write.verb)],
    ['audit.user.username', user],
    ['audit.objectRef.apiGroup', is(RBAC_GROUP)],
    ['audit.objectRef.resource', is(write.resource)],
    ['audit.objectRef.namespace', namespace],
    ['audit.objectRef.name', name],
    ['audit.objectRef.subresource', ABSENT],
  ]);
}

function is(value: string): FieldValue {
  return { kind: 'is', value };
}

function named(key: keyof Singled, singled: Singled, records: RbacRecords): FieldValue {
  const value = singled[key];
  return value === undefined ? { kind: 'none-of', excluded: records.mentioned[key] } : is(value);
}
