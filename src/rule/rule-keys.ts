import { ACTIONS, DEFAULT_ACTION, DEFAULT_SEVERITY, SEVERITIES, STATUSES } from '../contract/rule-document';

/** The vocabulary of a rule file: keys and choices that are known, and those of the language that come later. */
export const FILE_KEYS = ['lists', 'rules'] as const;

/** What each key of a rule is, for the documentation. */
export const RULE_KEY_DOCS = {
  id: 'identity of the rule in alerts and metrics; default: the name in lower case, other runs than a–z and 0–9 as dashes',
  name: 'what people call it; required',
  description: 'what it finds and why that matters',
  severity: `one of ${SEVERITIES.join(', ')}; default: ${DEFAULT_SEVERITY}`,
  tier: 'alert, the only one so far',
  status: `one of ${STATUSES.join(', ')}`,
  source: 'only events of this source reach the rule; default: every source',
  condition: 'what an event must be like; required',
  action: `one of ${ACTIONS.join(', ')}; default: ${DEFAULT_ACTION}`,
  actions: 'a list with one action, instead of `action`',
  tags: 'list of texts, such as attack.t1609',
  references: 'list of links',
  falsePositives: 'list of harmless reasons for a match',
} as const;
export type RuleKey = keyof typeof RULE_KEY_DOCS;
export const RULE_KEYS = Object.keys(RULE_KEY_DOCS);

export const LATER_FILE_KEYS: ReadonlySet<string> = new Set(['macros', 'exceptions', 'playbooks', 'correlations']);
export const LATER_RULE_KEYS: ReadonlySet<string> = new Set([
  'correlation',
  'playbook',
  'exceptions',
  'tests',
  'macros',
]);

export const LATER_TIERS: ReadonlySet<string> = new Set(['signal', 'inventory']);

export const LATER_ACTIONS: ReadonlySet<string> = new Set([
  'quarantine',
  'evict',
  'evict-pod',
  'cordon',
  'delete-binding',
  'capture',
  'capture-evidence',
  'webhook',
]);

/** Keys that a Sigma rule has and a rule of ours never has. */
export const SIGMA_KEYS: ReadonlySet<string> = new Set(['detection', 'logsource']);
