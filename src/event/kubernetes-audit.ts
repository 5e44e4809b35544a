/** audit.k8s.io/v1 events → normalised events: one per stage that carries an outcome. */
import type { EventFields, EventObject, JsonObject, SecurityEvent } from '../contract/event';
import { auditGaps } from './audit-gaps';
import { REASON_ANNOTATION, auditProblem, auditRequest, isStreaming } from './audit-request';
import type { AuditRequest } from './audit-request';
import { auditRow } from './audit-rows';
import type { AuditRow } from './audit-rows';
import { asObject, asText, cut, isObject, textOf } from './json';
import { isRefusal } from './outcome';
import { IGNORED_STAGE, NO_EVENT, malformed, unknown } from './read-result';
import type { ReadResult } from './read-result';
import type { SourceAddressReader } from './source-address';
import { formatTime, parseRfc3339 } from './time';

const AUDIT_VERSION = 'audit.k8s.io/v1';
const AUDIT_GROUP = 'audit.k8s.io/';

/** What the record itself does not say. */
export interface AuditContext {
  readonly sourceAddress: SourceAddressReader;
  readonly receivedUs: number;
  readonly cluster?: string | undefined;
  readonly node?: string | undefined;
}

/** Long texts in ids and reasons are cut: the client chooses some of them. */
const REASON_LIMIT = 200;
const AUDIT_ID_LIMIT = 100;
const URI_LIMIT = 300;

/** An audit event, also one whose kind a collector dropped; the core Event of Kubernetes is none. */
export function isAuditEvent(record: JsonObject): boolean {
  const version = record['apiVersion'];
  const kind = record['kind'];
  if (typeof version === 'string') {
    return version.startsWith(AUDIT_GROUP) && (kind === undefined ? record['auditID'] !== undefined : kind === 'Event');
  }
  return kind === 'Event' ? record['verb'] !== undefined : record['auditID'] !== undefined;
}

/** A list that does not say that it is of other objects. */
export function isAuditList(list: JsonObject): boolean {
  const version = list['apiVersion'];
  return typeof version !== 'string' || version.startsWith(AUDIT_GROUP);
}

/** Reads a record that `isAuditEvent`. */
export function readAuditEvent(record: JsonObject, context: AuditContext): ReadResult {
  const version = record['apiVersion'];
  if (version !== undefined && version !== AUDIT_VERSION) return unknown('audit event of another version');
  const problem = auditProblem(record);
  if (problem !== undefined) return malformed(problem);
  const request = auditRequest(record);
  if (!carriesOutcome(request)) return IGNORED_STAGE;
  return { kind: 'events', events: [toEvent(request, context)] };
}

/** Reads a list as the API server's webhook sends it. What is wrong with some of its items does not touch the others. */
export function readAuditList(list: JsonObject, context: AuditContext): ReadResult {
  if (list['apiVersion'] !== AUDIT_VERSION) return unknown('list of another version');
  const items = list['items'];
  if (!Array.isArray(items)) return malformed('audit list: items is not a list');
  const events: SecurityEvent[] = [];
  let rejected = 0;
  let last: ReadResult = NO_EVENT;
  for (const item of items) {
    last = isObject(item) ? readAuditEvent(item, context) : malformed('audit list: an item is not an object');
    if (last.kind === 'events') events.push(...last.events);
    else if (last.kind !== 'ignored') rejected++;
  }
  if (events.length === 0) return rejected === 0 ? last : malformed('audit list: no item is an event');
  return rejected === 0 ? { kind: 'events', events } : { kind: 'events', events, rejected };
}

/**
 * Whether a stage says how the request ended. ResponseStarted does for what streams (the end of a session may be hours
 * away) and for refusals, which may have no later stage.
 */
function carriesOutcome(request: AuditRequest): boolean {
  switch (request.stage) {
    case 'RequestReceived':
      return false;
    case 'ResponseStarted':
      return request.code !== undefined && (isStreaming(request) || isRefusal(request.code));
    default:
      return true;
  }
}

