/** Audit log of GKE: entries of Google Cloud's audit logging → audit.k8s.io/v1 events. */
import type { Json, JsonObject } from '../../contract/event';
import { asNumber, asObject, asText, textOf } from '../json';
import { gkeResource } from './gke-resource';
import type { ManagedEvent, ManagedReading } from './managed-reading';
import { gathered } from './managed-reading';

const SERVICE = 'k8s.io';
const DECISION = 'authorization.k8s.io/decision';
const GROUPS = ['audit.user.groups', 'event.groups'];

export function isGkeRecord(record: JsonObject): boolean {
  return asObject(record['protoPayload'])?.['methodName'] !== undefined;
}

/** Entries of other services, such as of the one that manages clusters, come the same way. */
export function readGke(entry: JsonObject): ManagedReading {
  const payload = asObject(entry['protoPayload']);
  const isAudit = payload !== undefined && payload['serviceName'] === SERVICE && payload['methodName'] !== undefined;
  return gathered(clusterOf(entry), [isAudit ? auditOf(entry, payload) : 'ignored']);
}

function clusterOf(entry: JsonObject): string | undefined {
  const labels = asObject(asObject(entry['resource'])?.['labels']);
  const [project, location, name] = ['project_id', 'location', 'cluster_name'].map((key) => textOf(labels?.[key]));
  return name === '' ? undefined : `projects/${project ?? ''}/locations/${location ?? ''}/clusters/${name ?? ''}`;
}

function auditOf(entry: JsonObject, payload: JsonObject): ManagedEvent {
  const inferred = ['audit.level', 'audit.stage', 'audit.requestURI'];
  const unrecorded: string[] = [];
  const method = textOf(payload['methodName']);
  const verb = method.slice(method.lastIndexOf('.') + 1);
  const { objectRef, uri } = gkeResource(textOf(payload['resourceName']));
  const request = bodyOf(payload['request']);
  const response = bodyOf(payload['response']);
  const responseStatus = statusOf(payload, verb, inferred);
  const metadata = asObject(payload['requestMetadata']);
  const audit: JsonObject = {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: response !== undefined ? 'RequestResponse' : request !== undefined ? 'Request' : 'Metadata',
    auditID: textOf(entry['insertId']),
    stage: 'ResponseComplete',
    requestURI: uri,
    verb,
    user: userOf(asObject(payload['authenticationInfo']), inferred, unrecorded),
    responseStatus,
    requestReceivedTimestamp: textOf(entry['timestamp']),
    annotations: annotationsOf(entry, payload, responseStatus, inferred),
  };
  const address = asText(metadata?.['callerIp'] ?? metadata?.['callerIP']);
  const agent = asText(metadata?.['callerSuppliedUserAgent']);
  if (address !== undefined) audit['sourceIPs'] = [address];
  if (agent !== undefined) audit['userAgent'] = agent;
  if (objectRef !== undefined) audit['objectRef'] = objectRef;
  if (request !== undefined) audit['requestObject'] = request;
  if (response !== undefined) audit['responseObject'] = response;
  return { audit, inferred, unrecorded };
}

/** The body without the type that the logging adds. */
function bodyOf(value: Json | undefined): JsonObject | undefined {
  const body = asObject(value);
  if (body === undefined) return undefined;
  return Object.fromEntries(Object.entries(body).filter(([key]) => key !== '@type'));
}

/** Codes of gRPC, as which the answers of the API server are logged. */
const HTTP_CODES: ReadonlyMap<number, number> = new Map([
  [3, 400],
  [5, 404],
  [6, 409],
  [7, 403],
  [8, 429],
  [9, 412],
  [10, 409],
  [13, 500],
  [14, 503],
  [16, 401],
]);
const OK = 200;
const CREATED = 201;

/** The answer itself where it was a Status, else what the entry's own status stands for. */
function statusOf(payload: JsonObject, verb: string, inferred: string[]): JsonObject {
  const response = asObject(payload['response']);
  const isStatus = response?.['@type'] === 'core.k8s.io/v1.Status';
  if (isStatus && typeof response['code'] === 'number') return bodyOf(response) ?? {};
  const status = asObject(payload['status']);
  const code = asNumber(status?.['code']) ?? 0;
  inferred.push('audit.responseStatus.code');
  if (code === 0) return { metadata: {}, code: verb === 'create' ? CREATED : OK };
  const message = asText(status?.['message']);
  const http = HTTP_CODES.get(code) ?? 500;
  return { metadata: {}, status: 'Failure', code: http, ...(message === undefined ? {} : { message }) };
}

const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):[^:]+$/;

/** Groups are not logged. Of service accounts and of nobody they are known; of anybody else they are unknown. */
function userOf(who: JsonObject | undefined, inferred: string[], unrecorded: string[]): JsonObject {
  const names = [who?.['principalEmail'], who?.['principalSubject'], who?.['authoritySelector']];
  const username = names.map(textOf).find((name) => name !== '');
  if (username === undefined) return {};
  const groups = groupsOf(username);
  if (groups === undefined) {
    unrecorded.push(...GROUPS);
    return { username };
  }
  inferred.push('audit.user.groups');
  return { username, groups };
}

function groupsOf(username: string): string[] | undefined {
  if (username === 'system:anonymous') return ['system:unauthenticated'];
  const namespace = SERVICE_ACCOUNT.exec(username)?.[1];
  if (namespace === undefined) return undefined;
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
}

/** The labels are the API server's annotations. Without a decision among them the entry's own says whether it allowed. */
function annotationsOf(entry: JsonObject, payload: JsonObject, status: JsonObject, inferred: string[]): JsonObject {
  const labels = asObject(entry['labels']) ?? {};
  if (labels[DECISION] !== undefined) return labels;
  const checks = payload['authorizationInfo'];
  const isGranted = Array.isArray(checks) && checks.some((check) => asObject(check)?.['granted'] === true);
  const isRefused = Array.isArray(checks) && checks.some((check) => asObject(check)?.['granted'] === false);
  if (!isGranted && !(isRefused && status['code'] === 403)) return labels;
  inferred.push(`audit.annotations["${DECISION}"]`);
  return { ...labels, [DECISION]: isGranted ? 'allow' : 'forbid' };
}
