/** The facts of an audit event on which its classification rests, read once. */
import type { Json, JsonObject } from '../contract/event';
import { asObject, asText, isObject, textOf } from './json';

export interface AuditRequest {
  readonly record: JsonObject;
  /** `ResponseComplete` where the record names none. */
  readonly stage: string;
  readonly level: string;
  readonly verb: string;
  /** Status code of the answer. */
  readonly code: number | undefined;
  /** `allow` or `forbid`; undefined where no authorizer was asked. */
  readonly decision: string | undefined;
  readonly annotations: JsonObject | undefined;
  /** The object of a request for a resource. */
  readonly objectRef: JsonObject | undefined;
  /** Empty for the core group. */
  readonly group: string;
  /** Empty where the path is no resource. */
  readonly resource: string;
  readonly subresource: string;
}

const DECISION_ANNOTATION = 'authorization.k8s.io/decision';
export const REASON_ANNOTATION = 'authorization.k8s.io/reason';
export const TRUNCATED_ANNOTATION = 'audit.k8s.io/truncated';

const STAGES: readonly string[] = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'];
/** What is wrong with the shape of an audit event; undefined where nothing is. */
export function auditProblem(record: JsonObject): string | undefined {
  const { verb, stage } = record;
  if (verb === undefined ? namesNothing(record) : typeof verb !== 'string') return 'audit event: verb is not a string';
  if (stage !== undefined && (typeof stage !== 'string' || !STAGES.includes(stage))) {
    return 'audit event: stage is none of the four';
  }
  const key = notAnObject(record);
  return key === undefined ? undefined : `audit event: ${key} is not an object`;
}

/** The first member that the API server writes as an object and that is something else. */
function notAnObject(record: JsonObject): string | undefined {
  if (!isObjectOrNone(record['user'])) return 'user';
  if (!isObjectOrNone(record['impersonatedUser'])) return 'impersonatedUser';
  if (!isObjectOrNone(record['objectRef'])) return 'objectRef';
  if (!isObjectOrNone(record['responseStatus'])) return 'responseStatus';
  return isObjectOrNone(record['annotations']) ? undefined : 'annotations';
}

function isObjectOrNone(value: Json | undefined): boolean {
  return value === undefined || value === null || isObject(value);
}

function namesNothing(record: JsonObject): boolean {
  return record['requestURI'] === undefined && record['objectRef'] === undefined;
}

/** The facts of a record without `auditProblem`. */
export function auditRequest(record: JsonObject): AuditRequest {
  const objectRef = asObject(record['objectRef']);
  const annotations = asObject(record['annotations']);
  const code = asObject(record['responseStatus'])?.['code'];
  return {
    record,
    stage: asText(record['stage']) ?? 'ResponseComplete',
    level: textOf(record['level']),
    verb: textOf(record['verb']),
    code: typeof code === 'number' ? code : undefined,
    decision: asText(annotations?.[DECISION_ANNOTATION]),
    annotations,
    objectRef,
    group: textOf(objectRef?.['apiGroup']),
    resource: textOf(objectRef?.['resource']),
    subresource: textOf(objectRef?.['subresource']),
  };
}

/** Requests whose body streams: they answer when they start, and no audit level records a body of them. */
export function isStreaming(request: AuditRequest): boolean {
  switch (request.verb) {
    case 'watch':
    case 'proxy':
      return true;
    default:
      return request.subresource === 'log' || isConnection(request);
  }
}

/** Subresources that connect the caller to a container or a server behind the API server. */
export function isConnection(request: AuditRequest): boolean {
  switch (request.subresource) {
    case 'exec':
    case 'attach':
    case 'portforward':
    case 'proxy':
      return true;
    default:
      return false;
  }
}
