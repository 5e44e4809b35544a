import fc from 'fast-check';
import { hasErrors } from '../../src/rule/diagnostics';
import { loadRules } from '../../src/rule/load';
import { GUIDE_RULES } from '../support/guide-rules';
import { load, places, ruleWith } from './rule-texts';

const seed = 20240519;
const USERS = { authorized_users: ['alice@example.com', 'bob@example.com'] };

describe('the two rules of the guide, as they stand', () => {
  test.each([
    {
      title: 'a list in the same file',
      files: [`lists:\n  authorized_users: [alice@example.com, bob@example.com]\n${GUIDE_RULES}`],
      options: {},
    },
    {
      title: 'a list in another file',
      files: [GUIDE_RULES, 'lists:\n  authorized_users:\n  - alice@example.com\n  - bob@example.com\n'],
      options: {},
    },
    {
      title: 'a list in another document',
      files: [`${GUIDE_RULES}---\nlists: {authorized_users: [alice@example.com, bob@example.com]}\n`],
      options: {},
    },
    { title: 'a list from outside', files: [GUIDE_RULES], options: { lists: USERS } },
  ])('load with $title', ({ files, options }) => {
    const { ruleSet, diagnostics } = loadRules(
      files.map((text, i) => ({ path: `${String(i)}.yaml`, text })),
      options,
    );
    expect(diagnostics).toEqual([]);
    expect(ruleSet.lists).toEqual(USERS);
    expect(ruleSet.rules).toMatchObject([
      { id: 'privilege-escalation', name: 'Privilege Escalation', severity: 'medium', action: 'block' },
      { id: 'unauthorized-access', name: 'Unauthorized Access', severity: 'medium', action: 'alert' },
    ]);
    expect(ruleSet.rules.map((rule) => rule.fields.map(({ name }) => name))).toEqual([
      ['event.type', 'event.action', 'event.user'],
      ['event.type', 'event.result', 'event.failure_count'],
    ]);
  });

  test('say without the list in which three places it can stand', () => {
    const { ruleSet, diagnostics } = load(GUIDE_RULES);
    expect(ruleSet.rules.map(({ id }) => id)).toEqual(['unauthorized-access']);
    expect(places(diagnostics)).toEqual(['R202 12:23+16']);
    expect(diagnostics[0]?.remedy).toContain('lists: {authorized_users: [a, b]}');
    expect(diagnostics[0]?.remedy).toContain("lists: { authorized_users: ['a', 'b'] }");
    expect(diagnostics[0]?.remedy).toContain('--list authorized_users=a,b');
  });

  test.each([
    { title: 'CRLF and a byte order mark', text: `\uFEFF${GUIDE_RULES.replace(/\n/g, '\r\n')}` },
    { title: 'a YAML directive', text: `%YAML 1.2\n---\n${GUIDE_RULES}...\n` },
  ])('load with $title', ({ text }) => {
    const { ruleSet, diagnostics } = load(text, { lists: USERS });
    expect(diagnostics).toEqual([]);
    expect(ruleSet.rules.map(({ position, conditionLine }) => conditionLine - position.line)).toEqual([2, 2]);
  });
});

