/** Conditions as trees, for tests that need no text. */
import type { Comparison, Expr, FieldPath, ListOperand, LiteralValue, TextTest } from '../../src/rule';

const SPAN = { start: 0, end: 0 };

export function fieldPath(path: string): FieldPath {
  return { segments: path.split('.'), span: SPAN };
}

export function compare(path: string, comparison: Comparison, value: LiteralValue): Expr {
  return { kind: 'compare', field: fieldPath(path), comparison, value: { value, span: SPAN }, span: SPAN };
}

export function text(path: string, test: TextTest, value: string): Expr {
  return { kind: 'text', field: fieldPath(path), test, value: { value, span: SPAN }, span: SPAN };
}

export function exists(path: string): Expr {
  return { kind: 'exists', field: fieldPath(path), span: SPAN };
}

/** `values` is the name of a list, or its items. */
export function within(path: string, values: string | readonly LiteralValue[]): Expr {
  return { kind: 'in', field: fieldPath(path), negated: false, list: listOperand(values), span: SPAN };
}

export function notWithin(path: string, values: string | readonly LiteralValue[]): Expr {
  return { kind: 'in', field: fieldPath(path), negated: true, list: listOperand(values), span: SPAN };
}

export function allOf(...parts: readonly Expr[]): Expr {
  return { kind: 'all-of', parts, span: SPAN };
}

export function anyOf(...parts: readonly Expr[]): Expr {
  return { kind: 'any-of', parts, span: SPAN };
}

export function negation(part: Expr): Expr {
  return { kind: 'not', part, span: SPAN };
}

function listOperand(values: string | readonly LiteralValue[]): ListOperand {
  if (typeof values === 'string') return { kind: 'named', name: values, span: SPAN };
  return { kind: 'literals', items: values.map((value) => ({ value, span: SPAN })), span: SPAN };
}
