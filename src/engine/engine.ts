/** Events in, findings out. Holds windows and what it has seen; reads no clock. */
import { EVENT_SOURCES, type EventSource, type SecurityEvent } from '../contract/event';
import type { CheckedRule, RuleSet } from '../rule';
import { FailureCounter } from './failure-counter';
import { planRule, type RulePlan } from './plan';
import { RequestOnce } from './request-once';
import { RuleIndex } from './rule-index';
import { TRUE, UNKNOWN } from './truth';

export interface EngineOptions {
  /** Window of `event.failure_count`. @default 300 */
  readonly failureWindowSeconds?: number;
  /** Requests, users and addresses that are remembered, each. @default 100000 */
  readonly stateKeys?: number;
}

/** One rule matched one event. */
export interface Finding {
  readonly ruleId: string;
  readonly rule: CheckedRule;
  /** The event as the rule read it, `event.failure_count` included. */
  readonly event: SecurityEvent;
  readonly timeUs: number;
}

/** Totals since the engine started. */
export interface EngineCounters {
  /** Events handed in, duplicates included. */
  readonly events: number;
  /** Events of a request that was seen before. */
  readonly duplicates: number;
  readonly findings: number;
  /** Evaluations whose outcome hung on a field that was not recorded; of the rules in force. */
  readonly unknown: readonly { readonly ruleId: string; readonly field: string; readonly count: number }[];
  /** Entries forgotten before their time because a bound was reached. */
  readonly evictions: readonly { readonly state: string; readonly count: number }[];
  /** Failures so late that `event.failure_count` may be too low. */
  readonly late: number;
}

const DEFAULT_FAILURE_WINDOW_SECONDS = 300;
const DEFAULT_STATE_KEYS = 100_000;

/**
 * Evaluates every rule on every event of its source. The same events in the same order give the same findings. An event
 * that is handed in stays as it is.
 */
export class Engine {
  public static of(ruleSet: RuleSet, options: EngineOptions = {}): Engine {
    return new Engine(ruleSet, options);
  }

  private readonly requests: RequestOnce;
  private readonly failures: FailureCounter;
  private rules: ReadonlyMap<EventSource, RuleIndex>;
  /** By rule, then by field; never more than the rules in force read. */
  private unknown = new Map<string, Map<string, number>>();
  private events = 0;
  private duplicates = 0;
  private findings = 0;

  private constructor(ruleSet: RuleSet, options: EngineOptions) {
    const keys = options.stateKeys ?? DEFAULT_STATE_KEYS;
    const windowSeconds = options.failureWindowSeconds ?? DEFAULT_FAILURE_WINDOW_SECONDS;
    this.requests = new RequestOnce(keys);
    this.failures = new FailureCounter({ windowSeconds, keys });
    this.rules = routed(ruleSet);
  }

  /** What the rules find in the event; nothing in a second event of the same request. */
  public process(received: SecurityEvent): readonly Finding[] {
    this.events += 1;
    if (this.requests.isRepeat(received)) {
      this.duplicates += 1;
      return [];
    }
    const event = this.withFailureCount(received);
    const findings: Finding[] = [];
    for (const plan of this.rules.get(event.event.source)?.candidates(event) ?? []) {
      const truth = plan.evaluate(event);
      if (truth === TRUE) findings.push({ ruleId: plan.rule.id, rule: plan.rule, event, timeUs: event.timeUs });
      else if (truth === UNKNOWN) this.countUnknown(plan, event);
    }
    this.findings += findings.length;
    return findings;
  }

  /** Other rules from the next event on. Windows and what was seen stay. */
  public replaceRules(ruleSet: RuleSet): void {
    this.rules = routed(ruleSet);
    const inForce = new Set(ruleSet.rules.map(({ id }) => id));
    this.unknown = new Map([...this.unknown].filter(([ruleId]) => inForce.has(ruleId)));
  }

  public counters(): EngineCounters {
    const { users, addresses } = this.failures.evictions;
    return {
      events: this.events,
      duplicates: this.duplicates,
      findings: this.findings,
      unknown: [...this.unknown].flatMap(([ruleId, fields]) =>
        [...fields].map(([field, count]) => ({ ruleId, field, count })),
      ),
      evictions: [
        { state: 'requests', count: this.requests.evictions },
        { state: 'failing-users', count: users },
        { state: 'failing-addresses', count: addresses },
      ],
      late: this.failures.late,
    };
  }

  /** Only the engine sets `event.failure_count`, and on failures only. */
  private withFailureCount(received: SecurityEvent): SecurityEvent {
    const { event } = received;
    if (event.result === 'failure') {
      return { ...received, event: { ...event, failure_count: this.failures.count(received) } };
    }
    if (!Object.hasOwn(event, 'failure_count')) return received;
    const cleaned = { ...event };
    delete cleaned.failure_count;
    return { ...received, event: cleaned };
  }

  private countUnknown(plan: RulePlan, event: SecurityEvent): void {
    const fields = this.unknown.get(plan.rule.id) ?? new Map<string, number>();
    this.unknown.set(plan.rule.id, fields);
    for (const field of plan.unknownFields(event)) fields.set(field, (fields.get(field) ?? 0) + 1);
  }
}

/** The plans of each source: rules that name it, and rules that name none. */
function routed({ rules, lists }: RuleSet): ReadonlyMap<EventSource, RuleIndex> {
  const plans = rules.map((rule) => planRule(rule, lists));
  return new Map(
    EVENT_SOURCES.map((source) => [
      source,
      new RuleIndex(
        plans.filter(({ rule }) => rule.source === undefined || rule.source === source),
        lists,
      ),
    ]),
  );
}
