import { rulesReading, sourcesOf } from '../../src/alert/rule-sources';
import { EVENT_SOURCES } from '../../src/contract/event';
import { type CheckedRule, loadRules } from '../../src/rule';
import { GUIDE_RULES } from '../support/guide-rules';

function rulesOf(text: string): readonly CheckedRule[] {
  const { ruleSet, diagnostics } = loadRules([{ path: 'rules.yaml', text }]);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return ruleSet.rules;
}

function sourcesFor(condition: string, more = ''): string[] {
  const [rule] = rulesOf(`rules:\n- name: A rule\n  condition: ${JSON.stringify(condition)}\n${more}`);
  return rule === undefined ? [] : sourcesOf(rule);
}

test.each([
  {
    title: 'a declared source',
    condition: 'event.result == "failure"',
    more: '  source: host-auth\n',
    is: ['host-auth'],
  },
  { title: 'a demanded source', condition: 'event.source == "container"', is: ['container'] },
  { title: 'one of several', condition: 'event.source in ["journal", "auth"]', is: ['auth', 'journal'] },
  { title: 'a field of audit events', condition: 'audit.verb == "create"', is: ['kubernetes-audit'] },
  {
    title: 'either of two',
    condition: 'audit.verb == "create" or event.source == "dns"',
    is: ['kubernetes-audit', 'dns'],
  },
  { title: 'a type of event', condition: 'event.type == "network"', is: ['network', 'dns'] },
  {
    title: 'one of several types',
    condition: 'event.type in ["change", "process"] and event.result == "failure"',
    is: ['kubernetes-audit', 'security-event'],
  },
  { title: 'both at once', condition: 'audit.verb == "create" and event.source == "dns"', is: [] },
])('$title feeds a rule', ({ condition, more = '', is }) => {
  expect(sourcesFor(condition, more)).toEqual(is);
});

test.each([
  { title: 'a negation', condition: 'not (audit.verb == "create")' },
  { title: '!=', condition: 'audit.verb != "create"' },
  { title: 'not in', condition: 'audit.verb not in ["create"]' },
  { title: 'a field of every source', condition: 'event.result == "failure"' },
])('$title holds on events that lack the field, so every source may feed the rule', ({ condition }) => {
  expect(sourcesFor(condition)).toEqual(EVENT_SOURCES);
});

test('the rules that a silent source leaves blind', () => {
  const rules = rulesOf(`lists:\n  authorized_users: [alice@example.com]\n${GUIDE_RULES}`);
  expect(rulesReading(rules, new Set(['kubernetes-audit']))).toContain('privilege-escalation');
  expect(rulesReading(rules, new Set(['dns']))).not.toContain('privilege-escalation');
});
