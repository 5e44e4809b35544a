/** Turns a checked rule into closures. What can be decided without an event is decided here. */
import type { SecurityEvent } from '../contract/event';
import { type CheckedRule, type Expr, type FieldPath, type ListOperand, type LiteralValue, printPath } from '../rule';
import { comparisonTest, membershipTest, textTest } from './match';
import { pathReader, type ValueTest } from './read-path';
import { every, not, some, type Truth, truthOf, UNKNOWN } from './truth';

/** Named lists, as a rule set holds them. */
export type NamedLists = Readonly<Record<string, readonly string[]>>;

export interface RulePlan {
  readonly rule: CheckedRule;
  readonly evaluate: (event: SecurityEvent) => Truth;
  /** The unrecorded fields that keep the outcome unknown, given that it is. */
  readonly unknownFields: (event: SecurityEvent) => ReadonlySet<string>;
}

interface PlanNode {
  readonly evaluate: (event: SecurityEvent) => Truth;
  /** Adds the fields that make this node unknown. Asked only of nodes that are. */
  readonly blame: (event: SecurityEvent, fields: Set<string>) => void;
  /** Relative cost of an evaluation; cheap parts are asked first, which no outcome depends on. */
  readonly cost: number;
}

type Combine = (parts: readonly PlanNode['evaluate'][], event: SecurityEvent) => Truth;

const COST = { exists: 1, compare: 1, in: 2, text: 4, matches: 50 } as const;

export function planRule(rule: CheckedRule, lists: NamedLists): RulePlan {
  const root = new Planner(lists).plan(rule.condition);
  return {
    rule,
    evaluate: root.evaluate,
    unknownFields: (event) => {
      const fields = new Set<string>();
      root.blame(event, fields);
      return fields;
    },
  };
}

class Planner {
  public constructor(private readonly lists: NamedLists) {}

  public plan(expr: Expr): PlanNode {
    switch (expr.kind) {
      case 'all-of':
        return this.combined(expr.parts, every);
      case 'any-of':
        return this.combined(expr.parts, some);
      case 'not':
        return negated(this.plan(expr.part));
      case 'compare': {
        const { comparison, field, value } = expr;
        if (comparison === '!=') return negated(this.anyValue(field, comparisonTest('==', value.value), COST.compare));
        return this.anyValue(field, comparisonTest(comparison, value.value), COST.compare);
      }
      case 'in': {
        const isMember = this.anyValue(expr.field, membershipTest(valuesOf(expr.list, this.lists)), COST.in);
        return expr.negated ? negated(isMember) : isMember;
      }
      case 'text': {
        const { field, test, value } = expr;
        const cost = test === 'matches' ? COST.matches : COST.text;
        const ofValue = textTest(test, value.value);
        // A list contains its elements whole.
        const ofElement = test === 'contains' ? comparisonTest('==', value.value) : ofValue;
        return this.anyValue(field, ofValue, cost, ofElement);
      }
      case 'exists':
        return this.leaf(expr.field, pathReader(expr.field.segments).isPresent, COST.exists);
    }
  }

  private combined(exprs: readonly Expr[], combine: Combine): PlanNode {
    const nodes = exprs.map((expr) => this.plan(expr)).sort((a, b) => a.cost - b.cost);
    const parts = nodes.map(({ evaluate }) => evaluate);
    return {
      evaluate: (event) => combine(parts, event),
      blame: (event, fields) => {
        for (const node of nodes) if (node.evaluate(event) === UNKNOWN) node.blame(event, fields);
      },
      cost: nodes.reduce((sum, { cost }) => sum + cost, 0),
    };
  }

  private anyValue(field: FieldPath, test: ValueTest, cost: number, ofElement = test): PlanNode {
    const { isAny } = pathReader(field.segments);
    return this.leaf(field, (event) => isAny(event, test, ofElement), cost);
  }

  private leaf(field: FieldPath, holds: (event: SecurityEvent) => boolean, cost: number): PlanNode {
    const { isUnrecorded } = pathReader(field.segments);
    const name = printPath(field.segments);
    return {
      evaluate: (event) => (isUnrecorded(event) ? UNKNOWN : truthOf(holds(event))),
      blame: (_, fields) => fields.add(name),
      cost,
    };
  }
}

/** The values of a list as it stands in a condition. */
export function valuesOf(list: ListOperand, lists: NamedLists): readonly LiteralValue[] {
  if (list.kind === 'literals') return list.items.map(({ value }) => value);
  return Object.hasOwn(lists, list.name) ? (lists[list.name] ?? []) : [];
}

function negated({ evaluate, blame, cost }: PlanNode): PlanNode {
  return { evaluate: (event) => not(evaluate(event)), blame, cost };
}
