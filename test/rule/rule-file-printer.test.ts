import fc from 'fast-check';
import { parseDocument } from 'yaml';
import { EVENT_SOURCES } from '../../src/contract/event';
import type { RuleDocument } from '../../src/contract/rule-document';
import { ACTIONS, SEVERITIES, STATUSES } from '../../src/contract/rule-document';
import type { CheckedRule, RuleSet } from '../../src/rule/checked-rule';
import { printCondition } from '../../src/rule/printer';
import { printRuleDocument, printRuleFile } from '../../src/rule/rule-file-printer';
import { load } from './rule-texts';
import { hostileText, tree, withoutSpans } from './trees';

const seed = 20240521;

/** What a rule says, without the place where it was read. */
function content({ position, conditionLine, condition, fields, ...rest }: CheckedRule): unknown {
  expect(position.line).toBeGreaterThan(0);
  expect(conditionLine).toBeGreaterThan(0);
  return { ...rest, condition: withoutSpans(condition), fields: fields.map(({ name }) => name) };
}

const yamlTrap = fc.constantFrom(
  'yes',
  'on',
  'NO',
  'y',
  '012',
  '0x1f',
  '1_000',
  '12:30:45',
  '2024-01-01',
  '~',
  'null',
  'true',
  '1e3',
  '.inf',
  '- a',
  '? a',
  'a: b',
  'a #b',
  '#',
  '&a',
  '*a',
  '!a',
  '%a',
  '@a',
  '`a',
  '{a',
  '[a',
  '|',
  '>',
  '<<',
  '=',
  '---',
  ' a',
  'a ',
  '',
  "'",
  'a\tb',
  'alice@example.com',
  'system:serviceaccount:a:b',
);
const text = fc.oneof(hostileText, yamlTrap);
const visible = text.filter((value) => value.trim() !== '');
const listName = fc.stringMatching(/^[a-z][a-z_]{2,8}[0-9]$/);
const conditions = [
  'event.user not in admins and event.type == "exec"',
  'event.failure_count > 5 or (event.user exists and not event.groups contains "x")',
  'event.user in [' + Array.from({ length: 20 }, (_, i) => `"user-${String(i)}@example.com"`).join(', ') + ']',
  String.raw`log.message matches "^a\\.b: \"c\" #\u0000\u2028" or log["x y"].z == ' # '`,
];

const document: fc.Arbitrary<RuleDocument> = fc.record(
  {
    id: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/),
    name: visible,
    condition: fc.constantFrom(...conditions),
    description: text,
    severity: fc.constantFrom(...SEVERITIES),
    status: fc.constantFrom(...STATUSES),
    source: fc.constantFrom(...EVENT_SOURCES),
    action: fc.constantFrom(...ACTIONS),
    tags: fc.array(text, { maxLength: 3 }),
    references: fc.array(text, { maxLength: 3 }),
    falsePositives: fc.array(text, { maxLength: 3 }),
  },
  { requiredKeys: ['id', 'name', 'condition'] },
);

const file = fc.record({
  lists: fc
    .dictionary(listName, fc.array(text, { maxLength: 5 }), { maxKeys: 4 })
    .map((lists) => ({ ...lists, admins: ['alice@example.com'] })),
  rules: fc.uniqueArray(document, { maxLength: 5, selector: ({ id }) => id ?? '' }),
});

describe('printRuleFile', () => {
  test('load(print(set)) gives the same set, and printing that changes nothing', () => {
    fc.assert(
      fc.property(file, (given) => {
        const { ruleSet, diagnostics } = load(printRuleDocument(given));
        expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
        expect(ruleSet.rules).toHaveLength(given.rules.length);
        expect(ruleSet.lists).toEqual(given.lists);
        const printed = printRuleFile(ruleSet);
        const again = load(printed).ruleSet;
        expect(again.lists).toEqual(ruleSet.lists);
        expect(again.rules.map(content)).toEqual(ruleSet.rules.map(content));
        expect(printRuleFile(again)).toBe(printed);
      }),
      { seed, numRuns: 120 },
    );
  });

  test('a reader of YAML 1.1 sees the same as one of YAML 1.2', () => {
    fc.assert(
      fc.property(file, (given) => {
        const printed = printRuleDocument(given);
        const [old, current] = (['1.1', '1.2'] as const).map((version) => {
          const parsed = parseDocument(printed, { version });
          expect(parsed.errors).toEqual([]);
          return parsed.toJS() as unknown;
        });
        expect(old).toEqual(current);
        expect(printed).not.toMatch(/\r|\t|[^\n]$/);
      }),
      { seed, numRuns: 120 },
    );
  });

  test('any condition survives the way through a file', () => {
    fc.assert(
      fc.property(tree, (expr) => {
        const printed = printRuleDocument({ rules: [{ name: 'x', condition: printCondition(expr) }] });
        const read = parseDocument(printed).toJS() as { rules: [{ condition: string }] };
        expect(read.rules[0].condition.trimEnd()).toBe(printCondition(expr).trimEnd());
      }),
      { seed, numRuns: 200 },
    );
  });

  const { ruleSet } = load(`
lists: {b: [x, "012"], a: [], unused: [y]}
rules:
- name: Second
  description: |
    What it finds.

    What to do.
  severity: critical
  condition: not event.user in b
  falsePositives: [ "yes" ]
  tags: [t]
- {name: First, condition: event.user exists, action: block, source: kubernetes-audit, status: test}
`);

  test('prints keys in one order and rules by id', () => {
    expect(printRuleFile(ruleSet)).toMatchInlineSnapshot(`
      "lists:
        a: []
        b:
          - x
          - "012"
        unused:
          - "y"
      rules:
        - id: first
          name: First
          severity: medium
          status: test
          source: kubernetes-audit
          condition: |
            event.user exists
          action: block
        - id: second
          name: Second
          description: |
            What it finds.

            What to do.
          severity: critical
          condition: |
            not event.user in b
          action: alert
          tags:
            - t
          falsePositives:
            - "yes"
      "
    `);
  });

  test('given ids prints those rules and the lists they name', () => {
    expect(load(printRuleFile(ruleSet, ['second'])).ruleSet).toMatchObject({
      rules: [{ id: 'second' }],
      lists: { b: ['x', '012'] },
    });
    expect(Object.keys(load(printRuleFile(ruleSet, ['second'])).ruleSet.lists)).toEqual(['b']);
    expect(printRuleFile(ruleSet, ['first'])).not.toContain('lists');
  });

  test('an empty set is a file that loads without a word', () => {
    const empty: RuleSet = { rules: [], lists: {} };
    expect(printRuleFile(empty)).toBe('rules: []\n');
    expect(load(printRuleFile(empty)).diagnostics).toEqual([]);
  });

  test('a condition given in TypeScript, indented and with CRLF, is read back', () => {
    const printed = printRuleDocument({
      rules: [{ name: 'x', condition: '\r\n    event.user exists and\r\n    event.type == "exec"\r\n  ' }],
    });
    expect(load(printed).diagnostics).toEqual([]);
    expect(printed).toContain('condition: |\n');
  });
});
