/** The catalogue of fields that a rule can read: type, meaning, sources, audit level and stage, and trust of each. */
import { EVENT_SOURCES } from '../contract/event';
import type { EventSource } from '../contract/event';
import { entry, formatPath } from './field-entry';
import type { Details, Entry, FieldSpec, FieldType } from './field-entry';
import { EVENT_ACTIONS, EVENT_RESULTS, EVENT_TYPES, TRUSTS } from './event-words';
import { nearestPaths } from './nearest-paths';
import { SOURCE_ENTRIES } from './source-fields';

export type { FieldSpec, FieldType, RecordedLevel, RecordedStage } from './field-entry';

const LOGIN: readonly EventSource[] = ['host-auth', 'auth', 'journal'];
const AUDIT: readonly EventSource[] = ['kubernetes-audit'];
/** Logs of applications and tools, most of them read from the standard output of pods. */
const TOOLS: readonly EventSource[] = ['security-event', 'network', 'ingress', 'dns'];
const PODS: readonly EventSource[] = ['container', ...TOOLS];
const LOGS: readonly EventSource[] = [...PODS, ...LOGIN];
const PEOPLE: readonly EventSource[] = [...AUDIT, ...LOGIN, 'security-event', 'ingress'];
const PEERS: readonly EventSource[] = [...AUDIT, ...LOGIN, ...TOOLS];
const OBJECTS: readonly EventSource[] = [...AUDIT, 'security-event', 'network'];

function event(name: string, type: FieldType, meaning: string, details: Details = {}): Entry {
  return entry(`event.${name}`, type, meaning, {
    sources: EVENT_SOURCES,
    level: 'Metadata',
    stage: 'ResponseStarted',
    ...details,
  });
}

function audit(name: string | readonly string[], type: FieldType, meaning: string, details: Details = {}): Entry {
  const segments = typeof name === 'string' ? name.split('.') : name;
  return entry(['audit', ...segments], type, meaning, { level: 'Metadata', stage: 'RequestReceived', ...details });
}

const EVENT_ENTRIES: readonly Entry[] = [
  event('time', 'string', 'RFC 3339 time of the event; of an API request, of the stage that carried the outcome'),
  event('source', 'string', 'where the record comes from', { values: EVENT_SOURCES }),
  event('cluster', 'string', 'name of the cluster, as given to the stack'),
  event('node', 'string', 'node or host that wrote the record'),
  event('id', 'string', 'identity of the request or line; holds the audit id, which the client may choose', {
    trust: 'client',
  }),
  event('type', 'string', 'kind of event', { values: EVENT_TYPES }),
  event(
    'action',
    'string',
    'what was done; of writes to roles and bindings, known only where the audit policy records their body',
    { values: EVENT_ACTIONS, sources: PEERS },
  ),
  event('result', 'string', 'outcome', { values: EVENT_RESULTS }),
  event('reason', 'string', 'why, in short; quotes names that the client chose', { trust: 'client', sources: PEERS }),
  event('user', 'string', 'the authenticated user; of a failed login or in an access log, the name as claimed', {
    trust: 'authenticated',
    sources: PEOPLE,
  }),
  event('user_trust', 'string', 'who vouches for event.user: client while it was only claimed', {
    values: TRUSTS,
    sources: PEOPLE,
  }),
  event('groups', 'string-list', 'groups of the authenticated user', { trust: 'authenticated', sources: AUDIT }),
  event('impersonated_user', 'string', 'the user that event.user acted as', { trust: 'authenticated', sources: AUDIT }),
  event(
    'source_ip',
    'string',
    'address of the peer, or of the last hop before the trusted proxies; in the default format of Envoy, which names no peer, the last hop that it was told of',
    { sources: PEERS },
  ),
  event('user_agent', 'string', 'program that the client claims to be', {
    trust: 'client',
    sources: [...AUDIT, 'ingress'],
  }),
  event('object', 'any', 'the object of the request, or that a tool reports about', {
    trust: 'authenticated',
    sources: OBJECTS,
  }),
  event('object.group', 'string', 'API group; the empty string is the core group', {
    trust: 'authenticated',
    sources: OBJECTS,
  }),
  event('object.resource', 'string', 'resource, in plural', { trust: 'authenticated', sources: OBJECTS }),
  event('object.subresource', 'string', 'subresource, such as exec', { trust: 'authenticated', sources: AUDIT }),
  event('object.namespace', 'string', 'namespace', { trust: 'authenticated', sources: OBJECTS }),
  event('object.name', 'string', 'name of the object', { trust: 'authenticated', sources: OBJECTS }),
  event('failure_count', 'number', 'failures of this type in the window, by user or by address, this one included', {
    sources: PEERS,
  }),
];

