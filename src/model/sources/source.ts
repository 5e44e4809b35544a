/** What every source of an agent is given, and how its label ends. */
import { match } from '../fluentd/elements';
import type { FluentdElement } from '../fluentd/elements';
import { originFilter } from '../fluentd/record-filters';
import type { FilterOrigin } from '../fluentd/record-filters';
import { canaryFilters } from './canary';

/**
 * Records that share a buffer. One class cannot hold another up: logins are few and must arrive while pods flood their
 * logs, and so must alerts of security tools while an ingress is under attack.
 */
export type TrafficClass = 'audit' | 'pods' | 'traffic' | 'security' | 'host' | 'logins';

export interface SourceContext {
  /** Name of the cluster, written into every record. */
  readonly cluster: string;
  /** Positions; writable and kept over restarts. */
  readonly stateDirectory: string;
}

/** A source in the configuration, and what is said of its records. */
export interface SourceEnd {
  /** Unique in the configuration: part of the ids of its elements. */
  readonly id: string;
  readonly traffic: TrafficClass;
  readonly origin: Omit<FilterOrigin, 'cluster'>;
  /** Fields that only the way here needed. */
  readonly dropFields?: readonly string[];
}

/** Label of the buffer of a class. */
export function shippingLabel(traffic: TrafficClass): string {
  return `@SHIP_${traffic.toUpperCase()}`;
}

/** The last elements of a source's label. */
export function sourceEnd(end: SourceEnd, { cluster }: SourceContext): FluentdElement[] {
  const origin = { ...end.origin, cluster };
  return [
    originFilter(origin, end.dropFields),
    ...canaryFilters(origin),
    relabel(`relabel_${end.id}`, shippingLabel(end.traffic)),
  ];
}

/** Hands everything to another label. */
export function relabel(id: string, label: string): FluentdElement {
  return match({ '@type': 'relabel', '@id': id, '@label': label });
}