describe('loadRules', () => {
  test('reads every key', () => {
    const { ruleSet, diagnostics } = load(`rules:
- id: R-7
  name: >
    Shell in a
    container
  description: |
    Somebody runs a command.

    Second paragraph.
  severity: high
  tier: alert
  status: stable
  source: kubernetes-audit
  condition: event.type == "exec"
  actions: [alert]
  tags: [attack.t1609]
  references: ["https://example.com/exec"]
  falsePositives: [debugging]
`);
    expect(diagnostics).toEqual([]);
    expect(ruleSet.rules).toMatchObject([
      {
        id: 'R-7',
        name: 'Shell in a container',
        description: 'Somebody runs a command.\n\nSecond paragraph.',
        severity: 'high',
        status: 'stable',
        source: 'kubernetes-audit',
        action: 'alert',
        tags: ['attack.t1609'],
        references: ['https://example.com/exec'],
        falsePositives: ['debugging'],
        position: { file: 'rules.yaml', line: 2 },
        conditionLine: 14,
      },
    ]);
  });

  test('keeps sound rules beside broken ones', () => {
    const { ruleSet, diagnostics } = load(
      'rules:\n- name: a\n  condition: event.usr exists\n- name: b\n  condition: event.user exists\n',
    );
    expect(ruleSet.rules.map(({ id }) => id)).toEqual(['b']);
    expect(places(diagnostics)).toEqual(['R201 3:14+9']);
  });

  test('reports syntax, names and types of one condition together, in the order of the text', () => {
    const { diagnostics } = load(ruleWith('event.usr == 1 AND\nevent.failure_count == "x" and\nevent.user in'));
    expect(places(diagnostics)).toEqual(['R201 4:5+9', 'R107 4:20+3', 'R301 5:28+3', 'R101 6:18+1']);
  });

  test('names both places of a rule id that is used twice, also over files', () => {
    const text = ruleWith('event.user exists');
    const { ruleSet, diagnostics } = loadRules([
      { path: 'a.yaml', text },
      { path: 'b.yaml', text },
    ]);
    expect(ruleSet.rules).toHaveLength(1);
    expect(diagnostics).toMatchObject([{ code: 'R204', file: 'b.yaml', line: 2, column: 9 }]);
    expect(diagnostics[0]?.message).toContain('a.yaml:2');
  });

  test('takes the same list twice, and reports one with other items', () => {
    const first = { path: 'a.yaml', text: 'lists: {x: [a, b]}' };
    expect(loadRules([first, { path: 'b.yaml', text: 'lists: {x: [b, a]}' }]).diagnostics).toEqual([]);
    const { ruleSet, diagnostics } = loadRules([first, { path: 'b.yaml', text: 'lists: {x: [a]}' }]);
    expect(diagnostics).toMatchObject([{ code: 'R205', file: 'b.yaml', message: expect.stringContaining('a.yaml:1') }]);
    expect(ruleSet.lists).toEqual({ x: ['a', 'b'] });
  });

  test('a list from outside takes the place of one in a file and says so', () => {
    const { ruleSet, diagnostics } = load('lists: {x: [a]}', { lists: { x: ['b'] } });
    expect(ruleSet.lists).toEqual({ x: ['b'] });
    expect(diagnostics).toMatchObject([{ code: 'R207', severity: 'info', line: 1, column: 9 }]);
    expect(hasErrors(diagnostics)).toBe(false);
  });

  test('names of object members are no lists and no fields', () => {
    const { diagnostics } = load(
      ruleWith('event.user in constructor and event.constructor exists and event.user in __proto__'),
    );
    expect(diagnostics.map(({ code }) => code)).toEqual(['R202', 'R201', 'R202']);
    expect(load('lists: {__proto__: [a]}').ruleSet.lists).toEqual(Object.fromEntries([['__proto__', ['a']]]));
  });

  test('values that repeat are written once, with an anchor', () => {
    const { ruleSet, diagnostics } = load(
      'lists:\n  a: &people [alice, bob]\n  b: *people\nrules:\n- {name: x, condition: &c event.user in a}\n- {name: y, condition: *c}\n',
    );
    expect(diagnostics).toEqual([]);
    expect(ruleSet.lists).toEqual({ a: ['alice', 'bob'], b: ['alice', 'bob'] });
    expect(ruleSet.rules).toHaveLength(2);
  });

  test('a list with an error is known all the same', () => {
    const { diagnostics } = load(`lists: {x: [1]}\n${ruleWith('event.user in x')}`);
    expect(diagnostics.map(({ code }) => code)).toEqual(['R406']);
  });

  test('gives at most a hundred diagnostics, errors first', () => {
    const empty = Array.from({ length: 150 }, (_, i) => `l${String(i)}: []`).join(', ');
    const { diagnostics } = load(`lists: {${empty}, bad: [1]}`);
    expect(diagnostics).toHaveLength(100);
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toHaveLength(1);
    expect(diagnostics[99]).toMatchObject({
      code: 'R415',
      severity: 'info',
      message: '52 further diagnostics are not shown',
    });
  });
});

