/** Records as documents of the Elastic Common Schema. */
import { KINDS, LINE, READINGS } from './readings';
import { field, fieldAt, first, isOne, list, lookup, read, value } from './record-table';
import type { RecordKind, RecordSource, RecordTable } from './record-table';

/** Version of the schema that the documents follow. */
export const ECS_VERSION = '8.11.0';

const ORIGINAL: RecordSource = { record: true };

const COMMON = {
  '@timestamp': field('@timestamp'),
  'ecs.version': value(ECS_VERSION),
  'event.original': ORIGINAL,
  'orchestrator.type': value('kubernetes'),
  'orchestrator.cluster.name': field('siem.cluster'),
  'host.name': field('siem.node'),
  'observer.vendor': value('cdk8s-siem'),
} satisfies Record<string, RecordSource>;

/** The same for each kind: `event.kind`, `.category`, `.type`, `.module` and `.dataset`. */
function event(kind: string, category: string | undefined, type: string | RecordSource, dataset: string) {
  const [module = dataset] = dataset.split('.');
  return {
    ...COMMON,
    'event.kind': value(kind),
    ...(category !== undefined && { 'event.category': value([category]) }),
    'event.type': typeof type === 'string' ? value([type]) : type,
    'event.module': value(module),
    'event.dataset': value(dataset),
  };
}

function source(address: RecordSource): Readonly<Record<string, RecordSource>> {
  return { 'source.address': address, 'source.ip': { address } };
}

const VERB_TYPES: Readonly<Record<string, readonly string[]>> = {
  create: ['creation'],
  update: ['change'],
  patch: ['change'],
  delete: ['deletion'],
  deletecollection: ['deletion'],
};

function typeOfVerb(otherwise: string): RecordSource {
  return lookup(
    field('verb'),
    Object.fromEntries(Object.entries(VERB_TYPES).map(([verb, types]) => [verb, [...types]])),
    [otherwise],
  );
}

const CODE = field('responseStatus.code');
const CALLER = { last: field('sourceIPs') } as const;
const DECISION = fieldAt('annotations', 'authorization.k8s.io/decision');

const AUDIT: Readonly<Record<string, RecordSource>> = {
  'event.action': field('verb'),
  'event.id': field('auditID'),
  'event.outcome': {
    steps: CODE,
    from: [
      [400, 'failure'],
      [300, 'unknown'],
      [200, 'success'],
      [102, 'unknown'],
      [101, 'success'],
      [0, 'unknown'],
    ],
  },
  'event.reason': first(field('responseStatus.message'), field('responseStatus.reason')),
  'event.start': field('requestReceivedTimestamp'),
  'event.end': field('stageTimestamp'),
  message: { join: [first(field('user.username'), value('-')), field('verb'), field('requestURI')], with: ' ' },
  'user.name': field('user.username'),
  'user.id': field('user.uid'),
  'user.group.name': field('user.groups'),
  'user.effective.name': field('impersonatedUser.username'),
  'user.effective.group.name': field('impersonatedUser.groups'),
  ...source(CALLER),
  'related.user': list(field('user.username'), field('impersonatedUser.username')),
  'related.ip': list({ address: CALLER }),
  'user_agent.original': field('userAgent'),
  'url.original': field('requestURI'),
  'url.path': { part: field('requestURI'), pattern: String.raw`\A([^?]*)` },
  'url.query': { part: field('requestURI'), pattern: String.raw`\A[^?]*\?(.*)` },
  'http.response.status_code': CODE,
  'orchestrator.api_version': field('objectRef.apiVersion'),
  'orchestrator.namespace': field('objectRef.namespace'),
  'orchestrator.resource.type': field('objectRef.resource'),
  'orchestrator.resource.name': field('objectRef.name'),
  'kubernetes.namespace': field('objectRef.namespace'),
  'labels.audit_level': field('level'),
  'labels.audit_stage': field('stage'),
  'labels.authorization_decision': DECISION,
  'labels.subresource': field('objectRef.subresource'),
  'labels.api_group': field('objectRef.apiGroup'),
};

const RBAC_RESOURCES = ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'];
const CONNECTIONS = ['exec', 'attach', 'portforward', 'proxy', 'ephemeralcontainers'];
const SUBRESOURCE = field('objectRef.subresource');

const AUDIT_KINDS: readonly RecordKind[] = [
  {
    name: 'API request answered 401',
    where: [...KINDS.audit, isOne(CODE, 401)],
    fields: { ...event('event', 'authentication', 'start', 'kubernetes.audit'), ...AUDIT },
  },
  {
    name: 'API request that opens a connection into a pod or node',
    where: [...KINDS.audit, isOne(SUBRESOURCE, ...CONNECTIONS)],
    fields: { ...event('event', 'session', 'start', 'kubernetes.audit'), ...AUDIT },
  },
  {
    name: 'API request on roles and their bindings',
    where: [...KINDS.audit, isOne(field('objectRef.resource'), ...RBAC_RESOURCES)],
    fields: { ...event('event', 'iam', typeOfVerb('info'), 'kubernetes.audit'), ...AUDIT },
  },
  {
    name: 'other API request',
    where: KINDS.audit,
    fields: { ...event('event', 'configuration', typeOfVerb('access'), 'kubernetes.audit'), ...AUDIT },
  },
];

const PROCESS: Readonly<Record<string, RecordSource>> = {
  message: LINE.message,
  'host.hostname': LINE.host,
  'process.name': LINE.program,
  'process.pid': LINE.pid,
  'log.syslog.appname': LINE.program,
  'log.syslog.priority': { integer: field('PRIORITY') },
};

