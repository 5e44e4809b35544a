/** Which fields the tests of a condition read. */
import type { Expr, Test } from '../rule';

/** The tests of a condition, from left to right. */
export function testsOf(expr: Expr): Test[] {
  switch (expr.kind) {
    case 'all-of':
    case 'any-of':
      return expr.parts.flatMap(testsOf);
    case 'not':
      return testsOf(expr.part);
    default:
      return [expr];
  }
}

/** The path that a test reads, its parts joined by dots. */
export function pathOf(test: Test): string {
  return test.field.segments.join('.');
}

/** Audit events carry nothing below these. */
export function isOfAnotherSource(path: string): boolean {
  return /^(log|kubernetes|host|event\.(http|dns|network|process|severity|signature))(\.|$)/.test(path);
}
