import type { EventSource } from '../contract/event';
import type { FieldSpec } from '../event/fields';
import { lookupField, nearestFields } from '../event/fields';
import type { Literal, LiteralValue, Test } from './ast';
import type { FieldUse } from './checked-rule';
import type { Code, CodeArguments } from './codes';
import { nearest } from './nearest';
import { patternFault } from './on-demand';
import { printLiteral, printPath } from './printer';
import type { Problem } from './problem';
import { problem } from './problem';

/** What a condition may refer to. */
export interface Scope {
  readonly lists: ReadonlyMap<string, readonly string[]>;
  /** The source whose events alone the rule sees. */
  readonly source?: EventSource | undefined;
}

export interface CheckedTests {
  /** Every known field, once, in the order of first use. */
  readonly fields: readonly FieldUse[];
  readonly problems: readonly Problem[];
}

/** Resolves the names of the tests and checks their types. */
export function checkTests(tests: readonly Test[], scope: Scope): CheckedTests {
  const checker = new Checker(scope);
  for (const test of tests) checker.check(test);
  return { fields: [...checker.fields.values()], problems: checker.problems };
}

const TYPE_NAMES: Readonly<Record<FieldSpec['type'], string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  'string-list': 'a list of texts',
  any: 'anything',
};

/** The type that a literal must have; absent where any will do. */
const LITERAL_TYPES: Readonly<Record<FieldSpec['type'], 'string' | 'number' | 'boolean' | undefined>> = {
  string: 'string',
  number: 'number',
  boolean: 'boolean',
  'string-list': 'string',
  any: undefined,
};

/** Bounds the time to compile; long alternatives are lists. */
const LONGEST_PATTERN = 10_000;

type TestOf<K extends Test['kind']> = Extract<Test, { readonly kind: K }>;

class Checker {
  public readonly fields = new Map<string, FieldUse>();
  public readonly problems: Problem[] = [];

  public constructor(private readonly scope: Scope) {}

  public check(test: Test): void {
    const field = this.resolve(test);
    switch (test.kind) {
      case 'compare':
        if (field !== undefined) this.comparison(test, field);
        return;
      case 'in':
        this.membership(test, field);
        return;
      case 'text':
        this.text(test, field);
        return;
      case 'exists':
        return;
    }
  }

  private resolve({ field: path }: Test): FieldUse | undefined {
    const name = printPath(path.segments);
    const known = this.fields.get(name);
    if (known !== undefined) return known;
    const spec = lookupField(path.segments);
    if (spec === undefined) {
      this.report('R201', path, name, nearestFields(name)[0]);
      return undefined;
    }
    const use = { path, name, spec };
    this.fields.set(name, use);
    const { source } = this.scope;
    if (source !== undefined && !spec.sources.includes(source)) {
      this.report('R206', path, name, source, spec.sources.join(', '));
    }
    return use;
  }

  private comparison({ comparison, value, span }: TestOf<'compare'>, field: FieldUse): void {
    const { name, spec } = field;
    const isEquality = comparison === '==' || comparison === '!=';
    if (isEquality && spec.type === 'string-list') {
      const right = `${comparison === '!=' ? 'not ' : ''}${name} contains ${printLiteral(value.value)}`;
      this.report('R303', { span }, name, comparison, right);
    } else if (isEquality || spec.type === 'number') this.literal(value, field);
    else if (spec.type !== 'any' || typeof value.value !== 'number') {
      this.report('R302', { span }, name, comparison, printLiteral(value.value));
    }
  }

  private membership({ list }: TestOf<'in'>, field: FieldUse | undefined): void {
    if (list.kind === 'literals') {
      if (list.items.length === 0) this.report('R308', list, 'this list');
      for (const item of list.items) if (field !== undefined) this.literal(item, field);
      return;
    }
    const { name } = list;
    if (!this.scope.lists.has(name)) this.report('R202', list, name, nearest(name, this.scope.lists.keys()));
    const type = field?.spec.type;
    if (field !== undefined && (type === 'number' || type === 'boolean')) {
      this.report('R307', list, name, field.name, TYPE_NAMES[type]);
    }
  }

  private text({ test, value }: TestOf<'text'>, field: FieldUse | undefined): void {
    const type = field?.spec.type;
    if (field !== undefined && (type === 'number' || type === 'boolean')) {
      this.report('R304', field.path, field.name, TYPE_NAMES[type], test);
    }
    if (typeof value.value !== 'string') this.report('R306', value, test, String(value.value));
    else if (test === 'matches') this.pattern(value, value.value);
  }

  private pattern(literal: Literal, pattern: string): void {
    if (pattern.length > LONGEST_PATTERN) {
      this.report('R305', literal, `longer than ${String(LONGEST_PATTERN)} characters`);
      return;
    }
    const fault = patternFault(pattern);
    if (fault !== undefined) this.report('R305', literal, fault);
  }

  /** A literal that the field is compared with must be able to equal it. */
  private literal({ value, span }: Literal, { name, spec }: FieldUse): void {
    const wanted = LITERAL_TYPES[spec.type];
    const shown = printLiteral(value);
    if (wanted !== undefined && typeof value !== wanted) {
      this.report('R301', { span }, name, TYPE_NAMES[spec.type], shown, instead(wanted, value));
    } else if (spec.values !== undefined && !spec.values.includes(String(value))) {
      this.report('R203', { span }, name, shown, nearest(String(value), spec.values), spec.values.join(', '));
    }
  }

  private report<C extends Code>(code: C, at: Pick<Literal, 'span'>, ...args: CodeArguments<C>): void {
    this.problems.push(problem(code, at.span, ...args));
  }
}

function instead(wanted: 'string' | 'number' | 'boolean', value: LiteralValue): string {
  if (wanted === 'string') return `put it in quotes: ${printLiteral(String(value))}`;
  const text = String(value);
  const fits = wanted === 'number' ? /^-?\d+(\.\d+)?$/.test(text) : text === 'true' || text === 'false';
  if (fits) return `write ${text} without quotes`;
  return wanted === 'number' ? 'compare it with a number' : 'compare it with true or false';
}