const HOST_KINDS: readonly RecordKind[] = [
  {
    name: 'login by sshd',
    where: KINDS.login,
    fields: {
      ...event('event', 'authentication', 'start', 'system.auth'),
      ...PROCESS,
      'event.action': value('login'),
      'event.outcome': lookup(read('sshd', 'verdict'), { Accepted: 'success' }, 'failure'),
      'event.reason': { join: [read('sshd', 'verdict'), read('sshd', 'method')], with: ' ' },
      'user.name': read('sshd', 'user'),
      ...source(read('sshd', 'address')),
      'source.port': { integer: read('sshd', 'port') },
      'related.user': list(read('sshd', 'user')),
      'related.ip': list({ address: read('sshd', 'address') }),
    },
  },
  {
    name: 'sudo and su',
    where: KINDS.identity,
    fields: {
      ...event('event', 'session', 'start', 'system.auth'),
      ...PROCESS,
      'event.action': LINE.program,
      'event.outcome': first({ given: read('identity', 'refused'), then: value('failure') }, value('success')),
      'event.reason': read('identity', 'refused'),
      'user.name': read('identity', 'user'),
      'user.effective.name': read('identity', 'target'),
      'process.command_line': read('identity', 'command'),
      'related.user': list(read('identity', 'user'), read('identity', 'target')),
    },
  },
  {
    name: 'other line of a host',
    where: KINDS.host,
    fields: { ...event('event', 'host', 'info', 'system.syslog'), ...PROCESS },
  },
];

/** As Elastic's own detection rules number them. */
const SEVERITY = { informational: 21, low: 21, medium: 47, high: 73, critical: 99 };

const ALERT: RecordKind = {
  name: 'alert of the detector',
  where: KINDS.alert,
  fields: {
    ...event('alert', 'intrusion_detection', 'info', 'siem.alert'),
    message: field('summary'),
    'event.action': lookup(field('status'), { firing: 'alert-opened', resolved: 'alert-resolved' }),
    'event.id': field('id'),
    'event.reason': field('summary'),
    'event.severity': lookup(field('severity'), SEVERITY),
    'event.start': field('firstTime'),
    'event.end': field('lastTime'),
    'rule.id': field('rule.id'),
    'rule.name': field('rule.name'),
    'rule.description': field('rule.description'),
    'user.name': field('user'),
    ...source(field('sourceIp')),
    'orchestrator.cluster.name': field('cluster'),
    'related.user': list(field('user')),
    'related.ip': list({ address: field('sourceIp') }),
    'labels.alert_status': field('status'),
    'labels.alert_severity': field('severity'),
    'labels.alert_fingerprint': field('fingerprint'),
    'labels.alert_action': field('action'),
  },
};

const POD: Readonly<Record<string, RecordSource>> = {
  message: field('message'),
  'container.name': field('kubernetes.container_name'),
  'orchestrator.namespace': field('kubernetes.namespace_name'),
  'orchestrator.resource.type': { given: field('kubernetes.pod_name'), then: value('pods') },
  'orchestrator.resource.name': field('kubernetes.pod_name'),
  'kubernetes.namespace': field('kubernetes.namespace_name'),
  'kubernetes.pod.name': field('kubernetes.pod_name'),
  'kubernetes.pod.uid': field('kubernetes.pod_id'),
  'kubernetes.container.name': field('kubernetes.container_name'),
  'kubernetes.node.name': field('siem.node'),
  'labels.stream': field('stream'),
};

const PRIORITY = {
  Emergency: 99,
  Alert: 99,
  Critical: 99,
  Error: 73,
  Warning: 47,
  Notice: 21,
  Informational: 21,
  Debug: 21,
};

const FALCO: RecordKind = {
  name: 'alert of Falco',
  where: KINDS.falco,
  fields: {
    ...event('alert', 'intrusion_detection', 'info', 'falco.alert'),
    ...POD,
    message: first(read('json', 'output'), field('message')),
    'event.severity': lookup(read('json', 'priority'), PRIORITY),
    'event.start': read('json', 'time'),
    'rule.name': read('json', 'rule'),
    'rule.ruleset': value('falco'),
    'host.hostname': read('json', 'hostname'),
    'labels.alert_severity': read('json', 'priority'),
  },
};

/** Sources that are told apart and not read further here: their lines stand in `message` and in `event.original`. */
const LOGS: readonly RecordKind[] = [
  { source: 'ingress', category: 'web', dataset: 'ingress.access' },
  { source: 'dns', category: 'network', dataset: 'dns.query' },
  { source: 'network', category: 'network', dataset: 'network.flow' },
  { source: 'security-event', category: 'process', dataset: 'security.event' },
].map(({ source: name, category, dataset }) => ({
  name: `line of the source ${name}`,
  where: [isOne(field('siem.source'), name)],
  fields: { ...event('event', category, 'info', dataset), ...POD },
}));

const OTHER: RecordKind = {
  name: 'container line, and everything else',
  where: [],
  fields: {
    ...event('event', undefined, 'info', 'kubernetes.container_logs'),
    ...POD,
    message: first(field('message'), field('unmatched_line')),
  },
};

export const ECS_TABLE: RecordTable = {
  readings: READINGS,
  kinds: [ALERT, ...AUDIT_KINDS, ...HOST_KINDS, FALCO, ...LOGS, OTHER],
};
