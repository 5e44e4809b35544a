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
}

/** Key that in_tail gives to a line its parser refused. */
export const UNMATCHED_LINE_KEY = 'unmatched_line';
