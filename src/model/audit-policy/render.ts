/** An audit policy as the text of the file that the API server reads. */
import type { AuditPolicyModel, AuditResourcesModel, AuditRuleModel } from './policy';
import { yamlList, yamlScalar } from './yaml-scalar';

/** Where things stand in the text of a policy; lines count from 1. */
export interface PolicyLines {
  /** The first line of each rule, its comment not counted. */
  readonly ruleLines: readonly number[];
  /** The line of the key `rules`. */
  readonly rulesLine: number;
  /** The line of the policy's own `omitStages`; absent where it has none. */
  readonly omitStagesLine?: number;
}

export interface RenderedPolicy extends PolicyLines {
  /** LF, one at the end. */
  readonly text: string;
}

const HEADER = [
  '# Audit policy of kube-apiserver: a file on each control-plane node, read once at start.',
  '# It is no object of the Kubernetes API; never apply it.',
];

/** The same policy gives the same text, and the text reads back as the same policy. */
export function renderPolicy(policy: AuditPolicyModel): RenderedPolicy {
  const lines = [...HEADER, 'apiVersion: audit.k8s.io/v1', 'kind: Policy'];
  const omitStages = policy.omitStages ?? [];
  if (omitStages.length > 0) lines.push(...yamlList('omitStages', omitStages, ''));
  const omitStagesLine =
    omitStages.length > 0 ? lines.findIndex((line) => line.startsWith('omitStages')) + 1 : undefined;
  if (policy.omitManagedFields !== undefined) lines.push(`omitManagedFields: ${policy.omitManagedFields}`);
  lines.push(policy.rules.length > 0 ? 'rules:' : 'rules: []');
  const rulesLine = lines.length;
  const ruleLines: number[] = [];
  for (const rule of policy.rules) {
    lines.push(...comment(rule.comment));
    ruleLines.push(lines.length + 1);
    lines.push(...ruleText(rule));
  }
  return {
    text: `${lines.join('\n')}\n`,
    ruleLines,
    rulesLine,
    ...(omitStagesLine === undefined ? {} : { omitStagesLine }),
  };
}

function comment(text: string | undefined): string[] {
  if (text === undefined) return [];
  return text.split(/\r\n|[\n\r\u0085\u2028\u2029]/).map((line) => `# ${printable(line)}`.trimEnd());
}

/** YAML allows no control characters, not even in a comment. */
function printable(text: string): string {
  return text.replace(/[^\t\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/g, '?');
}

function ruleText(rule: AuditRuleModel): string[] {
  return [
    `- level: ${rule.level}`,
    ...list('users', rule.users),
    ...list('userGroups', rule.userGroups),
    ...list('verbs', rule.verbs),
    ...resources(rule.resources),
    ...list('namespaces', rule.namespaces),
    ...list('nonResourceURLs', rule.nonResourceURLs),
    ...list('omitStages', rule.omitStages),
    ...(rule.omitManagedFields === undefined ? [] : [`  omitManagedFields: ${rule.omitManagedFields}`]),
  ];
}

function resources(entries: readonly AuditResourcesModel[] = []): string[] {
  if (entries.length === 0) return [];
  return [
    '  resources:',
    ...entries.flatMap((entry) => [
      `  - group: ${yamlScalar(entry.group ?? '')}`,
      ...list('resources', entry.resources, '    '),
      ...list('resourceNames', entry.resourceNames, '    '),
    ]),
  ];
}

/** An empty selector means the same as none, and is left out. */
function list(key: string, items: readonly string[] = [], indent = '  '): string[] {
  return items.length === 0 ? [] : yamlList(key, items, indent);
}
