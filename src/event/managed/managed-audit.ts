/** Audit logs of managed clusters → normalised events. */
import type { JsonObject, SecurityEvent } from '../../contract/event';
import type { LogFormat } from '../../contract/record';
import type { AuditContext } from '../kubernetes-audit';
import { readAuditEvent } from '../kubernetes-audit';
import { NO_EVENT, malformed } from '../read-result';
import type { ReadResult } from '../read-result';
import { isAksRecord, readAks } from './aks';
import { isEksRecord, readEks } from './eks';
import { isGkeRecord, readGke } from './gke';
import type { ManagedEvent, ManagedReading } from './managed-reading';

/** Reads a record of the named format, or of the one whose shape it has; undefined where it has none. */
export function readManagedRecord(record: JsonObject, format: LogFormat | undefined): ManagedReading | undefined {
  if (format === 'gke' || (format === undefined && isGkeRecord(record))) return readGke(record);
  if (format === 'eks' || (format === undefined && isEksRecord(record))) return readEks(record);
  if (format === 'aks' || (format === undefined && isAksRecord(record))) return readAks(record);
  return undefined;
}

/**
 * `context.cluster` is the name given to the stack. Without it the cluster has the name that its provider gives it, and
 * `fallback` where that gives none.
 */
export function readManagedAudit(
  { cluster, ...reading }: ManagedReading,
  context: AuditContext,
  fallback?: string,
): ReadResult {
  const named = { ...context, cluster: context.cluster ?? cluster ?? fallback };
  const events: SecurityEvent[] = [];
  let rejected = reading.dropped;
  let last: ReadResult = NO_EVENT;
  for (const managed of reading.events) {
    last = readAuditEvent(managed.audit, named);
    if (last.kind === 'events') events.push(...last.events.map((event) => marked(event, managed)));
    else if (last.kind !== 'ignored') rejected++;
  }
  if (events.length > 0) return rejected === 0 ? { kind: 'events', events } : { kind: 'events', events, rejected };
  if (reading.dropped > 0) return malformed('managed audit log: an event was cut off');
  return rejected > 0 ? malformed('managed audit log: no item is an event') : last;
}

function marked(event: SecurityEvent, { inferred, unrecorded }: ManagedEvent): SecurityEvent {
  if (inferred.length === 0 && unrecorded.length === 0) return event;
  return {
    ...event,
    unrecorded: [...new Set([...event.unrecorded, ...unrecorded])],
    event: inferred.length === 0 ? event.event : { ...event.event, inferred: [...inferred] },
  };
}
