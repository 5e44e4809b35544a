/**
 * The normalised event: what every rule reads and every alert carries. Field names are stable API; the catalogue in
 * `event/fields.ts` gives each its type, meaning, needed audit level and trust.
 */
import type { DnsFacts, HttpFacts, NetworkFacts, ProcessFacts } from './event-facts';
import type { Severity } from './rule-document';

/** Where a record comes from. */
export type EventSource =
  | 'kubernetes-audit'
  | 'auth'
  | 'container'
  | 'journal'
  | 'host-auth'
  | 'security-event'
  | 'network'
  | 'ingress'
  | 'dns';

export const EVENT_SOURCES: readonly EventSource[] = [
  'kubernetes-audit',
  'auth',
  'container',
  'journal',
  'host-auth',
  'security-event',
  'network',
  'ingress',
  'dns',
];

/** What kind of thing happened. */
export type EventType =
  'authentication' | 'authorization' | 'access' | 'change' | 'exec' | 'network' | 'process' | 'log';

export type EventResult = 'success' | 'failure' | 'unknown';

/** Who vouches for a value: the API server itself, an authenticated caller, or nobody. */
export type Trust = 'server' | 'authenticated' | 'client';

/** Any value that JSON can hold. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** An object as JSON holds it. */
export interface JsonObject {
  [key: string]: Json;
}

/** The object a request was about, as the API server names it. */
export interface EventObject {
  /** API group; the empty string is the core group. */
  group?: string;
  resource?: string;
  subresource?: string;
  namespace?: string;
  name?: string;
}

/** The fields below `event.`. An absent member reads as absent in a rule, unless `unrecorded` says it is unknown. */
export interface EventFields {
  /** RFC 3339 time of the event, as the source wrote it where it wrote one. */
  time: string;
  source: EventSource;
  cluster?: string;
  /** The node or host that wrote the record. */
  node?: string;
  /** Identity of the record: the same request or line has the same id on every delivery. */
  id: string;
  type: EventType;
  action?: string;
  result: EventResult;
  reason?: string;
  /** The authenticated user; for a failed login the name as claimed. */
  user?: string;
  /** `client` while the name was only claimed, as in a failed login. */
  user_trust?: Trust;
  groups?: string[];
  impersonated_user?: string;
  source_ip?: string;
  user_agent?: string;
  object?: EventObject;
  /** How grave the tool that reported it says it is. */
  severity?: Severity;
  /** The rule, policy or key by which that tool reported it. */
  signature?: string;
  http?: HttpFacts;
  dns?: DnsFacts;
  network?: NetworkFacts;
  process?: ProcessFacts;
  /** Fields below `audit.` that the provider's record did not hold and that were derived from what it did hold. */
  inferred?: string[];
  /** Failures in the window, this one included; set by the engine, on failures only. */
  failure_count?: number;
}

/** One normalised event. */
export interface SecurityEvent {
  /** Event time in microseconds since the epoch; integers, so that windows are exact. */
  readonly timeUs: number;
  /** How many occurrences this record reports (`message repeated N times`); 1 as a rule. */
  readonly occurrences: number;
  /** True where a repeated delivery of the same record has the same `event.id` (audit events), so it can be told. */
  readonly hasStableId: boolean;
  /** Paths that were not recorded: they, and all below them, are unknown rather than absent. */
  readonly unrecorded: readonly string[];
  readonly event: EventFields;
  /** The audit.k8s.io/v1 Event itself. */
  readonly audit?: JsonObject;
  /** The record as the source wrote it: `message` and what else it has. */
  readonly log?: JsonObject;
  /** Pod metadata taken from the log path. */
  readonly kubernetes?: JsonObject;
  /** Host facts of a login line: `name`, `process`, `pid`. */
  readonly host?: JsonObject;
}
