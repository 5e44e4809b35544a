/** Rules after checking: every name resolved, every type right, every pattern compiled once. */
import type { EventSource } from '../contract/event';
import type { ActionName, RuleStatus, Severity } from '../contract/rule-document';
import type { FieldSpec } from '../event/fields';
import type { Expr, FieldPath } from './ast';

/** A field that a condition reads. */
export interface FieldUse {
  /** The first place that reads it. */
  readonly path: FieldPath;
  /** As the condition writes it, such as `event.user` or `audit.annotations["a.b/c"]`. */
  readonly name: string;
  readonly spec: FieldSpec;
}

/** Where a rule starts: the line of its first key, from 1. */
export interface RulePosition {
  readonly file: string;
  readonly line: number;
}

export interface CheckedRule {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly severity: Severity;
  readonly action: ActionName;
  readonly status?: RuleStatus;
  /** Only events of this source reach the rule; absent: every event. */
  readonly source?: EventSource;
  readonly tags: readonly string[];
  readonly references: readonly string[];
  readonly falsePositives: readonly string[];
  readonly condition: Expr;
  /** Every field the condition reads, once, in the order of first use. */
  readonly fields: readonly FieldUse[];
  readonly position: RulePosition;
  /** Line of the condition's first character, from 1. */
  readonly conditionLine: number;
}

/** Everything one load gave: rules sorted by id, and the lists they may name. */
export interface RuleSet {
  readonly rules: readonly CheckedRule[];
  readonly lists: Readonly<Record<string, readonly string[]>>;
}
