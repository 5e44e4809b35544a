import type { FieldValue } from '../../src/analysis/truths';
import { FALSE, mirrored, TRUE, truthsOf, UNKNOWN } from '../../src/analysis/truths';
import { parseCondition, type Test } from '../../src/rule';

const LISTS = { admins: ['alice', 'bob'] };

const is = (value: string | number): FieldValue => ({ kind: 'is', value });
const otherThan = (...values: string[]): FieldValue => ({ kind: 'none-of', excluded: new Set(values) });
const ABSENT: FieldValue = { kind: 'absent' };
const UNRECORDED: FieldValue = { kind: 'unrecorded' };
const ANY: FieldValue = { kind: 'any' };

test.each([
  { condition: 'event.user == "alice"', value: is('alice'), expected: TRUE },
  { condition: 'event.user == "alice"', value: is('bob'), expected: FALSE },
  { condition: 'event.user != "alice"', value: is('bob'), expected: TRUE },
  { condition: 'event.user in admins', value: is('bob'), expected: TRUE },
  { condition: 'event.user not in admins', value: is('bob'), expected: FALSE },
  { condition: 'event.user in ["x"]', value: is('bob'), expected: FALSE },
  { condition: 'event.user startswith "al"', value: is('alice'), expected: TRUE },
  { condition: 'event.user endswith "al"', value: is('alice'), expected: FALSE },
  { condition: 'event.user contains "lic"', value: is('alice'), expected: TRUE },
  { condition: 'event.user matches "a"', value: is('alice'), expected: TRUE | FALSE },
  { condition: 'event.user exists', value: is('alice'), expected: TRUE },
  { condition: 'audit.responseStatus.code >= 400', value: is(403), expected: TRUE },
  { condition: 'audit.responseStatus.code > 403', value: is(403), expected: FALSE },
  { condition: 'audit.responseStatus.code <= 403', value: is(403), expected: TRUE },
  { condition: 'audit.responseStatus.code < 403', value: is(403), expected: FALSE },
  { condition: 'event.user == "alice"', value: otherThan('alice', 'bob'), expected: FALSE },
  { condition: 'event.user != "alice"', value: otherThan('alice'), expected: TRUE },
  { condition: 'event.user in admins', value: otherThan('alice'), expected: TRUE | FALSE },
  { condition: 'event.user not in admins', value: otherThan('alice', 'bob'), expected: TRUE },
  { condition: 'event.user contains "a"', value: otherThan('alice'), expected: TRUE | FALSE },
  { condition: 'event.user exists', value: otherThan('alice'), expected: TRUE },
  { condition: 'event.user == "alice"', value: ABSENT, expected: FALSE },
  { condition: 'event.user != "alice"', value: ABSENT, expected: TRUE },
  { condition: 'event.user not in admins', value: ABSENT, expected: TRUE },
  { condition: 'event.user exists', value: ABSENT, expected: FALSE },
  { condition: 'event.user != "alice"', value: UNRECORDED, expected: UNKNOWN },
  { condition: 'event.user exists', value: UNRECORDED, expected: UNKNOWN },
  { condition: 'event.user exists', value: ANY, expected: TRUE | FALSE },
  { condition: 'event.user not in admins', value: ANY, expected: TRUE | FALSE },
])('$condition, where the value is $value', ({ condition, value, expected }) => {
  expect(truthsOf(parseCondition(condition).expr as Test, value, LISTS)).toBe(expected);
});

test('not swaps true and false and leaves unknown', () => {
  expect(mirrored(TRUE)).toBe(FALSE);
  expect(mirrored(FALSE | UNKNOWN)).toBe(TRUE | UNKNOWN);
  expect(mirrored(TRUE | FALSE | UNKNOWN)).toBe(TRUE | FALSE | UNKNOWN);
});
