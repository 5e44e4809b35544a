/** Alerts as they leave the detector, `siem replay` and the queue file. Field names are stable API. */
import type { EventFields, JsonObject } from './event';
import type { ActionName, Severity } from './rule-document';

/** An action that a rule asks for, planned but not carried out. */
export interface PlannedAction {
  readonly action: ActionName;
  /** `dry-run`: nothing was changed in the cluster. */
  readonly mode: 'dry-run';
  /** What would be blocked; absent where the event names no subject that the API server vouches for. */
  readonly subject?: { readonly kind: 'username' | 'credentialId' | 'podUid'; readonly value: string };
  /** Why this subject, or why none, in plain words. */
  readonly reason: string;
}

/** A sample of what an alert groups: the event's fields and the record it came from. */
export interface AlertSample {
  readonly event: EventFields;
  /** The record as it came in, cut to a bounded size. */
  readonly record?: JsonObject;
}

export interface Alert {
  /** The same on every notification and on every repetition of this alert. */
  readonly id: string;
  /** Groups findings: rule, cluster, actor, object. */
  readonly fingerprint: string;
  readonly status: 'firing' | 'resolved';
  readonly rule: { readonly id: string; readonly name: string; readonly description?: string };
  readonly severity: Severity;
  /** The action of the rule, as written. */
  readonly action: ActionName;
  readonly plannedActions: readonly PlannedAction[];
  readonly cluster?: string;
  readonly user?: string;
  readonly sourceIp?: string;
  /** Findings so far. */
  readonly count: number;
  /** RFC 3339 event times of the first and the last finding. */
  readonly firstTime: string;
  readonly lastTime: string;
  /** One sentence: what fired, who, what, where from. */
  readonly summary: string;
  readonly samples: readonly AlertSample[];
  /** Of an alert that the detector's own watch raised: the hop, what is silent there, and the rules that are blind. */
  readonly watch?: JsonObject;
}
