import * as fs from 'node:fs';
import * as path from 'node:path';
import type { RuleFile } from '../rule';
import { UsageError } from './usage-error';

/** Test cases of a shipped rule lie beside it and are no rules. */
const NOT_RULES = new Set(['cases.yaml', 'cases.yml']);

/** Reads the rule files that `paths` name, under the names given; a folder stands for every `.yaml` and `.yml` below it, sorted. */
export function readRuleFiles(paths: readonly string[]): RuleFile[] {
  return paths.flatMap(filesAt).map((file) => ({ path: file, text: fs.readFileSync(file, 'utf8') }));
}

function filesAt(given: string): string[] {
  const stat = fs.statSync(given, { throwIfNoEntry: false });
  if (stat === undefined) throw new UsageError(`there is no file or folder '${given}'`);
  if (!stat.isDirectory()) return [given];
  const found = ruleFilesBelow(given, new Set([fs.realpathSync(given)]));
  if (found.length === 0) throw new UsageError(`the folder '${given}' holds no .yaml or .yml file`);
  return found.sort();
}

/** Each file and folder once, whatever links lead to it; `seen` holds their true paths. */
function ruleFilesBelow(folder: string, seen: Set<string>): string[] {
  const names = fs.readdirSync(folder).filter((name) => !isPassedBy(name));
  return names.sort().flatMap((name) => {
    const file = path.join(folder, name);
    const stat = fs.statSync(file);
    if (!stat.isDirectory() && !(stat.isFile() && isRuleFile(name))) return [];
    if (seen.size === seen.add(fs.realpathSync(file)).size) return [];
    return stat.isDirectory() ? ruleFilesBelow(file, seen) : [file];
  });
}

function isRuleFile(name: string): boolean {
  return /\.ya?ml$/.test(name) && !NOT_RULES.has(name);
}

/** Hidden names, among them the true files behind the links of a mounted ConfigMap, and what others published. */
function isPassedBy(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules';
}

/** Reads `--list name=a,b` options; a name given twice adds up. */
export function parseLists(options: readonly string[]): { [name: string]: string[] } {
  const lists = new Map<string, string[]>();
  for (const option of options) {
    const cut = option.indexOf('=');
    if (cut < 1) throw new UsageError(`--list takes name=value,value; received '${option}'`);
    const values = option
      .slice(cut + 1)
      .split(',')
      .map((value) => value.trim())
      .filter((value) => value !== '');
    const name = option.slice(0, cut);
    lists.set(name, [...(lists.get(name) ?? []), ...values]);
  }
  return Object.fromEntries(lists);
}