describe('input that wants to do harm', () => {
  const fourMegabytes = 4 * 1024 * 1024;

  test.each([
    { title: 'a file of four megabytes', text: '#'.repeat(fourMegabytes), codes: ['R412'] },
    { title: 'lists in lists', text: '['.repeat(5_000), codes: ['R401'] },
    {
      title: 'aliases that double at every level',
      text: `a: &a [x, x]\n${Array.from({ length: 60 }, (_, i) => `b${String(i)}: &b${String(i)} [*${i === 0 ? 'a' : `b${String(i - 1)}`}, *a]`).join('\n')}\nlists: {x: *b59}\n`,
      codes: ['R210', 'R413'],
    },
    { title: 'an alias to itself', text: 'lists: {x: &x [*x]}', codes: ['R414'] },
    {
      title: 'ten thousand keys',
      text: Array.from({ length: 10_000 }, (_, i) => `k${String(i)}: 1`).join('\n'),
      codes: ['R210', 'R415'],
    },
    { title: 'one key again and again', text: 'rules: []\n'.repeat(5_000), codes: ['R403', 'R415'] },
    { title: 'a deep condition', text: ruleWith('('.repeat(100_000)), codes: ['R113'] },
    {
      title: 'a pattern that repeats repeats',
      text: ruleWith('event.user matches "((a{99}){99}){99}"'),
      codes: ['R305'],
    },
    {
      title: 'a pattern of a hundred thousand letters',
      text: ruleWith(`event.user matches "${'a'.repeat(100_000)}"`),
      codes: ['R305'],
    },
  ])(
    'is refused in short time: $title',
    ({ text, codes }) => {
      const start = performance.now();
      const { diagnostics } = load(text);
      expect([...new Set(diagnostics.map(({ code }) => code))].sort()).toEqual(codes);
      expect(performance.now() - start).toBeLessThan(10_000);
    },
    20_000,
  );

  const fragment = fc.oneof(
    fc.constantFrom(
      'rules:',
      'lists:',
      '- name: x',
      '  condition: |',
      '  condition: >',
      '    event.user == "x"',
      '"',
      "'",
      '\n',
      '\n  ',
      '\n',
      '\t',
      '&a ',
      '*a',
      '[',
      ']',
      '{',
      '}',
      ': ',
      '- ',
      '|',
      '>',
      '---\n',
      '...\n',
      '#',
      '!!str ',
      '%YAML 1.1\n',
      '? ',
      '\r\n',
      '\uFEFF',
      'and',
      'in',
      'authorized_users',
      'action: block',
      'id: x',
    ),
    fc.string({ unit: 'binary', maxLength: 4 }),
  );
  const soup = fc.oneof(
    fc.array(fragment, { maxLength: 40 }).map((parts) => parts.join('')),
    fc
      .tuple(fc.nat(GUIDE_RULES.length), fc.nat(20), fragment)
      .map(([at, cut, put]) => GUIDE_RULES.slice(0, at) + put + GUIDE_RULES.slice(at + cut)),
  );

  test('never throws, whatever the text, and every diagnostic lies inside it', () => {
    fc.assert(
      fc.property(soup, (text) => {
        const { diagnostics } = load(text);
        const lines = text.split('\n').length;
        for (const { line, column, length, sourceLine } of diagnostics) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(lines);
          expect(column).toBeGreaterThanOrEqual(1);
          expect(column).toBeLessThanOrEqual((sourceLine ?? '').length + 1);
          expect(length).toBeGreaterThanOrEqual(1);
        }
      }),
      { seed, numRuns: 300 },
    );
  });
});
