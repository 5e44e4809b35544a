/** A rule file as text holds it: what people write, what synth prints into ConfigMaps, what the detector loads. */

export const SEVERITIES = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const STATUSES = ['experimental', 'test', 'stable'] as const;
export type RuleStatus = (typeof STATUSES)[number];

/** Actions a rule may ask for today. */
export const ACTIONS = ['alert', 'block'] as const;
export type ActionName = (typeof ACTIONS)[number];

export const DEFAULT_SEVERITY: Severity = 'medium';
export const DEFAULT_ACTION: ActionName = 'alert';

/** One rule, as a YAML mapping. */
export interface RuleDocument {
  /** @default - a slug of the name */
  readonly id?: string;
  readonly name: string;
  readonly description?: string;
  readonly severity?: Severity;
  readonly status?: RuleStatus;
  /** Only events of this source reach the rule. */
  readonly source?: string;
  readonly condition: string;
  readonly action?: ActionName;
  readonly tags?: readonly string[];
  readonly references?: readonly string[];
  readonly falsePositives?: readonly string[];
}

/** A rule file. */
export interface RuleFileDocument {
  /** Named lists, visible to every rule of the same load. */
  readonly lists?: { readonly [name: string]: readonly string[] };
  readonly rules?: readonly RuleDocument[];
}
