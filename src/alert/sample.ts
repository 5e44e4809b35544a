/** Samples of an alert, cut so that no record can make an alert large. */
import type { AlertSample } from '../contract/alert';
import type { EventFields, EventObject, Json, JsonObject } from '../contract/event';
import type { NetworkFacts } from '../contract/event-facts';
import { cut } from './printable';

/** A sample and how much it weighs, in UTF-16 units of its JSON text. */
export interface WeighedSample {
  readonly sample: AlertSample;
  readonly weight: number;
}

const RECORD_LIMIT = 16 * 1024;
const DEPTH_LIMIT = 64;
const TEXT_LIMIT = 512;
const GROUPS_LIMIT = 32;
const GROUP_LIMIT = 128;

/** The event's fields, long ones cut, and the record unless `budget` has no room for it. */
export function weighedSample(event: EventFields, record: JsonObject | undefined, budget: number): WeighedSample {
  const fields = boundedFields(event);
  const weight = JSON.stringify(fields).length;
  if (record === undefined) return { sample: { event: fields }, weight };
  const bounded = boundedRecord(record, Math.min(RECORD_LIMIT, budget - weight));
  return { sample: { event: fields, record: bounded }, weight: weight + JSON.stringify(bounded).length };
}

/** A copy: it keeps nothing of the received text alive. */
function boundedFields(event: EventFields): EventFields {
  const fields = { ...event };
  for (const key of [
    'cluster',
    'node',
    'action',
    'reason',
    'user',
    'impersonated_user',
    'source_ip',
    'user_agent',
    'signature',
  ] as const)
    if (fields[key] !== undefined) fields[key] = cut(fields[key], TEXT_LIMIT);
  if (fields.groups !== undefined)
    fields.groups = fields.groups.slice(0, GROUPS_LIMIT).map((group) => cut(group, GROUP_LIMIT));
  if (fields.object !== undefined) fields.object = boundedObject(fields.object);
  if (fields.http !== undefined) fields.http = boundedFacts(fields.http);
  if (fields.dns !== undefined) fields.dns = boundedFacts(fields.dns);
  if (fields.network !== undefined) fields.network = boundedNetwork(fields.network);
  if (fields.process !== undefined) fields.process = boundedFacts(fields.process);
  return { ...fields, id: cut(fields.id, TEXT_LIMIT), time: cut(fields.time, TEXT_LIMIT) };
}

function boundedObject(object: EventObject): EventObject {
  const bounded: EventObject = {};
  for (const key of ['group', 'resource', 'subresource', 'namespace', 'name'] as const) {
    const text = object[key];
    if (text !== undefined) bounded[key] = cut(text, TEXT_LIMIT);
  }
  return bounded;
}

function boundedNetwork({ source, destination, ...rest }: NetworkFacts): NetworkFacts {
  return {
    ...boundedFacts(rest),
    ...(source === undefined ? {} : { source: boundedFacts(source) }),
    ...(destination === undefined ? {} : { destination: boundedFacts(destination) }),
  };
}

/** A copy of an object of texts, lists of texts and numbers. */
function boundedFacts<T extends object>(facts: T): T {
  return Object.fromEntries(Object.entries(facts).map(([key, value]) => [key, boundedFact(value)])) as T;
}

function boundedFact(value: unknown): unknown {
  if (typeof value === 'string') return cut(value, TEXT_LIMIT);
  if (!Array.isArray(value)) return value;
  return value
    .slice(0, GROUPS_LIMIT)
    .map((each: unknown) => (typeof each === 'string' ? cut(each, GROUP_LIMIT) : each));
}

/** A copy of the record; the largest members give way to a marker until the rest fits. */
function boundedRecord(record: JsonObject, limit: number): JsonObject {
  const members = Object.entries(record).map(([key, value]) => ({ key, text: jsonText(value) }));
  const total = members.reduce((sum, { key, text }) => sum + key.length + text.length, 0);
  let size = total;
  const bySize = [...members].sort((a, b) => b.text.length - a.text.length);
  for (const member of bySize) {
    if (size <= limit) break;
    const marker = JSON.stringify(`[omitted: ${member.text.length} characters]`);
    if (marker.length >= member.text.length) break;
    size += marker.length - member.text.length;
    member.text = marker;
  }
  if (size > limit) return { omitted: `a record of ${total} characters` };
  return Object.fromEntries(members.map(({ key, text }) => [key, JSON.parse(text) as Json]));
}

function jsonText(value: Json): string {
  return JSON.stringify(isNestedWithin(DEPTH_LIMIT, value) ? value : '[omitted: nested too deep]');
}

/** Records of any depth come in, but writing JSON recurses. */
function isNestedWithin(levels: number, value: Json): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((each) => isNestedWithin(levels - 1, each));
}
