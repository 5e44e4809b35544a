/** Which parts of an audit event were not recorded, as opposed to parts that the request never had. */
import type { Json } from '../contract/event';
import type { AuditRequest } from './audit-request';
import { TRUNCATED_ANNOTATION, isStreaming } from './audit-request';
import type { AuditRow } from './audit-rows';

const REQUEST = 1;
const RESPONSE = 2;
const ACTION = 4;

const PATHS = ['audit.requestObject', 'audit.responseObject', 'event.action'];

/** By the bits above, made once: events share them. */
const GAPS: readonly (readonly string[])[] = Array.from({ length: 8 }, (_, bits) =>
  PATHS.filter((_path, i) => (bits & (1 << i)) !== 0),
);

const NONE: readonly string[] = [];

/** Paths that are unknown in this event rather than absent. */
export function auditGaps(request: AuditRequest, row: AuditRow): readonly string[] {
  const bodies = missingBodies(request);
  return GAPS[bodies | (row.isActionUnknown === true ? ACTION : 0)] ?? NONE;
}

/** Bits of the bodies that this kind of request has and the record lacks. */
function missingBodies(request: AuditRequest): number {
  if (request.annotations?.[TRUNCATED_ANNOTATION] === 'true') return REQUEST | RESPONSE;
  if (request.resource === '' || isStreaming(request)) return 0;
  const { record } = request;
  const isRequestMissing = isMissing(record['requestObject']) && lacksRequestBody(request);
  const isResponseMissing =
    isMissing(record['responseObject']) && hasResponseBody(request.verb) && request.level !== 'RequestResponse';
  return (isRequestMissing ? REQUEST : 0) | (isResponseMissing ? RESPONSE : 0);
}

function isMissing(body: Json | undefined): boolean {
  return body === undefined || body === null;
}

/** A write without its body lacks it at any level; a deletion may have been sent without one, which Request shows. */
function lacksRequestBody(request: AuditRequest): boolean {
  switch (request.verb) {
    case 'create':
    case 'update':
    case 'patch':
      return true;
    case 'delete':
    case 'deletecollection':
      return request.level !== 'Request' && request.level !== 'RequestResponse';
    default:
      return false;
  }
}

function hasResponseBody(verb: string): boolean {
  switch (verb) {
    case 'get':
    case 'list':
    case 'create':
    case 'update':
    case 'patch':
    case 'delete':
    case 'deletecollection':
      return true;
    default:
      return false;
  }
}
