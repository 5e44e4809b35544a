/** Audit log of AKS: records of a diagnostic setting, alone or in batches, and rows of Log Analytics. */
import type { Json, JsonObject } from '../../contract/event';
import { asObject, asText } from '../json';
import { isAuditEvent } from '../kubernetes-audit';
import type { ManagedEvent, ManagedLine, ManagedReading } from './managed-reading';
import { WHOLE, brokenLine, gathered, unwrapped } from './managed-reading';

const AUDIT_CATEGORIES: readonly string[] = ['kube-audit', 'kube-audit-admin'];
const BODIES = ['requestObject', 'responseObject'] as const;

export function isAksRecord(record: JsonObject): boolean {
  if (isRow(record)) return true;
  const { records } = record;
  if (Array.isArray(records)) return isDiagnostic(asObject(records[0]));
  return isDiagnostic(record);
}

function isDiagnostic(record: JsonObject | undefined): boolean {
  return record !== undefined && record['category'] !== undefined && record['properties'] !== undefined;
}

function isRow(record: JsonObject): boolean {
  return record['AuditId'] !== undefined && record['RequestUri'] !== undefined;
}

export function readAks(record: JsonObject): ManagedReading {
  const { records } = record;
  const items = Array.isArray(records) ? records.map(asObject) : [record];
  const [first] = items;
  const id = asText(first?.['resourceId']) ?? asText(first?.['_ResourceId']);
  // Azure writes the same id in capitals here and in small letters there.
  return gathered(id === '' ? undefined : id?.toLowerCase(), items.map(readItem));
}

function readItem(item: JsonObject | undefined): ManagedLine {
  if (item === undefined) return 'ignored';
  if (isRow(item)) return withoutPlaceholders(rowEvent(item));
  if (!AUDIT_CATEGORIES.includes(asText(item['category']) ?? '')) return 'ignored';
  const properties = asObject(unwrapped(item['properties']));
  const log = unwrapped(properties?.['log']);
  const audit = asObject(log);
  if (audit !== undefined) return isAuditEvent(audit) ? withoutPlaceholders(audit) : 'ignored';
  return typeof log === 'string' ? brokenLine(log) : 'ignored';
}

/** In place of a body that is too big AKS writes words. */
function withoutPlaceholders(audit: JsonObject): ManagedEvent {
  const skipped: readonly string[] = BODIES.filter((body) => typeof audit[body] === 'string');
  if (skipped.length === 0) return { audit, ...WHOLE };
  return {
    audit: Object.fromEntries(Object.entries(audit).filter(([key]) => !skipped.includes(key))),
    inferred: [],
    unrecorded: skipped.map((body) => `audit.${body}`),
  };
}

/** Columns of a row, and the members of the event that they hold. */
const COLUMNS: readonly (readonly [string, string])[] = [
  ['Level', 'level'],
  ['AuditId', 'auditID'],
  ['Stage', 'stage'],
  ['RequestUri', 'requestURI'],
  ['Verb', 'verb'],
  ['User', 'user'],
  ['ImpersonatedUser', 'impersonatedUser'],
  ['SourceIps', 'sourceIPs'],
  ['UserAgent', 'userAgent'],
  ['ObjectRef', 'objectRef'],
  ['ResponseStatus', 'responseStatus'],
  ['RequestObject', 'requestObject'],
  ['ResponseObject', 'responseObject'],
  ['RequestReceivedTime', 'requestReceivedTimestamp'],
  ['StageReceivedTime', 'stageTimestamp'],
  ['Annotations', 'annotations'],
];
/** Columns that hold a value of some shape; exports print it as JSON in a text. */
const SHAPED: ReadonlySet<string> = new Set([
  'user',
  'impersonatedUser',
  'sourceIPs',
  'objectRef',
  'responseStatus',
  'requestObject',
  'responseObject',
  'annotations',
]);

function rowEvent(row: JsonObject): JsonObject {
  const event: JsonObject = { kind: 'Event', apiVersion: 'audit.k8s.io/v1' };
  for (const [column, member] of COLUMNS) {
    const value: Json | undefined = SHAPED.has(member) ? unwrapped(row[column]) : row[column];
    if (value !== undefined && value !== null && value !== '') event[member] = value;
  }
  return event;
}
