import * as fs from 'node:fs';
import * as path from 'node:path';
import { loadRules } from '../../src/rule';
import { GUIDE_RULES } from '../support/guide-rules';

const file = path.join(__dirname, '../../rules/threat-detection-rules.yaml');
const text = fs.readFileSync(file, 'utf8');

test('the starter rules load without a word', () => {
  const { ruleSet, diagnostics } = loadRules([{ path: file, text }]);
  expect(diagnostics).toEqual([]);
  expect(ruleSet.rules.map(({ id, action }) => [id, action])).toEqual([
    ['privilege-escalation', 'block'],
    ['unauthorized-access', 'alert'],
  ]);
  expect(ruleSet.lists).toEqual({ authorized_users: ['alice@example.com', 'bob@example.com'] });
});

test('the starter rules are the rules of the guide, letter by letter', () => {
  expect(text.slice(text.indexOf('rules:\n'))).toBe(GUIDE_RULES);
});
