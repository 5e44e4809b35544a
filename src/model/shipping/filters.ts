/** What is left out or made unreadable on the way to the destinations, as filters of the aggregator. */
import { ALERT_TAG } from '../../contract/detector-config';
import type { EventSource } from '../../contract/event';
import { filter, json, secretFile } from '../fluentd/elements';
import type { FluentdElement, JsonTree } from '../fluentd/elements';

/** Audit level up to which bodies are shipped. */
export type BodyLevel = 'Metadata' | 'Request' | 'RequestResponse';

/** Holds for a field of the record with this path; a field that is not there fits only where `absent` says so. */
export interface NoiseTest {
  readonly path: readonly string[];
  readonly in?: readonly string[];
  readonly starts?: readonly string[];
  readonly contains?: readonly string[];
  /** For numbers. */
  readonly below?: number;
  readonly absent?: true;
}

/** Records of one source that are dropped or sampled; a record is ruled by the first rule that fits it. */
export interface NoiseRule {
  /** Label of its counter. */
  readonly name: string;
  readonly source: EventSource;
  /** Share that is kept: 0 drops all, 0.1 keeps every tenth request or line. */
  readonly keep: number;
  /** All of them hold. */
  readonly where: readonly NoiseTest[];
}

export interface Pseudonyms {
  /** Paths of fields that hold a text or a list of texts. */
  readonly fields: readonly (readonly string[])[];
  /** Whether every IP address in every text gets one too. */
  readonly addresses: boolean;
  /** File with the key of the HMAC. */
  readonly keyFile: string;
}

/** All parts are optional; without any of them records go as they are. */
export interface ShippingFilters {
  readonly maxBodyLevel?: BodyLevel;
  readonly redactSecrets?: boolean;
  readonly pseudonyms?: Pseudonyms;
  readonly noise?: readonly NoiseRule[];
}

/** Bodies of an audit event that a level has no room for. */
export function bodiesAbove(level: BodyLevel): readonly string[] {
  if (level === 'RequestResponse') return [];
  return level === 'Request' ? ['responseObject'] : ['requestObject', 'responseObject'];
}

/** The filters, in this order: what is left out need not be read for secrets. */
export function shippingElements(shipping: ShippingFilters): FluentdElement[] {
  return [...reduction(shipping), ...redaction(shipping)];
}

function reduction({ maxBodyLevel = 'RequestResponse', noise = [] }: ShippingFilters): FluentdElement[] {
  const bodies = bodiesAbove(maxBodyLevel);
  if (bodies.length === 0 && noise.length === 0) return [];
  const params = {
    '@type': 'siem_reduce',
    '@id': 'filter_reduce',
    rules: noise.length === 0 ? undefined : json(noise as unknown as JsonTree),
    bodies: bodies.length === 0 ? undefined : json(bodies),
    level: bodies.length === 0 ? undefined : maxBodyLevel,
    alert_tag: ALERT_TAG,
  };
  return [filter(params)];
}

function redaction({ redactSecrets = false, pseudonyms }: ShippingFilters): FluentdElement[] {
  if (!redactSecrets && pseudonyms === undefined) return [];
  const chosen = pseudonyms && {
    pseudonyms: json(pseudonyms.fields),
    addresses: pseudonyms.addresses,
    key: secretFile(pseudonyms.keyFile),
  };
  return [
    filter({ '@type': 'siem_redact', '@id': 'filter_redact', secrets: redactSecrets, ...chosen, alert_tag: ALERT_TAG }),
  ];
}