/** The members that `user` and `impersonatedUser` share. */
function userEntries(key: string, who: string): Entry[] {
  const details: Details = { trust: 'authenticated' };
  return [
    audit(key, 'any', who, details),
    audit(`${key}.username`, 'string', `${who}: name`, details),
    audit(`${key}.uid`, 'string', `${who}: uid`, details),
    audit(`${key}.groups`, 'string-list', `${who}: groups`, details),
    audit(`${key}.extra`, 'any', `${who}: further facts, each a list of texts`, { ...details, open: 'tree' }),
  ];
}

const AUDIT_ENTRIES: readonly Entry[] = [
  audit('kind', 'string', 'always Event', { values: ['Event'] }),
  audit('apiVersion', 'string', 'always audit.k8s.io/v1', { values: ['audit.k8s.io/v1'] }),
  audit('level', 'string', 'audit level', { values: ['Metadata', 'Request', 'RequestResponse'] }),
  audit('auditID', 'string', 'id of the request, taken from the client where it sent one', { trust: 'client' }),
  audit('stage', 'string', 'stage of the request; RequestReceived never reaches a rule', {
    values: ['ResponseStarted', 'ResponseComplete', 'Panic'],
  }),
  audit('requestURI', 'string', 'path and query as sent', { trust: 'client' }),
  audit('verb', 'string', 'request verb; of a path that is no resource, the HTTP method in lower case'),
  ...userEntries('user', 'the authenticated caller'),
  ...userEntries('impersonatedUser', 'the user the caller acts as'),
  audit('authenticationMetadata', 'any', 'facts about the authentication'),
  audit('authenticationMetadata.impersonationConstraint', 'string', 'verb of a constrained impersonation (1.35)'),
  audit('sourceIPs', 'string-list', 'forwarded addresses as claimed, then the peer; all but the last can be forged', {
    trust: 'client',
  }),
  audit('userAgent', 'string', 'program that the client claims to be', { trust: 'client' }),
  audit('objectRef', 'any', 'the object of the request', { trust: 'authenticated' }),
  ...['resource', 'namespace', 'name', 'uid', 'apiGroup', 'apiVersion', 'resourceVersion', 'subresource'].map((key) =>
    audit(`objectRef.${key}`, 'string', `the object of the request: ${key}`, { trust: 'authenticated' }),
  ),
  audit('responseStatus', 'any', 'the answer', { stage: 'ResponseStarted' }),
  audit('responseStatus.metadata', 'any', 'list metadata of the answer', { stage: 'ResponseStarted', open: 'tree' }),
  audit('responseStatus.status', 'string', 'Success or Failure', { stage: 'ResponseStarted' }),
  audit('responseStatus.message', 'string', 'the answer in words; quotes names that the client chose', {
    stage: 'ResponseStarted',
    trust: 'client',
  }),
  audit('responseStatus.reason', 'string', 'machine-readable reason, such as Forbidden', { stage: 'ResponseStarted' }),
  audit('responseStatus.code', 'number', 'HTTP status code', { stage: 'ResponseStarted' }),
  audit('responseStatus.details', 'any', 'details of a failure', {
    stage: 'ResponseStarted',
    trust: 'client',
    open: 'tree',
  }),
  audit('requestObject', 'any', 'body of the request, before defaults and admission', {
    level: 'Request',
    stage: 'ResponseComplete',
    trust: 'authenticated',
    open: 'tree',
  }),
  audit('responseObject', 'any', 'body of the answer: the object as stored, or a Status', {
    level: 'RequestResponse',
    stage: 'ResponseComplete',
    trust: 'authenticated',
    open: 'tree',
  }),
  audit('requestReceivedTimestamp', 'string', 'when the request came in'),
  audit('stageTimestamp', 'string', 'when the stage was reached'),
  audit('annotations', 'any', 'what the request chain noted', { stage: 'ResponseStarted', open: 'keys' }),
  audit(['annotations', 'authorization.k8s.io/decision'], 'string', 'answer of the authorizer', {
    stage: 'ResponseStarted',
    values: ['allow', 'forbid'],
  }),
  audit(['annotations', 'authorization.k8s.io/reason'], 'string', 'the binding that allowed the request', {
    stage: 'ResponseStarted',
  }),
];

