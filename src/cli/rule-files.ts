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
  const found = fs
    .readdirSync(given, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ya?ml$/.test(file) && !NOT_RULES.has(path.basename(file)))
    .filter((file) => fs.statSync(path.join(given, file)).isFile())
    .sort();
  if (found.length === 0) throw new UsageError(`the folder '${given}' holds no .yaml or .yml file`);
  return found.map((file) => path.join(given, file));
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
