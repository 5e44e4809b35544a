import type { EventFields, Json, JsonObject, SecurityEvent } from '../../src/contract/event';
import { Engine } from '../../src/engine';
import { NOT_RECORDED, OPERATORS } from '../../src/rule/functions';
import type { OperatorExample } from '../../src/rule/functions';
import { KEYWORDS } from '../../src/rule/token';
import { load, ruleWith } from './rule-texts';

const LISTS = { authorized_users: ['alice@example.com', 'bob@example.com'] };

/** An audit event with the values at their paths, and nothing else but what every event has. */
function eventWith(values: OperatorExample['on']): SecurityEvent {
  const root: JsonObject = {};
  for (const [path, value] of Object.entries(values)) if (value !== NOT_RECORDED) put(root, path.split('.'), value);
  const required: EventFields = {
    time: '2024-05-17T10:00:00Z',
    source: 'kubernetes-audit',
    id: 'x',
    type: 'access',
    result: 'success',
  };
  return {
    timeUs: 1_715_940_000_000_000,
    occurrences: 1,
    hasStableId: false,
    unrecorded: Object.keys(values).filter((path) => values[path] === NOT_RECORDED),
    audit: root['audit'] as JsonObject,
    log: root['log'] as JsonObject,
    event: { ...required, ...(root['event'] as Partial<EventFields>) },
  };
}

function put(object: JsonObject, [first = '', ...rest]: readonly string[], value: Json): void {
  if (rest.length === 0) object[first] = value;
  else put((object[first] ??= {}) as JsonObject, rest, value);
}

function outcome({ condition, on }: OperatorExample): unknown {
  const { ruleSet, diagnostics } = load(ruleWith(condition), { lists: LISTS });
  expect(diagnostics).toEqual([]);
  const engine = Engine.of(ruleSet);
  const findings = engine.process(eventWith(on));
  return engine.counters().unknown.length > 0 ? 'unknown' : findings.length > 0;
}

const examples = OPERATORS.flatMap(({ names, examples: own }) =>
  own.map((example) => ({
    example,
    title: `${names.join(' ')}: ${example.condition} on ${JSON.stringify(example.on)}`,
  })),
);

test.each(examples)('$title', ({ example }) => {
  expect(outcome(example)).toBe(example.gives);
});

test.each(OPERATORS.map((operator) => ({ operator, title: operator.names.join(' ') })))(
  '$title has an example that holds and one that does not, and all its examples use it',
  ({ operator }) => {
    const gives = operator.examples.map((example) => example.gives);
    expect(gives).toContain(true);
    expect(gives).toContain(false);
    for (const { condition } of operator.examples) {
      expect(operator.names.some((name) => ` ${condition} `.includes(` ${name} `))).toBe(true);
    }
  },
);

test('every operator and keyword of the language has an entry', () => {
  const literals = new Set(['true', 'false']);
  const comparisons = ['==', '!=', '<', '<=', '>', '>='];
  const words = KEYWORDS.filter((word) => !literals.has(word));
  expect(OPERATORS.flatMap(({ names }) => names).sort()).toEqual([...comparisons, ...words, 'not in'].sort());
});
