/**
 * What Fluentd carries beside the source's own fields, written by the agents and read by the detector and by `siem
 * replay`. The agents' `record_transformer` writes exactly this object under `RECORD_KEY`.
 */
import type { EventSource } from './event';

/** The key under which the agents put `RecordOrigin`. Audit events have no field of this name. */
export const RECORD_KEY = 'siem';

/** How an application or a provider writes a record whose shape alone might not say it. */
export type LogFormat =
  | 'ingress-nginx'
  | 'envoy'
  | 'coredns'
  | 'hubble'
  | 'calico'
  | 'falco'
  | 'tetragon'
  | 'kubernetes-event'
  | 'auditd'
  | 'eks'
  | 'gke'
  | 'aks';

export const LOG_FORMATS: readonly LogFormat[] = [
  'ingress-nginx',
  'envoy',
  'coredns',
  'hubble',
  'calico',
  'falco',
  'tetragon',
  'kubernetes-event',
  'auditd',
  'eks',
  'gke',
  'aks',
];

export interface RecordOrigin {
  readonly source: EventSource;
  /** Name of the cluster, as given to the construct. */
  readonly cluster: string;
  /** Name of the node that wrote the record. */
  readonly node?: string;
  /** What wrote the record, where the agent knows it; without it the reader goes by the record's shape. */
  readonly format?: LogFormat;
  /**
   * A record of ours instead of the source's: one for each source and node at a fixed interval, with the time it was
   * made under `CANARY_SENT_KEY`. It passes every hop that real records pass, so its absence tells that they do not.
   */
  readonly canary?: true;
  /**
   * A record of ours about a line that no parser could take: the line, cut at `QUARANTINE_MESSAGE_BYTES`, is its `message`.
   * It is no record of the source; it says that there is one that nobody has read.
   */
  readonly quarantine?: Quarantine;
}

export interface Quarantine {
  /** One of a few fixed texts, such as `not JSON`. */
  readonly reason: string;
  /** File of the node that the line stands in. */
  readonly path?: string;
  /** Length of the line in bytes, where it is known. */
  readonly bytes?: number;
}

/** What is kept of a line in quarantine. */
export const QUARANTINE_MESSAGE_BYTES = 64 * 1024;

/** Beside `RECORD_KEY` in a canary record: when it was made, RFC 3339. */
export const CANARY_SENT_KEY = 'sent';

/** Seconds between two canary records of a source on a node. */
export const CANARY_INTERVAL_SECONDS = 30;

/** Key that in_tail gives to a line its parser refused. */
export const UNMATCHED_LINE_KEY = 'unmatched_line';

/** Key of the reason, beside `UNMATCHED_LINE_KEY`, until the agent has made a quarantine record of both. */
export const REFUSED_KEY = '_refused';
