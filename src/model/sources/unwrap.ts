/** What sources at the aggregator have in common: a text from outside becomes records, and those go the way of all. */
import type { LogFormat } from '../../contract/record';
import { LINE_LIMIT_BYTES } from '../fluentd/buffer';
import { element, filter, json, label, match } from '../fluentd/elements';
import type { FluentdElement } from '../fluentd/elements';
import { shallowFilter } from '../fluentd/shallow';

/** Where a source at the aggregator stands. */
export interface AggregatorPlace {
  /** Name of the cluster, written into every record. */
  readonly cluster: string;
  /** Positions; writable and kept over restarts. */
  readonly stateDirectory: string;
  /** Label that the records enter, as those of the agents do. */
  readonly ingestLabel: string;
}

export interface Unwrapping {
  /** Of the source's label and of its elements; capital letters and `_`. */
  readonly name: string;
  readonly format?: LogFormat;
  /**
   * Around the records: nothing, the list `items` of an EventList, the list `records` of Azure, or what a Pub/Sub
   * subscription pushes.
   */
  readonly envelope: 'plain' | 'items' | 'records' | 'pubsub';
}

export function unwrapLabelName(name: string): string {
  return `@${name}`;
}

/** The label that a source emits into: texts under `message`, one in each record. */
export function unwrapLabel(unwrapping: Unwrapping, place: AggregatorPlace): FluentdElement {
  const { name, format, envelope } = unwrapping;
  const origin = {
    source: 'kubernetes-audit',
    ...(format !== undefined && { format }),
    cluster: place.cluster,
  };
  return label(unwrapLabelName(name), [
    filter({
      '@type': 'siem_unwrap',
      '@id': `unwrap_${name.toLowerCase()}`,
      envelope,
      origin: json(origin),
      record_size_limit: LINE_LIMIT_BYTES,
    }),
    shallowFilter(),
    match({ '@type': 'relabel', '@id': `relabel_${name.toLowerCase()}`, '@label': place.ingestLabel }),
  ]);
}

/** Files for the listener of a source, as mounted. */
export interface ListenerTls {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** CA of the senders' certificates; absent: a sender needs none. */
  readonly clientCaFile?: string;
}

export function listenerTransport(tls: ListenerTls | undefined): FluentdElement[] {
  if (tls === undefined) return [];
  const params = {
    version: 'TLSv1_3',
    min_version: 'TLSv1_2',
    max_version: 'TLSv1_3',
    cert_path: tls.certificateFile,
    private_key_path: tls.keyFile,
    ...(tls.clientCaFile !== undefined && { client_cert_auth: true, ca_path: tls.clientCaFile }),
  };
  return [element('transport', 'tls', params)];
}
