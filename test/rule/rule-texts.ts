/** Rule files as tests write them. */
import type { Diagnostic } from '../../src/rule/diagnostic';
import { loadRules } from '../../src/rule/load';
import type { LoadedRules, LoadOptions } from '../../src/rule/load';

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