function toEvent(request: AuditRequest, context: AuditContext): SecurityEvent {
  const { record } = request;
  const row = auditRow(request);
  const stageTime = textOf(record['stageTimestamp']);
  const receivedTime = textOf(record['requestReceivedTimestamp']);
  const stageUs = parseRfc3339(stageTime);
  const timeUs = stageUs ?? parseRfc3339(receivedTime) ?? context.receivedUs;
  const sourceIp = context.sourceAddress(record['sourceIPs']);
  const event: EventFields = {
    time: stageUs === undefined ? formatTime(timeUs) : stageTime,
    source: 'kubernetes-audit',
    id: requestKey(record, receivedTime, sourceIp),
    type: row.type,
    result: row.result,
  };
  if (row.action !== undefined) event.action = row.action;
  if (context.cluster !== undefined) event.cluster = context.cluster;
  if (context.node !== undefined) event.node = context.node;
  if (sourceIp !== undefined) event.source_ip = sourceIp;
  addPeople(event, record, row);
  addObject(event, request);
  return {
    timeUs,
    occurrences: 1,
    hasStableId: receivedTime !== '' && textOf(record['auditID']) !== '',
    unrecorded: auditGaps(request, row),
    event,
    audit: record,
  };
}

/**
 * Names the request, not the stage. The audit id alone would not do: the client may choose it, and reuse it to have a
 * later request taken for a repetition. No part but the id and the URI can hold a space, and the URI none.
 */
function requestKey(record: JsonObject, receivedTime: string, sourceIp: string | undefined): string {
  const auditId = cut(textOf(record['auditID']), AUDIT_ID_LIMIT);
  const uri = cut(textOf(record['requestURI']), URI_LIMIT);
  // Joined into one piece: engines remember many of these, and a template would keep its parts apart.
  return [receivedTime, sourceIp ?? '-', auditId, uri].join(' ');
}

/** Nobody is authenticated where authentication failed, whatever the record says. */
function addPeople(event: EventFields, record: JsonObject, row: AuditRow): void {
  const agent = record['userAgent'];
  if (typeof agent === 'string') event.user_agent = agent;
  if (row.type === 'authentication') return;
  const user = asObject(record['user']);
  const name = user?.['username'];
  if (typeof name === 'string' && name !== '') {
    event.user = name;
    event.user_trust = 'authenticated';
  }
  const groups = user?.['groups'];
  if (Array.isArray(groups)) event.groups = groups.filter((group) => typeof group === 'string');
  const impersonated = asText(asObject(record['impersonatedUser'])?.['username']);
  if (impersonated !== undefined) event.impersonated_user = impersonated;
}

function addObject(event: EventFields, request: AuditRequest): void {
  const reason = reasonOf(request);
  if (reason !== '') event.reason = reason;
  const { objectRef } = request;
  if (objectRef === undefined) return;
  const object: EventObject = { group: request.group };
  if (request.resource !== '') object.resource = request.resource;
  if (request.subresource !== '') object.subresource = request.subresource;
  const { namespace, name } = objectRef;
  if (typeof namespace === 'string' && namespace !== '') object.namespace = namespace;
  if (typeof name === 'string' && name !== '') object.name = name;
  event.object = object;
}

/** Of a refusal what the answer said, else the binding that allowed the request. */
function reasonOf(request: AuditRequest): string {
  const allowed = textOf(request.annotations?.[REASON_ANNOTATION]);
  if (!isRefusal(request.code)) return cut(allowed, REASON_LIMIT);
  const status = asObject(request.record['responseStatus']);
  const reason = textOf(status?.['reason']);
  const message = textOf(status?.['message']);
  const said = reason !== '' && message !== '' ? `${reason}: ${message}` : reason || message;
  return cut(said || allowed, REASON_LIMIT);
}
