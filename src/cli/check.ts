import { stdout } from 'node:process';
import { type Diagnostic, hasErrors, loadRules, renderDiagnostic } from '../rule';
import { EXIT } from './exit';
import { parseLists, readRuleFiles } from './rule-files';

export interface CheckOptions {
  readonly list: readonly string[];
  readonly json: boolean;
}

/** `siem check`: every diagnostic of the rule files, for people or one JSON object a line. */
export function check(paths: readonly string[], options: CheckOptions): number {
  const files = readRuleFiles(paths.length === 0 ? ['.'] : paths);
  const { ruleSet, diagnostics } = loadRules(files, { lists: parseLists(options.list) });
  for (const diagnostic of diagnostics) {
    stdout.write(options.json ? `${jsonOf(diagnostic)}\n` : `${renderDiagnostic(diagnostic)}\n\n`);
  }
  if (!options.json) stdout.write(`${summary(files.length, ruleSet.rules.length, diagnostics)}\n`);
  return hasErrors(diagnostics) ? EXIT.errorsFound : EXIT.fine;
}

function jsonOf({ code, severity, file, line, column, message, remedy }: Diagnostic): string {
  return JSON.stringify({ code, severity, file, line, column, message, remedy });
}

function summary(files: number, rules: number, diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning').length;
  return `${counted(files, 'file')}, ${counted(rules, 'valid rule')}, ${counted(errors, 'error')}, ${counted(warnings, 'warning')}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
