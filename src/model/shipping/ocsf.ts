/** Records as events of the Open Cybersecurity Schema Framework. */
import { KINDS, LINE, READINGS } from './readings';
import { field, first, lookup, list, read, value } from './record-table';
import type { RecordKind, RecordSource, RecordTable } from './record-table';

/** Version of the schema that the events follow. */
export const OCSF_VERSION = '1.3.0';

type Fields = Readonly<Record<string, RecordSource>>;

interface EventClass {
  readonly uid: number;
  readonly name: string;
  readonly category: number;
  readonly activity: RecordSource;
  /** `class_uid * 100 + activity_id`. */
  readonly type: RecordSource;
}

function eventClass(category: number, uid: number, name: string, activity: RecordSource): EventClass {
  return { category, uid, name, activity, type: typeOf(uid, activity) };
}

/** The type of an event is its class and activity in one number; both are told apart by the same source. */
function typeOf(uid: number, activity: RecordSource): RecordSource {
  const number = (id: unknown): number => uid * 100 + Number(id);
  if ('value' in activity) return value(number(activity.value));
  if (!('lookup' in activity)) throw new Error('an activity is a fixed value or looked up');
  const types = Object.entries(activity.in).map(([key, id]) => [key, number(id)]);
  return lookup(activity.lookup, Object.fromEntries(types) as Record<string, number>, number(activity.otherwise));
}

interface Product {
  readonly name: string;
  readonly vendor: string;
  readonly log: string;
}

function common(of: EventClass, product: Product): Fields {
  return {
    time: { time: true },
    class_uid: value(of.uid),
    class_name: value(of.name),
    category_uid: value(of.category),
    activity_id: of.activity,
    type_uid: of.type,
    severity_id: value(1),
    'metadata.version': value(OCSF_VERSION),
    'metadata.product.name': value(product.name),
    'metadata.product.vendor_name': value(product.vendor),
    'metadata.log_name': value(product.log),
    'metadata.labels': list({ join: [value('cluster'), field('siem.cluster')], with: '=' }),
    raw_data: { record: true },
  };
}

function observable(name: string, typeId: number, of: RecordSource): RecordSource {
  return { given: of, then: { object: { name: value(name), type_id: value(typeId), value: of } } };
}

const HOSTNAME = 1;
const IP_ADDRESS = 2;
const USER_NAME = 4;

const CALLER = { last: field('sourceIPs') } as const;
const CODE = field('responseStatus.code');

const KUBERNETES: Product = { name: 'Kubernetes', vendor: 'Kubernetes', log: 'kubernetes-audit' };
const API_ACTIVITY = eventClass(
  6,
  6003,
  'API Activity',
  lookup(
    field('verb'),
    { create: 1, get: 2, list: 2, watch: 2, update: 3, patch: 3, delete: 4, deletecollection: 4 },
    99,
  ),
);

const AUDIT: RecordKind = {
  name: 'API request',
  where: KINDS.audit,
  fields: {
    ...common(API_ACTIVITY, KUBERNETES),
    activity_name: field('verb'),
    message: { join: [first(field('user.username'), value('-')), field('verb'), field('requestURI')], with: ' ' },
    start_time: { milliseconds: field('requestReceivedTimestamp') },
    'metadata.uid': { join: [field('auditID'), field('stage')], with: '/' },
    'metadata.correlation_uid': field('auditID'),
    'metadata.original_time': field('stageTimestamp'),
    'actor.app_name': first(field('userAgent'), value('unknown')),
    'actor.user.name': first(field('user.username'), { given: CODE, then: value('unknown') }),
    'actor.user.uid': field('user.uid'),
    'actor.user.groups': { named: field('user.groups') },
    'api.operation': first(field('verb'), value('unknown')),
    'api.service.name': value('kube-apiserver'),
    'api.version': field('objectRef.apiVersion'),
    'api.group.name': field('objectRef.apiGroup'),
    'api.request.uid': field('auditID'),
    'api.response.code': CODE,
    'api.response.message': field('responseStatus.message'),
    'api.response.error': field('responseStatus.reason'),
    'http_request.user_agent': field('userAgent'),
    'http_request.url.path': { part: field('requestURI'), pattern: String.raw`\A([^?]*)` },
    'http_request.url.query_string': { part: field('requestURI'), pattern: String.raw`\A[^?]*\?(.*)` },
    'src_endpoint.ip': { address: CALLER },
    'src_endpoint.name': first(CALLER, value('unknown')),
    resources: list({
      given: field('objectRef.resource'),
      then: {
        object: {
          // Without a name the request was about all objects of the kind.
          name: first(field('objectRef.name'), field('objectRef.resource')),
          type: field('objectRef.resource'),
          namespace: field('objectRef.namespace'),
          uid: field('objectRef.uid'),
        },
      },
    }),
    status_id: {
      steps: CODE,
      from: [
        [400, 2],
        [300, 0],
        [200, 1],
        [102, 0],
        [101, 1],
        [0, 0],
      ],
    },
    status_code: { text: CODE },
    status_detail: first(field('responseStatus.message'), field('responseStatus.reason')),
    observables: list(
      observable('actor.user.name', USER_NAME, field('user.username')),
      observable('src_endpoint.ip', IP_ADDRESS, { address: CALLER }),
    ),
    'unmapped.impersonated_user': field('impersonatedUser.username'),
    'unmapped.stage': field('stage'),
    'unmapped.level': field('level'),
    'unmapped.subresource': field('objectRef.subresource'),
  },
};

const LINUX: Product = { name: 'Linux', vendor: 'Linux', log: 'auth' };

function hostFields(of: EventClass): Fields {
  return {
    ...common(of, LINUX),
    message: LINE.message,
    'unmapped.process.name': LINE.program,
    'unmapped.process.pid': LINE.pid,
    'unmapped.host.name': LINE.host,
  };
}

