import { HIDDEN } from '../event/hidden-characters';
import type { Expr, ListOperand, LiteralValue, Test } from './ast';
import { isWord } from './token';

/** Longest line of a condition that is not broken further. */
const WIDTH = 80;
const INDENT = '  ';

/** Prints a condition on one line, with no more parentheses than it needs. */
export function printExpr(expr: Expr): string {
  switch (expr.kind) {
    case 'any-of':
      return expr.parts.map(printExpr).join(' or ');
    case 'all-of':
      return expr.parts.map((part) => grouped(part, part.kind === 'any-of')).join(' and ');
    case 'not':
      return `not ${grouped(expr.part, isJoined(expr.part))}`;
    default:
      return printTest(expr);
  }
}

/** Prints a condition the way a rule file shows it: broken at `and` and `or` where it is long. */
export function printCondition(expr: Expr): string {
  return lines(expr, WIDTH).join('\n');
}

/** A path as a condition writes it: `event.user`, `audit.annotations["a.b/c"]`. */
export function printPath(segments: readonly string[]): string {
  const [first = '', ...rest] = segments;
  return first + rest.map((segment) => (isWord(segment) ? `.${segment}` : `[${printText(segment)}]`)).join('');
}

export function printLiteral(value: LiteralValue): string {
  return typeof value === 'string' ? printText(value) : String(value);
}

function printTest(test: Test): string {
  const path = printPath(test.field.segments);
  switch (test.kind) {
    case 'compare':
      return `${path} ${test.comparison} ${printLiteral(test.value.value)}`;
    case 'text':
      return `${path} ${test.test} ${printLiteral(test.value.value)}`;
    case 'exists':
      return `${path} exists`;
    case 'in':
      return `${path} ${test.negated ? 'not in' : 'in'} ${printList(test.list)}`;
  }
}

function printList(list: ListOperand): string {
  return list.kind === 'named' ? list.name : `[${list.items.map((item) => printLiteral(item.value)).join(', ')}]`;
}

function grouped(part: Expr, needsGroup: boolean): string {
  return needsGroup ? `(${printExpr(part)})` : printExpr(part);
}

function isJoined(expr: Expr): boolean {
  return expr.kind === 'all-of' || expr.kind === 'any-of';
}

function lines(expr: Expr, width: number): string[] {
  const whole = printExpr(expr);
  if (whole.length <= width) return [whole];
  switch (expr.kind) {
    case 'any-of':
      return joinedLines(
        expr.parts.map((part) => lines(part, width)),
        'or',
      );
    case 'all-of':
      return joinedLines(
        expr.parts.map((part) => (part.kind === 'any-of' ? groupLines('', part, width) : lines(part, width))),
        'and',
      );
    case 'not':
      return isJoined(expr.part) ? groupLines('not ', expr.part, width) : [whole];
    case 'in':
      return inLines(expr);
    default:
      return [whole];
  }
}

function joinedLines(parts: readonly string[][], word: string): string[] {
  return parts.flatMap((part, i) => {
    if (i === parts.length - 1) return part;
    return [...part.slice(0, -1), `${part[part.length - 1] ?? ''} ${word}`];
  });
}

function groupLines(before: string, part: Expr, width: number): string[] {
  const whole = `${before}(${printExpr(part)})`;
  if (whole.length <= width) return [whole];
  return [`${before}(`, ...indented(lines(part, width - INDENT.length)), ')'];
}

function inLines(test: Extract<Test, { kind: 'in' }>): string[] {
  const { list } = test;
  if (list.kind === 'named') return [printTest(test)];
  const items = list.items.map((item, i) => printLiteral(item.value) + (i < list.items.length - 1 ? ',' : ''));
  return [`${printPath(test.field.segments)} ${test.negated ? 'not in' : 'in'} [`, ...indented(items), ']'];
}

function indented(inner: readonly string[]): string[] {
  return inner.map((line) => INDENT + line);
}

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A string in double quotes. */
export function printText(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&').replace(HIDDEN, escaped)}"`;
}

function escaped(character: string): string {
  const short = SHORT[character];
  if (short !== undefined) return short;
  return Array.from({ length: character.length }, (_, i) => {
    return `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`;
  }).join('');
}