const LOG_ENTRIES: readonly Entry[] = [
  entry('log', 'any', 'the record as the source wrote it', { sources: LOGS, trust: 'client', open: 'tree' }),
  entry('log.message', 'string', 'the line', { sources: LOGS, trust: 'client' }),
  entry('log.parsed', 'any', 'what the line spells, where that is a JSON object or a record of auditd', {
    sources: LOGS,
    trust: 'client',
    open: 'tree',
  }),
  entry('log.stream', 'string', 'stdout or stderr', { sources: PODS, values: ['stdout', 'stderr'] }),
  entry('kubernetes', 'any', 'pod metadata, taken from the path of the log file', { sources: PODS }),
  ...['namespace_name', 'pod_name', 'pod_id', 'container_name'].map((key) =>
    entry(`kubernetes.${key}`, 'string', `the pod that logged: ${key}`, { sources: PODS }),
  ),
  entry('kubernetes.restart_count', 'any', 'restarts of the container before this line', { sources: PODS }),
  entry('kubernetes.labels', 'any', 'labels of the pod', {
    sources: PODS,
    trust: 'authenticated',
    open: 'keys',
  }),
  entry('host', 'any', 'host facts of a line of the host', { sources: LOGIN }),
  entry('host.name', 'string', 'host that wrote the line', { sources: LOGIN }),
  entry('host.process', 'string', 'program that wrote the line', { sources: LOGIN }),
  entry('host.pid', 'number', 'process id of that program', { sources: LOGIN }),
];

const ENTRIES: readonly Entry[] = [...EVENT_ENTRIES, ...SOURCE_ENTRIES, ...AUDIT_ENTRIES, ...LOG_ENTRIES];

/** Every field with a fixed name. */
export const FIELDS: readonly FieldSpec[] = ENTRIES;

/** Segments can hold dots, so that the key joins them with a character that no text of a rule holds. */
const keyOf = (segments: readonly string[]): string => segments.join('\u0000');

const BY_KEY: ReadonlyMap<string, Entry> = new Map(ENTRIES.map((each) => [keyOf(each.segments), each]));

/** The field at a path, also below an open one such as `audit.requestObject`; undefined where no event has it. */
export function lookupField(segments: readonly string[]): FieldSpec | undefined {
  const exact = BY_KEY.get(keyOf(segments));
  if (exact !== undefined) return exact;
  for (let length = segments.length - 1; length > 0; length--) {
    const parent = BY_KEY.get(keyOf(segments.slice(0, length)));
    if (parent === undefined) continue;
    const isBelow = parent.open === 'tree' || (parent.open === 'keys' && length === segments.length - 1);
    return isBelow ? memberOf(parent, segments) : undefined;
  }
  return undefined;
}

function memberOf(parent: Entry, segments: readonly string[]): FieldSpec {
  const { sources, trust, level, stage } = parent;
  return {
    path: formatPath(segments),
    type: 'any',
    meaning: `below ${parent.path}: ${parent.meaning}`,
    sources,
    trust,
    ...(level === undefined ? {} : { level }),
    ...(stage === undefined ? {} : { stage }),
  };
}

const PATHS: readonly string[] = FIELDS.map((field) => field.path);

/** Up to three fields that somebody who wrote `path` may have meant, best first. */
export function nearestFields(path: string): string[] {
  return nearestPaths(path, PATHS);
}