const LOGON = eventClass(3, 3002, 'Authentication', value(1));
const ASSIGN_PRIVILEGES = eventClass(3, 3003, 'Authorize Session', value(1));
const BASE_EVENT = eventClass(0, 0, 'Base Event', value(0));

const HOST_KINDS: readonly RecordKind[] = [
  {
    name: 'login by sshd',
    where: KINDS.login,
    fields: {
      ...hostFields(LOGON),
      status_id: lookup(read('sshd', 'verdict'), { Accepted: 1 }, 2),
      status_detail: { join: [read('sshd', 'verdict'), read('sshd', 'method')], with: ' ' },
      auth_protocol: read('sshd', 'method'),
      is_remote: value(true),
      'user.name': first(read('sshd', 'user'), value('unknown')),
      'service.name': value('sshd'),
      'dst_endpoint.hostname': LINE.host,
      'src_endpoint.ip': { address: read('sshd', 'address') },
      'src_endpoint.port': { integer: read('sshd', 'port') },
      observables: list(
        observable('user.name', USER_NAME, read('sshd', 'user')),
        observable('src_endpoint.ip', IP_ADDRESS, { address: read('sshd', 'address') }),
        observable('dst_endpoint.hostname', HOSTNAME, LINE.host),
      ),
    },
  },
  {
    name: 'sudo and su',
    where: KINDS.identity,
    fields: {
      ...hostFields(ASSIGN_PRIVILEGES),
      status_id: first({ given: read('identity', 'refused'), then: value(2) }, value(1)),
      status_detail: read('identity', 'refused'),
      'user.name': read('identity', 'user'),
      privileges: list(read('identity', 'target')),
      'unmapped.command': read('identity', 'command'),
      observables: list(observable('user.name', USER_NAME, read('identity', 'user'))),
    },
  },
  { name: 'other line of a host', where: KINDS.host, fields: hostFields(BASE_EVENT) },
];

const SEVERITY = { informational: 1, low: 2, medium: 3, high: 4, critical: 5 };
const FINDING = 'Detection Finding';

function analytic(uid: RecordSource, name: RecordSource): Fields {
  return {
    'finding_info.title': name,
    'finding_info.analytic.name': name,
    'finding_info.analytic.uid': uid,
    'finding_info.analytic.type_id': value(1),
    'finding_info.analytic.type': value('Rule'),
  };
}

const ALERT: RecordKind = {
  name: 'alert of the detector',
  where: KINDS.alert,
  fields: {
    ...common(eventClass(2, 2004, FINDING, lookup(field('status'), { firing: 1, resolved: 3 }, 99)), {
      name: 'cdk8s-siem',
      vendor: 'cdk8s-siem',
      log: 'siem.alert',
    }),
    ...analytic(field('rule.id'), field('rule.name')),
    message: field('summary'),
    severity_id: lookup(field('severity'), SEVERITY, 0),
    severity: field('severity'),
    status_id: lookup(field('status'), { firing: 1, resolved: 4 }, 0),
    status: field('status'),
    count: field('count'),
    start_time: { milliseconds: field('firstTime') },
    end_time: { milliseconds: field('lastTime') },
    'metadata.uid': field('id'),
    'metadata.correlation_uid': field('fingerprint'),
    'metadata.labels': list({ join: [value('cluster'), field('cluster')], with: '=' }),
    'finding_info.uid': field('id'),
    'finding_info.desc': field('summary'),
    'finding_info.first_seen_time': { milliseconds: field('firstTime') },
    'finding_info.last_seen_time': { milliseconds: field('lastTime') },
    evidences: list({
      object: {
        actor: { given: field('user'), then: { object: { user: { object: { name: field('user') } } } } },
        src_endpoint: { given: { address: field('sourceIp') }, then: { object: { ip: field('sourceIp') } } },
      },
    }),
    observables: list(
      observable('evidences.actor.user.name', USER_NAME, field('user')),
      observable('evidences.src_endpoint.ip', IP_ADDRESS, { address: field('sourceIp') }),
    ),
    'unmapped.action': field('action'),
  },
};

const POD: Fields = {
  message: first(field('message'), field('unmatched_line')),
  'unmapped.kubernetes': field('kubernetes'),
  'unmapped.stream': field('stream'),
  'unmapped.source': field('siem.source'),
  'unmapped.node': field('siem.node'),
};

const PRIORITY = {
  Emergency: 6,
  Alert: 5,
  Critical: 5,
  Error: 4,
  Warning: 3,
  Notice: 2,
  Informational: 1,
  Debug: 1,
};

const FALCO: RecordKind = {
  name: 'alert of Falco',
  where: KINDS.falco,
  fields: {
    ...common(eventClass(2, 2004, FINDING, value(1)), { name: 'Falco', vendor: 'Falco', log: 'falco' }),
    ...analytic(read('json', 'rule'), read('json', 'rule')),
    ...POD,
    message: first(read('json', 'output'), field('message')),
    severity_id: lookup(read('json', 'priority'), PRIORITY, 0),
    status_id: value(1),
    'finding_info.uid': first(read('json', 'uuid'), {
      join: [first(read('json', 'time'), field('@timestamp')), read('json', 'rule')],
      with: ' ',
    }),
    'finding_info.desc': read('json', 'output'),
  },
};

const OTHER: RecordKind = {
  name: 'everything else',
  where: [],
  fields: { ...common(BASE_EVENT, { name: 'Kubernetes', vendor: 'Kubernetes', log: 'container' }), ...POD },
};

export const OCSF_TABLE: RecordTable = { readings: READINGS, kinds: [ALERT, AUDIT, ...HOST_KINDS, FALCO, OTHER] };
