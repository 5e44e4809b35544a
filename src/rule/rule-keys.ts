/** The vocabulary of a rule file: keys and choices that are known, and those of the language that come later. */
export const FILE_KEYS = ['lists', 'rules'] as const;

export const RULE_KEYS = [
  'id',
  'name',
  'description',
  'severity',
  'tier',
  'status',
  'source',
  'condition',
  'action',
  'actions',
  'tags',
  'references',
  'falsePositives',
] as const;
export type RuleKey = (typeof RULE_KEYS)[number];

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
  'cordon',
  'delete-binding',
  'capture',
  'webhook',
]);

/** Keys that a Sigma rule has and a rule of ours never has. */
export const SIGMA_KEYS: ReadonlySet<string> = new Set(['detection', 'logsource']);
