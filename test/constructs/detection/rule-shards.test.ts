import { shardRules } from '../../../src/constructs/detection/rule-shards';
import { loadRules } from '../../../src/rule';
import type { RuleSet } from '../../../src/rule';

const LIMIT = 4096;

function ruleSet(count: number, ...more: string[]): RuleSet {
  const names = [...Array.from({ length: count }, (_, index) => `Rule ${index}`), ...more];
  const rules = names.map((name) => `- name: ${name}\n  condition: event.user in known_${name.length % 3}\n`);
  const lists = { known_0: ['alice@example.com'], known_1: ['bob@example.com'], known_2: ['carol@example.com'] };
  const { ruleSet: loaded, diagnostics } = loadRules([{ path: 'many.yaml', text: `rules:\n${rules.join('')}` }], {
    lists,
  });
  expect(diagnostics).toEqual([]);
  return loaded;
}

function reload(texts: readonly string[]): RuleSet {
  const { ruleSet: loaded, diagnostics } = loadRules(
    texts.map((text, index) => ({ path: `rules-${index}.yaml`, text })),
  );
  expect(diagnostics).toEqual([]);
  return loaded;
}

test('few rules stand in one shard', () => {
  expect(shardRules(ruleSet(2))).toHaveLength(1);
});

test('every shard is below the limit, and together they hold every rule and list once', () => {
  const original = ruleSet(200);
  const shards = shardRules(original, LIMIT);
  expect(shards.length).toBeGreaterThan(4);
  for (const text of shards) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(LIMIT);
  const loaded = reload(shards);
  expect(loaded.lists).toEqual(original.lists);
  expect(loaded.rules.map(({ id }) => id)).toEqual(original.rules.map(({ id }) => id));
});

test('one more rule changes one shard', () => {
  const before = shardRules(ruleSet(200), LIMIT);
  const after = shardRules(ruleSet(200, 'The newest rule'), LIMIT);
  expect(after).toHaveLength(before.length);
  expect(after.filter((text, index) => text !== before[index])).toHaveLength(1);
});

test('the order of the files does not matter', () => {
  const files = ['a', 'b', 'c'].map((name) => ({
    path: `${name}.yaml`,
    text: `lists: { of_${name}: [x] }\nrules:\n- { name: ${name}, condition: event.user in of_${name} }\n`,
  }));
  const forwards = shardRules(loadRules(files).ruleSet);
  expect(shardRules(loadRules([...files].reverse()).ruleSet)).toEqual(forwards);
});
