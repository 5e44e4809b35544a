import { load, places, ruleWith } from './rule-texts';

/** What one condition gives, with two lists known. */
function check(condition: string, source?: string): string[] {
  const text = ruleWith(condition) + (source === undefined ? '' : `  source: ${source}\n`);
  const { diagnostics } = load(text, { lists: { admins: ['alice@example.com'], nobody: ['x'] } });
  return diagnostics.map(({ code, message, remedy }) => `${code} ${message} | ${remedy}`);
}

describe('a condition without mistakes', () => {
  test.each([
    {
      title: 'text',
      condition: 'event.user == "x" and event.user != "y" and event.user in ["x"] and event.user not in admins',
    },
    {
      title: 'text tests',
      condition:
        'event.user contains "x" and event.user startswith "x" and event.user endswith "x" and event.user matches "^x"',
    },
    {
      title: 'numbers',
      condition: 'event.failure_count > 5 and event.failure_count <= -1.5 and event.failure_count in [1, 2]',
    },
    {
      title: 'a list of texts',
      condition: 'event.groups contains "x" and event.groups in admins and event.groups startswith "x"',
    },
    { title: 'a closed list of values', condition: 'event.type in ["exec", "access"] and event.result != "failure"' },
    {
      title: 'anything below an open field',
      condition:
        'audit.requestObject.spec.x == true and audit.requestObject.n > 1 and audit.requestObject.s == "x" and audit.requestObject.l in [1, "x", true]',
    },
    {
      title: 'annotations',
      condition: 'audit.annotations["authorization.k8s.io/decision"] == "allow" and audit.annotations.other exists',
    },
    { title: 'whether something exists', condition: 'event.object exists and not audit.responseObject.x exists' },
  ])('passes: $title', ({ condition }) => {
    expect(check(condition)).toEqual([]);
  });
});

test.each([
  {
    title: 'an unknown field with its nearest match',
    condition: 'event.usr exists',
    expected: ["R201 no field 'event.usr' | did you mean 'event.user'?"],
  },
  {
    title: 'an unknown field that resembles none',
    condition: 'qqq.zzz exists',
    expected: ["R201 no field 'qqq.zzz' | see docs/event-fields.md for all fields"],
  },
  {
    title: 'a misspelt list',
    condition: 'event.user in admin',
    expected: [
      expect.stringMatching(/^R202 no list 'admin' \| did you mean 'admins'\? otherwise define it in a rule file/),
    ],
  },
  {
    title: 'a value that the field never has',
    condition: 'event.type == "authentification" or event.type in ["exec", "net work", "qqqqqq"]',
    expected: [
      `R203 'event.type' is never "authentification" | did you mean 'authentication'?`,
      `R203 'event.type' is never "net work" | did you mean 'network'?`,
      expect.stringMatching(/^R203 .* \| its values are authentication, authorization, /),
    ],
  },
  {
    title: 'a field of another source',
    condition: 'audit.verb == "get"',
    source: 'host-auth',
    expected: [
      "R206 'audit.verb' is never set on events of source 'host-auth' | remove the test or the source; the field is set by kubernetes-audit",
    ],
  },
  {
    title: 'a number in quotes',
    condition: 'event.failure_count > "5"',
    expected: [`R301 'event.failure_count' holds a number, so it is never "5" | write 5 without quotes`],
  },
  {
    title: 'text for a number',
    condition: 'event.failure_count == "many"',
    expected: [`R301 'event.failure_count' holds a number, so it is never "many" | compare it with a number`],
  },
  {
    title: 'a number for text, also in a list',
    condition: 'event.user == 5 or event.user in ["x", true]',
    expected: [
      `R301 'event.user' holds text, so it is never 5 | put it in quotes: "5"`,
      `R301 'event.user' holds text, so it is never true | put it in quotes: "true"`,
    ],
  },
  {
    title: 'an order of texts',
    condition: 'event.time > "2024" and audit.requestObject.x < "5"',
    expected: [
      `R302 '>' orders numbers; it cannot compare 'event.time' with "2024" | compare a number field with a number, or use == != in startswith matches`,
      `R302 '<' orders numbers; it cannot compare 'audit.requestObject.x' with "5" | compare a number field with a number, or use == != in startswith matches`,
    ],
  },
  {
    title: 'a list compared with one value',
    condition: 'event.groups == "x" or event.groups != "y"',
    expected: [
      `R303 'event.groups' holds a list, which '==' cannot compare with one value | write event.groups contains "x"`,
      `R303 'event.groups' holds a list, which '!=' cannot compare with one value | write not event.groups contains "y"`,
    ],
  },
  {
    title: 'a text test on a number',
    condition: 'event.failure_count contains "5"',
    expected: ["R304 'contains' reads text, but 'event.failure_count' holds a number | use == != < <= > >= or in"],
  },
  {
    title: 'a text test with a number',
    condition: 'event.user startswith 5',
    expected: [`R306 'startswith' needs text, found 5 | put it in quotes: "5"`],
  },
  {
    title: 'a bad pattern',
    condition: 'event.user matches "(?=x)"',
    expected: [
      expect.stringMatching(
        /^R305 the pattern is no RE2 regular expression: invalid or unsupported Perl syntax: `\(\?=`/,
      ),
    ],
  },
  {
    title: 'a named list for a number',
    condition: 'event.failure_count in admins',
    expected: [
      "R307 the list 'admins' holds text, but 'event.failure_count' holds a number | write the values in brackets: event.failure_count in [1, 2]",
    ],
  },
  {
    title: 'a list without items',
    condition: 'event.user in []',
    expected: ['R308 this list is empty, so nothing is ever in it | add items, or remove the test that uses it'],
  },
])('reports $title', ({ condition, source, expected }: { condition: string; source?: string; expected: unknown[] }) => {
  expect(check(condition, source)).toEqual(expected);
});

test('every field is listed once, with its spec, in the order of first use', () => {
  const { ruleSet } = load(ruleWith(`log["message"] contains "x" and event.user exists and log.message contains "y"`));
  expect(ruleSet.rules[0]?.fields.map(({ name, spec }) => [name, spec.type])).toEqual([
    ['log.message', 'string'],
    ['event.user', 'string'],
  ]);
});

test('a pattern of the longest length compiles in short time', () => {
  const start = performance.now();
  expect(places(load(ruleWith(`event.user matches "${'(a|b)*?'.repeat(1400)}"`)).diagnostics)).toEqual([]);
  expect(performance.now() - start).toBeLessThan(15_000);
});
