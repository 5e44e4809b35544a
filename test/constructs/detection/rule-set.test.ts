import { App, Chart, Testing } from 'cdk8s';
import type { Construct } from 'constructs';
import { RulePack } from '../../../src/constructs/detection/rule-pack';
import { RuleSet } from '../../../src/constructs/detection/rule-set';
import type { RuleSetProps } from '../../../src/constructs/detection/rule-set';
import { warningsBelow } from '../../../src/constructs/private/warnings';
import { loadRules } from '../../../src/rule';
import { GUIDE_RULES } from '../../support/guide-rules';
import { findObject } from '../../support/manifests';
import { synthesize, yamlAt } from '../../support/synth';

const LISTS = { authorized_users: ['bob@example.com', 'alice@example.com'] };

function ruleText(props: RuleSetProps): string {
  const objects = synthesize((scope) => new RuleSet(scope, 'Rules', props));
  const { data } = findObject(objects, 'ConfigMap', 'siem-rules-000') as unknown as { data: Record<string, string> };
  expect(Object.keys(data)).toEqual(['rules-000.yaml']);
  return data['rules-000.yaml'] ?? '';
}

/** What synth says, without the path of the construct. */
function synthError(packs: RulePack[], lists = {}): string {
  const app = new App({ outdir: Testing.app().outdir });
  new RuleSet(new Chart(app, 'siem'), 'Rules', { packs, lists });
  try {
    app.synth();
  } catch (error) {
    return String(error);
  }
  return '';
}

test('the two original rules are published as canonical text that says everything they mean', () => {
  expect(ruleText({ packs: [RulePack.fromText(GUIDE_RULES)], lists: LISTS })).toBe(`lists:
  authorized_users:
    - bob@example.com
    - alice@example.com
rules:
  - id: privilege-escalation
    name: Privilege Escalation
    severity: medium
    condition: |
      event.type == "authorization" and
      event.action == "escalate" and
      event.user not in authorized_users
    action: block
  - id: unauthorized-access
    name: Unauthorized Access
    severity: medium
    condition: |
      event.type == "authentication" and
      event.result == "failure" and
      event.failure_count > 5
    action: alert
`);
});

test('what is published is the same after another round', () => {
  const text = ruleText({ packs: [RulePack.fromText(GUIDE_RULES)], lists: LISTS });
  expect(loadRules([{ path: 'rules-000.yaml', text }]).diagnostics).toEqual([]);
  expect(ruleText({ packs: [RulePack.fromText(text)] })).toBe(text);
});

test('the place in the tree changes no byte', () => {
  const build = (scope: Construct): void => {
    new RuleSet(scope, 'Rules', { packs: [RulePack.fromText(GUIDE_RULES)], lists: LISTS });
  };
  expect(yamlAt(['a', 'b', 'c'], build)).toBe(yamlAt(['siem'], build));
});

test('synth shows every error of every pack at once, with place, caret and remedy', () => {
  const packs = [
    RulePack.fromText('rules:\n- name: Misspelt\n  condition: event.usr == "mallory"\n', 'first.yaml'),
    RulePack.fromText('rules:\n- name: Unknown list\n  condition: event.user in nobody\n', 'second.yaml'),
  ];
  const text = synthError(packs);
  expect(text).toMatch(/first\.yaml:3:14: R\d+: [^\n]*event\.usr[^\n]*\n[^\n]*event\.usr == "mallory"\n +\^{9}\n +=/);
  expect(text).toMatch(/second\.yaml:3:28: R\d+: [^\n]*nobody[^\n]*\n[^\n]*\n +\^{6}\n += help: [^\n]*lists/);
});

test('two packs with one rule id are refused, and both places are named', () => {
  const pack = (name: string): RulePack =>
    RulePack.fromText('rules:\n- name: Same\n  condition: event.user == "x"\n', name);
  expect(synthError([pack('a.yaml'), pack('b.yaml')])).toMatch(/b\.yaml:2:\d+: R\d+: [\s\S]*a\.yaml:2/);
});

test('ids and names of ConfigMaps are open to who composes', () => {
  const chart = new Chart(Testing.app(), 'siem');
  const rules = new RuleSet(chart, 'Rules', {
    packs: [RulePack.fromText(GUIDE_RULES)],
    lists: LISTS,
    stackName: 'sec',
  });
  expect(rules.ruleIds).toEqual(['privilege-escalation', 'unauthorized-access']);
  expect(rules.configMapNames).toEqual(['sec-rules-000']);
});

test('no rule at all is a warning', () => {
  const chart = new Chart(Testing.app(), 'siem');
  new RuleSet(chart, 'Rules', { packs: [] });
  expect(warningsBelow(chart)).toEqual([expect.stringContaining('there is no rule')]);
});
