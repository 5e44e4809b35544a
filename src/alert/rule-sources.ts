/** Which sources feed a rule, so that it can be told which rules are blind while a source is silent. */
import { EVENT_SOURCES, type EventSource } from '../contract/event';
import { EVENT_TYPES, SOURCES_BY_TYPE } from '../event/event-words';
import { type CheckedRule, type Expr, type FieldPath, printPath, type Test } from '../rule';

type Sources = ReadonlySet<EventSource>;

const ALL: Sources = new Set(EVENT_SOURCES);

/** Sources whose events can make the rule fire; never fewer than those that do. */
export function sourcesOf(rule: CheckedRule): EventSource[] {
  const specs = new Map(rule.fields.map(({ path, spec }) => [printPath(path.segments), spec.sources]));
  const possible = sourcesOfExpr(rule.condition, (field) => new Set(specs.get(printPath(field.segments)) ?? ALL));
  return EVENT_SOURCES.filter((source) => possible.has(source) && (rule.source ?? source) === source);
}

/** Ids of the rules that one of these sources feeds, in their order. */
export function rulesReading(rules: readonly CheckedRule[], silent: Sources): string[] {
  return rules.filter((rule) => sourcesOf(rule).some((source) => silent.has(source))).map(({ id }) => id);
}

function sourcesOfExpr(expr: Expr, fieldSources: (field: FieldPath) => Sources): Sources {
  switch (expr.kind) {
    case 'all-of':
      return expr.parts.map((part) => sourcesOfExpr(part, fieldSources)).reduce(intersection, ALL);
    case 'any-of':
      return new Set(expr.parts.flatMap((part) => [...sourcesOfExpr(part, fieldSources)]));
    case 'not':
      return ALL;
    default:
      return sourcesOfTest(expr, fieldSources);
  }
}

/** A negated test holds on an absent field too, so it says nothing of the source. */
function sourcesOfTest(test: Test, fieldSources: (field: FieldPath) => Sources): Sources {
  if (test.kind === 'compare' && test.comparison === '!=') return ALL;
  if (test.kind === 'in' && test.negated) return ALL;
  const read = READERS.get(printPath(test.field.segments));
  if (read === undefined) return fieldSources(test.field);
  if (test.kind === 'compare' && test.comparison === '==') return read([test.value.value]);
  return test.kind === 'in' && test.list.kind === 'literals' ? read(test.list.items.map(({ value }) => value)) : ALL;
}

type Words = readonly unknown[];

/** Fields whose value tells the source, and the sources that have one of the demanded words there. */
const READERS: ReadonlyMap<string, (words: Words) => Sources> = new Map([
  ['event.source', named],
  ['event.type', typed],
]);

function typed(words: Words): Sources {
  return new Set(EVENT_TYPES.filter((type) => words.includes(type)).flatMap((type) => SOURCES_BY_TYPE[type]));
}

function named(values: Words): Sources {
  return new Set(EVENT_SOURCES.filter((source) => values.includes(source)));
}

function intersection(a: Sources, b: Sources): Sources {
  return new Set([...a].filter((source) => b.has(source)));
}
