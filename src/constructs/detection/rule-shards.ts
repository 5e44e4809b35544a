/** How rules are spread over ConfigMaps: a change of one rule or list changes one of them. */
import { createHash } from 'node:crypto';
import type { RuleSet } from '../../rule';
import { printRuleFile } from '../../rule';
import { CONFIG_MAP_LIMIT_BYTES } from '../private/artifact';

/** Room for the key beside the text. */
const SHARD_BYTES = CONFIG_MAP_LIMIT_BYTES - 1024;

/** Beyond it even single rules do not fit, and the size check of the ConfigMap says so. */
const MOST_SHARDS = 256;

/**
 * Texts of rule files that together hold the rule set, each small enough for a ConfigMap. The number of shards doubles
 * when one grows too big, and the shard of a rule depends on its id alone: a new rule moves no other.
 */
export function shardRules(ruleSet: RuleSet, limitBytes = SHARD_BYTES): string[] {
  for (let count = 1; ; count *= 2) {
    const texts = partition(ruleSet, count).map((part) => printRuleFile(part));
    if (count >= MOST_SHARDS || texts.every((text) => Buffer.byteLength(text) <= limitBytes)) return texts;
  }
}

function partition({ rules, lists }: RuleSet, count: number): RuleSet[] {
  const listNames = Object.keys(lists);
  const rulesByShard = groupByShard(rules, ({ id }) => `rule/${id}`, count);
  return groupByShard(listNames, (name) => `list/${name}`, count).map((names, index) => ({
    rules: rulesByShard[index] ?? [],
    lists: Object.fromEntries(names.map((name) => [name, lists[name] ?? []])),
  }));
}

function groupByShard<T>(items: readonly T[], nameOf: (item: T) => string, count: number): T[][] {
  const shards = Array.from({ length: count }, (): T[] => []);
  for (const item of items) shards[shardOf(nameOf(item), count)]?.push(item);
  return shards;
}

function shardOf(name: string, count: number): number {
  return createHash('sha256').update(name).digest().readUInt32BE(0) % count;
}
