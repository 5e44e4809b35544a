/** Spares events the rules that cannot match them, by a word that a condition demands. */
import type { SecurityEvent } from '../contract/event';
import { type Expr, type FieldPath, printPath } from '../rule';
import { type NamedLists, type RulePlan, valuesOf } from './plan';
import { type PathReader, pathReader } from './read-path';

/** Fields that conditions like to demand a word of, those that tell most events apart first. */
const KEYS = [
  'event.action',
  'event.object.resource',
  'audit.objectRef.resource',
  'audit.verb',
  'event.type',
  'event.object.namespace',
  'event.result',
];

/** A plan and its place among all. */
interface Placed {
  readonly plan: RulePlan;
  readonly place: number;
}

/**
 * A rule whose condition is a conjunction with `field == word` or `field in words` is false where the field is recorded
 * and holds none of them, so that it need not be asked: neither findings nor unknown outcomes differ.
 */
export class RuleIndex {
  private readonly always: Placed[] = [];
  private readonly byKey = new Map<string, WordIndex>();

  public constructor(plans: readonly RulePlan[], lists: NamedLists) {
    for (const [place, plan] of plans.entries()) {
      const demand = demandOf(plan.rule.condition, lists);
      if (demand === undefined) this.always.push({ plan, place });
      else this.wordsOf(demand.key).add(demand.words, { plan, place });
    }
  }

  /** The plans that may come to anything but false, in their order. */
  public candidates(event: SecurityEvent): readonly RulePlan[] {
    const found = [...this.always];
    for (const words of this.byKey.values()) found.push(...words.candidates(event));
    return found.sort((a, b) => a.place - b.place).map(({ plan }) => plan);
  }

  private wordsOf(key: string): WordIndex {
    const known = this.byKey.get(key) ?? new WordIndex(pathReader(key.split('.')));
    this.byKey.set(key, known);
    return known;
  }
}

const NONE: readonly Placed[] = [];

/** Plans by the words that they demand of one field. */
class WordIndex {
  private readonly all: Placed[] = [];
  private readonly byWord = new Map<unknown, Placed[]>();

  public constructor(private readonly reader: PathReader) {}

  public add(words: ReadonlySet<unknown>, placed: Placed): void {
    this.all.push(placed);
    for (const word of words) {
      const same = this.byWord.get(word) ?? [];
      same.push(placed);
      this.byWord.set(word, same);
    }
  }

  public candidates(event: SecurityEvent): readonly Placed[] {
    if (this.reader.isUnrecorded(event)) return this.all;
    let found: readonly Placed[] | undefined;
    const isSecond = (value: unknown): boolean => {
      const more = this.byWord.get(value);
      if (more === undefined || more === found) return false;
      if (found !== undefined) return true;
      found = more;
      return false;
    };
    // Of a list, several elements may be demanded; some plan may then be under more than one of them.
    return this.reader.isAny(event, isSecond) ? this.all : (found ?? NONE);
  }
}

interface Demand {
  readonly key: string;
  readonly words: ReadonlySet<unknown>;
}

/** One of its words is what the condition needs; undefined where it needs none of a key. */
function demandOf(condition: Expr, lists: NamedLists): Demand | undefined {
  const demands = demandsOf(condition, lists);
  return KEYS.map((key) => demands.find((demand) => demand.key === key)).find((demand) => demand !== undefined);
}

function demandsOf(expr: Expr, lists: NamedLists): Demand[] {
  if (expr.kind === 'all-of') return expr.parts.flatMap((part) => demandsOf(part, lists));
  if (expr.kind === 'compare' && expr.comparison === '==') return [demand(expr.field, [expr.value.value])];
  if (expr.kind === 'in' && !expr.negated) return [demand(expr.field, valuesOf(expr.list, lists))];
  return [];
}

function demand(field: FieldPath, words: Iterable<unknown>): Demand {
  return { key: printPath(field.segments), words: new Set(words) };
}
