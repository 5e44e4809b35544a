/** Checked rules made from conditions, as the checker would make them. */
import { lookupField } from '../../src/event/fields';
import {
  type CheckedRule,
  type Expr,
  type FieldPath,
  type FieldUse,
  parseCondition,
  printPath,
  type RuleSet,
} from '../../src/rule';

export function ruleOf(condition: Expr, rest: Partial<CheckedRule> = {}): CheckedRule {
  return {
    id: 'rule',
    name: 'Rule',
    severity: 'medium',
    action: 'alert',
    tags: [],
    references: [],
    falsePositives: [],
    condition,
    fields: fieldUses(condition),
    position: { file: 'rules.yaml', line: 1 },
    conditionLine: 3,
    ...rest,
  };
}

/** A rule whose id is also its name. */
export function ruleFrom(id: string, condition: string, rest: Partial<CheckedRule> = {}): CheckedRule {
  const { expr, errors } = parseCondition(condition);
  if (expr === undefined) throw new Error(`${condition}: ${JSON.stringify(errors)}`);
  return ruleOf(expr, { id, name: id, ...rest });
}

export function ruleSetOf(rules: readonly CheckedRule[], lists: RuleSet['lists'] = {}): RuleSet {
  return { rules, lists };
}

function fieldUses(condition: Expr): FieldUse[] {
  const uses = new Map<string, FieldUse>();
  for (const path of pathsOf(condition)) {
    const name = printPath(path.segments);
    const spec = lookupField(path.segments);
    if (spec === undefined) throw new Error(`no field ${name}`);
    if (!uses.has(name)) uses.set(name, { path, name, spec });
  }
  return [...uses.values()];
}

function pathsOf(expr: Expr): readonly FieldPath[] {
  switch (expr.kind) {
    case 'all-of':
    case 'any-of':
      return expr.parts.flatMap(pathsOf);
    case 'not':
      return pathsOf(expr.part);
    default:
      return [expr.field];
  }
}
