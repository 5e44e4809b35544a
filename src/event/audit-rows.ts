/** What an API request becomes: type, action and result, by the first row of the table that fits. */
import type { EventResult, EventType, JsonObject } from '../contract/event';
import type { AuditRequest } from './audit-request';
import { isDryRun } from './dry-run';
import { asObject } from './json';
import { isRefusal, resultOf } from './outcome';
import { isBinding, isRbacResource, reachesBeyond } from './rbac-reach';
import type { RbacResource } from './rbac-reach';

export interface AuditRow {
  readonly type: EventType;
  /** Absent where no action of the list fits, and where it is unknown. */
  readonly action?: string;
  /** The action hangs on a body that was not recorded. */
  readonly isActionUnknown?: true;
  readonly result: EventResult;
}

const UNAUTHORIZED = 401;
const FORBIDDEN = 403;

const LOGIN_REFUSED: AuditRow = { type: 'authentication', action: 'login', result: 'failure' };
const IMPERSONATION_REFUSED: AuditRow = { type: 'authorization', action: 'impersonate', result: 'failure' };
const DENIED: AuditRow = { type: 'authorization', action: 'deny', result: 'failure' };
const DRY_RUN: AuditRow = { type: 'access', action: 'dry-run', result: 'unknown' };
const ESCALATION_REFUSED: AuditRow = { type: 'authorization', action: 'escalate', result: 'failure' };

export function auditRow(request: AuditRequest): AuditRow {
  return (
    refusedRow(request) ??
    dryRunRow(request) ??
    rbacRow(request) ??
    issueRow(request) ??
    execRow(request) ??
    plainRow(request)
  );
}

/**
 * The answers of the request chain before the request itself. A 401 behind the decision `allow` is the answer of a
 * server that was proxied to: the caller had logged in here.
 */
function refusedRow(request: AuditRequest): AuditRow | undefined {
  if (request.code === UNAUTHORIZED) return request.decision === 'allow' ? undefined : LOGIN_REFUSED;
  if (request.code !== FORBIDDEN) return undefined;
  if (request.decision === undefined) return IMPERSONATION_REFUSED;
  return request.decision === 'forbid' ? DENIED : undefined;
}

function dryRunRow(request: AuditRequest): AuditRow | undefined {
  return !isRefusal(request.code) && isDryRun(request) ? DRY_RUN : undefined;
}

function rbacRow(request: AuditRequest): AuditRow | undefined {
  const { group, resource } = request;
  if (!isRbacResource(group, resource) || request.subresource !== '') return undefined;
  switch (request.verb) {
    case 'create':
    case 'update':
      return rbacWrite(request, resource, asObject(request.record['requestObject']));
    case 'patch':
      return rbacWrite(request, resource, storedObject(request));
    case 'delete':
    case 'deletecollection':
      return { type: 'authorization', action: 'revoke', result: resultOf(request.code) };
    default:
      return undefined;
  }
}

/** The patched object; the answer to a patch that failed is a Status, which says nothing about it. */
function storedObject(request: AuditRequest): JsonObject | undefined {
  const body = asObject(request.record['responseObject']);
  return body?.['kind'] === 'Status' ? undefined : body;
}

function rbacWrite(request: AuditRequest, resource: RbacResource, written: JsonObject | undefined): AuditRow {
  if (request.code === FORBIDDEN && request.decision === 'allow') return ESCALATION_REFUSED;
  const result = resultOf(request.code);
  if (written === undefined) return { type: 'authorization', isActionUnknown: true, result };
  const ordinary = isBinding(resource) ? 'bind' : 'grant';
  return { type: 'authorization', action: reachesBeyond(resource, written) ? 'escalate' : ordinary, result };
}

function issueRow(request: AuditRequest): AuditRow | undefined {
  const isIssue =
    request.subresource === 'token' ? isTokenRequest(request) : request.subresource === 'approval' && approves(request);
  return isIssue ? { type: 'authorization', action: 'issue', result: resultOf(request.code) } : undefined;
}

function isTokenRequest(request: AuditRequest): boolean {
  return request.group === '' && request.resource === 'serviceaccounts' && request.verb === 'create';
}

/** A refusal goes through the same subresource; a recorded body tells them apart. */
function approves(request: AuditRequest): boolean {
  if (request.group !== 'certificates.k8s.io' || request.resource !== 'certificatesigningrequests') return false;
  if (request.verb !== 'update' && request.verb !== 'patch') return false;
  const body = asObject(request.record['responseObject']) ?? asObject(request.record['requestObject']);
  const conditions = asObject(body?.['status'])?.['conditions'];
  if (!Array.isArray(conditions) || conditions.length === 0) return true;
  return conditions.some((condition) => asObject(condition)?.['type'] === 'Approved');
}

/** Connections of any API group: an aggregated server's `portforward` leads into a container like the core one. */
function execRow(request: AuditRequest): AuditRow | undefined {
  const action = request.verb === 'proxy' ? 'proxy' : execAction(request);
  return action === undefined ? undefined : { type: 'exec', action, result: resultOf(request.code) };
}

function execAction(request: AuditRequest): string | undefined {
  switch (request.subresource) {
    case 'exec':
    case 'attach':
    case 'proxy':
      return request.subresource;
    case 'portforward':
      return 'port-forward';
    case 'ephemeralcontainers':
      return request.verb === 'get' ? undefined : 'debug';
    default:
      return undefined;
  }
}

/** HTTP methods stand for verbs where the path is no resource. */
const PLAIN: ReadonlyMap<string, { readonly type: EventType; readonly action: string }> = new Map([
  ['get', { type: 'access', action: 'get' }],
  ['list', { type: 'access', action: 'list' }],
  ['watch', { type: 'access', action: 'watch' }],
  ['head', { type: 'access', action: 'get' }],
  ['options', { type: 'access', action: 'get' }],
  ['create', { type: 'change', action: 'create' }],
  ['update', { type: 'change', action: 'update' }],
  ['patch', { type: 'change', action: 'patch' }],
  ['delete', { type: 'change', action: 'delete' }],
  ['deletecollection', { type: 'change', action: 'deletecollection' }],
  ['post', { type: 'change', action: 'create' }],
  ['put', { type: 'change', action: 'update' }],
]);

/** A verb of no row (an unknown HTTP method has the empty one) has no action. */
function plainRow(request: AuditRequest): AuditRow {
  const result = resultOf(request.code);
  const plain = PLAIN.get(request.verb);
  return plain === undefined ? { type: 'access', result } : { type: plain.type, action: plain.action, result };
}
