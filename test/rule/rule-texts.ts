/** Rule files as tests write them. */
import type { Diagnostic } from '../../src/rule/diagnostic';
import { loadRules } from '../../src/rule/load';
import type { LoadedRules, LoadOptions } from '../../src/rule/load';

/** The rules of the guide, without the list that the second one names. */
export const GUIDE_RULES = `rules:
- name: Unauthorized Access
  condition: |
    event.type == "authentication" and
    event.result == "failure" and
    event.failure_count > 5
  action: alert
- name: Privilege Escalation
  condition: |
    event.type == "authorization" and
    event.action == "escalate" and
    event.user not in authorized_users
  action: block
`;

export function load(text: string, options: LoadOptions = {}): LoadedRules {
  return loadRules([{ path: 'rules.yaml', text }], options);
}

/** A file with one rule. */
export function ruleWith(condition: string): string {
  return `rules:\n- name: one\n  condition: |\n    ${condition.replace(/\n/g, '\n    ')}\n`;
}

/** Each diagnostic as `code line:column+length`. */
export function places(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map((d) => `${d.code} ${String(d.line)}:${String(d.column)}+${String(d.length)}`);
}
