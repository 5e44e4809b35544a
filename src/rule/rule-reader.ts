import { EVENT_SOURCES } from '../contract/event';
import type { ActionName } from '../contract/rule-document';
import { ACTIONS, DEFAULT_ACTION, DEFAULT_SEVERITY, SEVERITIES, STATUSES } from '../contract/rule-document';
import type { Expr, Span } from './ast';
import type { CheckedRule, FieldUse } from './checked-rule';
import type { Scope } from './checker';
import { checkTests } from './checker';
import { MapReader } from './map-reader';
import { nearest } from './nearest';
import { parseCondition } from './parser';
import type { Problem } from './problem';
import { LATER_ACTIONS, LATER_RULE_KEYS, LATER_TIERS, RULE_KEYS, SIGMA_KEYS } from './rule-keys';
import { scalarOffsets } from './scalar-offsets';
import type { SourceText } from './source';
import type { YamlMap, YamlText } from './yaml-reader';

export interface ReadRule {
  /** Absent where something is wrong with it. */
  readonly rule?: CheckedRule;
  /** Where the id stands, or the name it was made of. */
  readonly idSpan: Span;
  readonly problems: readonly Problem[];
}

const VOCABULARY = { place: 'a rule', keys: RULE_KEYS, later: LATER_RULE_KEYS };

const LONGEST_ID = 100;
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Reads one rule and checks it against the lists of the load. */
export function readRule(map: YamlMap, source: SourceText, lists: Scope['lists']): ReadRule {
  const problems: Problem[] = [];
  const reader = new RuleReader(new MapReader(map, problems), source);
  const rule = reader.read(lists, map.span);
  const isSound = problems.every(({ severity }) => severity !== 'error');
  return { ...(isSound && rule !== undefined ? { rule } : {}), idSpan: reader.idSpan, problems };
}

/** The id of a rule that gives none: the name in lower case, other runs than a-z and 0-9 as dashes. */
export function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, LONGEST_ID)
    .replace(/-$/, '');
}

interface ReadCondition {
  readonly condition: Expr;
  readonly fields: readonly FieldUse[];
  readonly conditionLine: number;
}

class RuleReader {
  public constructor(
    private readonly map: MapReader,
    private readonly source: SourceText,
  ) {}

  public get idSpan(): Span {
    const key = this.map.has('id') ? 'id' : 'name';
    return this.map.value(key)?.span ?? this.map.keySpan(key);
  }

  public read(lists: Scope['lists'], span: Span): CheckedRule | undefined {
    const foreign = [...SIGMA_KEYS].find((key) => this.map.has(key));
    if (foreign !== undefined) {
      this.map.report('R508', this.map.keySpan(foreign));
      return undefined;
    }
    this.map.checkKeys(VOCABULARY);
    const name = this.name();
    const id = this.id(name);
    const description = this.map.text('description')?.value.trim() ?? '';
    this.tier();
    const status = this.map.choice('status', STATUSES);
    const source = this.map.choice('source', EVENT_SOURCES);
    const others = {
      severity: this.map.choice('severity', SEVERITIES) ?? DEFAULT_SEVERITY,
      action: this.action() ?? DEFAULT_ACTION,
      tags: this.map.texts('tags'),
      references: this.map.texts('references'),
      falsePositives: this.map.texts('falsePositives'),
      position: { file: this.source.path, line: this.source.positionAt(span.start).line },
    };
    const condition = this.condition({ lists, source });
    if (name === undefined || id === undefined || condition === undefined) return undefined;
    return {
      id,
      name,
      ...(description === '' ? {} : { description }),
      ...(status === undefined ? {} : { status }),
      ...(source === undefined ? {} : { source }),
      ...others,
      ...condition,
    };
  }

  private name(): string | undefined {
    const text = this.required('name');
    const name = text?.value.replace(/\s+/g, ' ').trim();
    if (name !== '') return name;
    this.map.report('R405', this.map.keySpan('name'), 'name');
    return undefined;
  }

  private required(key: 'name' | 'condition'): YamlText | undefined {
    if (!this.map.has(key)) this.map.report('R405', this.map.keySpan(key), key);
    return this.map.text(key);
  }

  private id(name: string | undefined): string | undefined {
    if (!this.map.has('id')) {
      const slug = name && slugOf(name);
      if (slug === '') this.map.report('R408', this.idSpan, name ?? '');
      return slug;
    }
    const text = this.map.text('id');
    const isUsable = text === undefined || (ID.test(text.value) && text.value.length <= LONGEST_ID);
    if (!isUsable) this.map.report('R407', text.span, text.value);
    return text?.value;
  }

  private tier(): void {
    const tier = this.map.text('tier');
    if (tier === undefined || tier.value === 'alert') return;
    if (LATER_TIERS.has(tier.value)) this.map.report('R507', tier.span, tier.value);
    else this.map.report('R208', tier.span, 'tier', tier.value, nearest(tier.value, ['alert']), 'alert');
  }

  private action(): ActionName | undefined {
    const single = this.map.text('action');
    if (!this.map.has('actions')) return single && this.knownAction(single);
    if (this.map.has('action')) {
      this.map.report('R410', this.map.keySpan('actions'));
      return undefined;
    }
    const actions = this.map.list('actions').map((item) => {
      const text = this.map.asText(item, "an item of 'actions'", item.span);
      return text && this.knownAction(text);
    });
    if (actions.length > 1) this.map.report('R506', this.map.keySpan('actions'), String(actions.length));
    return actions[0];
  }

  private knownAction({ value, span }: YamlText): ActionName | undefined {
    const known = ACTIONS.find((action) => action === value);
    const choices = ACTIONS.join(', ');
    if (LATER_ACTIONS.has(value)) this.map.report('R505', span, value, choices);
    else if (known === undefined) this.map.report('R209', span, value, nearest(value, ACTIONS), choices);
    return known;
  }

  private condition(scope: Scope): ReadCondition | undefined {
    const text = this.required('condition');
    if (text === undefined) return undefined;
    const offsets = scalarOffsets(text.written, text.value);
    const { expr, tests, errors } = parseCondition(text.value);
    const { fields, problems } = checkTests(tests, scope);
    for (const each of [...errors, ...problems]) this.map.add({ ...each, span: offsets.spanOf(each.span) });
    return expr && { condition: expr, fields, conditionLine: this.source.positionAt(offsets.start).line };
  }
}
