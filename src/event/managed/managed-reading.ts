/** What a record of a managed cluster's audit log holds, in the terms of the API server. */
import type { Json, JsonObject } from '../../contract/event';

/** An audit.k8s.io/v1 Event, and what of it was not in the provider's record. */
export interface ManagedEvent {
  readonly audit: JsonObject;
  /** Paths of values that were derived from others. */
  readonly inferred: readonly string[];
  /** Paths of values that the provider leaves out and that cannot be derived. */
  readonly unrecorded: readonly string[];
}

export interface ManagedReading {
  /** As the provider names it. */
  readonly cluster: string | undefined;
  readonly events: readonly ManagedEvent[];
  /** Lines of other logs that come the same way. */
  readonly ignored: number;
  /** Audit events that the provider cut off, so that they cannot be read. */
  readonly dropped: number;
  /** Ids of those, where the id was not cut off. Whoever makes a request large enough hides what else it was. */
  readonly truncatedAuditIds: readonly string[];
}

/** One line of the audit log. */
export type ManagedLine = ManagedEvent | 'ignored' | { readonly cutId: string | undefined };

export const WHOLE: Omit<ManagedEvent, 'audit'> = { inferred: [], unrecorded: [] };

export function gathered(cluster: string | undefined, lines: readonly ManagedLine[]): ManagedReading {
  const events: ManagedEvent[] = [];
  const truncatedAuditIds: string[] = [];
  let ignored = 0;
  let dropped = 0;
  for (const line of lines) {
    if (line === 'ignored') ignored++;
    else if ('audit' in line) events.push(line);
    else {
      dropped++;
      if (line.cutId !== undefined) truncatedAuditIds.push(line.cutId);
    }
  }
  return { cluster, events, ignored, dropped, truncatedAuditIds };
}

/** The id stands near the front of an event, which is all that is looked at. */
const FRONT = 4096;
const AUDIT_ID = /"auditID"\s*:\s*"([^"\\]{1,100})"/;

/** What is left of an event whose text does not parse; text that never was one is another log's. */
export function brokenLine(text: string): ManagedLine {
  if (!text.trimStart().startsWith('{')) return 'ignored';
  return { cutId: AUDIT_ID.exec(text.slice(0, FRONT))?.[1] };
}

/** JSON inside JSON: the value that a text spells, and any other value as it is. */
export function unwrapped(value: Json | undefined): Json | undefined {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}
