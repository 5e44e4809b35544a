/** Builds audit events for tests: a plausible request, with what a test is about laid over it. */
import type { Json, JsonObject, SecurityEvent } from '../../src/contract/event';
import { RecordReader } from '../../src/event/record-reader';
import type { ReadResult, RecordReaderOptions } from '../../src/event/record-reader';

export const RECEIVED_US = Date.UTC(2026, 2, 14, 12) * 1000;

export const ALLOW = { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': 'RBAC: allowed' };
export const FORBID = { 'authorization.k8s.io/decision': 'forbid', 'authorization.k8s.io/reason': '' };

/** A list of pods that succeeded; `changes` replace members, `undefined` takes one out. */
export function auditEvent(changes: Readonly<Record<string, Json | undefined>> = {}): JsonObject {
  const event: Record<string, Json | undefined> = {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: '2f8a6c1e-5b7d-4c3a-9f10-000000000001',
    stage: 'ResponseComplete',
    requestURI: '/api/v1/namespaces/shop/pods',
    verb: 'list',
    user: { username: 'bob@example.com', groups: ['developers', 'system:authenticated'] },
    sourceIPs: ['10.20.0.15'],
    userAgent: 'kubectl/v1.33.1',
    objectRef: { resource: 'pods', namespace: 'shop', apiVersion: 'v1' },
    responseStatus: { metadata: {}, code: 200 },
    requestReceivedTimestamp: '2026-03-14T09:00:00.000100Z',
    stageTimestamp: '2026-03-14T09:00:00.004200Z',
    annotations: ALLOW,
    ...changes,
  };
  return Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined)) as JsonObject;
}

/** An object of an RBAC kind, as `objectRef` names it. */
export function rbacRef(resource: string): JsonObject {
  return { resource, name: 'x', apiGroup: 'rbac.authorization.k8s.io', apiVersion: 'v1' };
}

export function status(code: number, more: JsonObject = {}): JsonObject {
  return { metadata: {}, code, ...more };
}

export function readOne(record: Json, options: RecordReaderOptions = {}): ReadResult {
  return new RecordReader(options).readValue(record, RECEIVED_US);
}

/** The only event of a record. */
export function eventOf(record: Json, options: RecordReaderOptions = {}): SecurityEvent {
  const result = readOne(record, options);
  if (result.kind !== 'events' || result.events.length !== 1) throw new Error(JSON.stringify(result));
  return result.events[0]!;
}
