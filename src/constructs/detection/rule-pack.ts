import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { printRuleDocument } from '../../rule';
import type { RuleFile } from '../../rule';
import type { Rule } from './rule';

/** Cases that test a rule stand beside it in a folder of rules; they are no rules. */
const CASES_FILE = /^cases\.ya?ml$/;
const RULE_FILE = /\.ya?ml$/;

/** Rules and lists from one place: a file, a folder, a text, or code. */
export class RulePack {
  /**
   * The rules and lists of one rule file.
   * @param path path of the file, as it shall stand in messages
   */
  public static fromFile(path: string): RulePack {
    if (!existsSync(path) || !statSync(path).isFile()) {
      throw new Error(
        `RulePack: there is no rule file '${path}'; give the path from the folder synth runs in, or an absolute one`,
      );
    }
    return new RulePack([{ path, text: readFileSync(path, 'utf8') }]);
  }

  /**
   * The rules and lists of every `.yaml` and `.yml` file in a folder and the folders below it; `cases.yaml` files are
   * tests and stay out.
   * @param path path of the folder, as it shall stand in messages
   */
  public static fromFolder(path: string): RulePack {
    if (!existsSync(path) || !statSync(path).isDirectory()) {
      throw new Error(
        `RulePack: there is no folder '${path}'; give the path from the folder synth runs in, or an absolute one`,
      );
    }
    const files = ruleFilesBelow(path).map((file) => ({ path: file, text: readFileSync(file, 'utf8') }));
    if (files.length === 0) {
      throw new Error(
        `RulePack: the folder '${path}' holds no .yaml or .yml file; leave the pack out, or add rules to the folder`,
      );
    }
    return new RulePack(files);
  }

  /**
   * The rules and lists of a text in the form of a rule file.
   * @param text the text, as a rule file would hold it
   * @param textName what messages call the text; `rules` when not given
   */
  public static fromText(text: string, textName?: string): RulePack {
    return new RulePack([{ path: textName ?? 'rules', text }]);
  }

  /**
   * Rules written in code.
   * @param rules the rules, in any order
   */
  public static of(...rules: Rule[]): RulePack {
    return new RulePack(
      rules.map((rule) => ({ path: `Rule '${rule.name}'`, text: printRuleDocument({ rules: [rule._toDocument()] }) })),
    );
  }

  private constructor(private readonly files: readonly RuleFile[]) {}

  /** @internal */
  public _toFiles(): readonly RuleFile[] {
    return this.files;
  }
}

/** In the order of their paths by code unit, which no locale changes. */
function ruleFilesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ruleFilesBelow(path);
    return RULE_FILE.test(entry.name) && !CASES_FILE.test(entry.name) ? [path] : [];
  });
}
