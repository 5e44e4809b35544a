/** What the filters on the way to the destinations do to which fields. */
import type { EventSource } from '../../contract/event';
import { bodiesAbove } from './filters';
import type { ShippingFilters } from './filters';

export interface RedactedField {
  /** Path in the record, its parts separated by dots; absent: every text of it. */
  readonly path?: string;
  /** Absent: of every source. */
  readonly source?: EventSource;
  /** `left-out`: the field is gone. `secrets`: parts of it become a mark. `pseudonym`: it stays comparable with itself only. */
  readonly effect: 'left-out' | 'secrets' | 'pseudonym';
}

/** Every field that a record loses, whole or in part; records that are dropped are told by `noise` itself. */
export function redactedFields(shipping: ShippingFilters): RedactedField[] {
  const { maxBodyLevel = 'RequestResponse', redactSecrets = false, pseudonyms } = shipping;
  return [
    ...bodiesAbove(maxBodyLevel).map((path) => ({ path, source: 'kubernetes-audit', effect: 'left-out' }) as const),
    ...(redactSecrets ? [{ effect: 'secrets' } as const] : []),
    ...(pseudonyms?.fields ?? []).map((path) => ({ path: path.join('.'), effect: 'pseudonym' }) as const),
    ...(pseudonyms?.addresses === true ? [{ path: 'sourceIPs', effect: 'pseudonym' } as const] : []),
  ];
}
