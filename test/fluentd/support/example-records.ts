/** Records as the aggregator has them: one of each kind that a format tells apart. */
const origin = (source: string, format?: string) => ({
  source,
  cluster: 'prod-eu',
  node: 'node-1.example.com',
  ...(format !== undefined && { format }),
});

const pod = {
  namespace_name: 'shop',
  pod_name: 'web-6d4b75cb6d-hwlsp',
  pod_id: '3b0f1c52-8d1e-4a6b-9f52-0c9d3f9a7e11',
  container_name: 'web',
  restart_count: 0,
};

const stdout = { stream: 'stdout', time: '2026-03-01T10:00:00.123456789Z', kubernetes: pod };

export const AUDIT = {
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  level: 'RequestResponse',
  auditID: '5f9c2f0e-1d0b-4c07-9a53-2f6f1f0d7a11',
  stage: 'ResponseComplete',
  requestURI: '/api/v1/namespaces/shop/configmaps?fieldManager=kubectl-create',
  verb: 'create',
  user: {
    username: 'alice@example.com',
    uid: 'aws-iam-authenticator:111122223333:AIDAEXAMPLE',
    groups: ['developers', 'system:authenticated'],
  },
  impersonatedUser: { username: 'bob@example.com', groups: ['system:authenticated'] },
  sourceIPs: ['198.51.100.4', '203.0.113.7'],
  userAgent: 'kubectl/v1.33.1 (linux/amd64) kubernetes/8adc0f0',
  objectRef: { resource: 'configmaps', namespace: 'shop', name: 'settings', apiVersion: 'v1' },
  responseStatus: { metadata: {}, code: 201 },
  requestReceivedTimestamp: '2026-03-01T09:59:59.990000Z',
  stageTimestamp: '2026-03-01T10:00:00.000000Z',
  annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' },
  requestObject: { kind: 'ConfigMap', data: { 'a.b': 'ü "quoted" </x>' } },
  siem: origin('kubernetes-audit'),
};

export const REFUSED_AUDIT = {
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  level: 'Metadata',
  auditID: 'b8a4a2d4-64c6-4e5b-8a44-33f3f3a1c001',
  stage: 'ResponseStarted',
  requestURI: '/api',
  verb: 'get',
  user: {},
  sourceIPs: ['203.0.113.9'],
  userAgent: 'curl/8.5.0',
  responseStatus: {
    metadata: {},
    status: 'Failure',
    message: 'Authentication failed, attempted: bearer',
    reason: 'Unauthorized',
    code: 401,
  },
  requestReceivedTimestamp: '2026-03-01T10:00:00.000000Z',
  stageTimestamp: '2026-03-01T10:00:00.000000Z',
  siem: origin('kubernetes-audit'),
};

export const EXEC_AUDIT = {
  ...AUDIT,
  stage: 'ResponseStarted',
  verb: 'get',
  requestURI: '/api/v1/namespaces/shop/pods/web-1/exec?command=sh&stdin=true',
  objectRef: { resource: 'pods', subresource: 'exec', namespace: 'shop', name: 'web-1', apiVersion: 'v1' },
  responseStatus: { metadata: {}, code: 101 },
  impersonatedUser: undefined,
  requestObject: undefined,
};

export const BINDING_AUDIT = {
  ...AUDIT,
  verb: 'delete',
  requestURI: '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/ops',
  objectRef: {
    resource: 'clusterrolebindings',
    name: 'ops',
    apiGroup: 'rbac.authorization.k8s.io',
    apiVersion: 'v1',
  },
  responseStatus: { metadata: {}, code: 200 },
  impersonatedUser: undefined,
  requestObject: undefined,
};

const journal = {
  PRIORITY: '6',
  SYSLOG_IDENTIFIER: 'sshd',
  _COMM: 'sshd',
  _HOSTNAME: 'node-1',
  _PID: '4242',
  __REALTIME_TIMESTAMP: '1772359200000000',
  siem: origin('host-auth'),
};

export const SSH_LOGIN = {
  ...journal,
  MESSAGE: 'Accepted publickey for alice from 203.0.113.7 port 51122 ssh2: ED25519 SHA256:3QmM1nPexample+key/text',
};

/** The name is the client's: it holds a peer of its own. */
export const SSH_FAILURE = {
  message:
    'Mar  1 10:00:00 node-1 sshd[4242]: Failed password for invalid user root from 192.0.2.1 port 22 ssh2 from 203.0.113.9 port 51123 ssh2',
  siem: origin('host-auth'),
};

export const SSH_CERTIFICATE = {
  ...journal,
  MESSAGE:
    'Accepted publickey for alice from 203.0.113.7 port 51122 ssh2: ED25519-CERT SHA256:3QmM1n ID x from 192.0.2.1 port 22 ssh2 (serial 0) CA ED25519 SHA256:aa',
};

export const SUDO = {
  message:
    '2026-03-01T10:00:00.000000+00:00 node-1 sudo:    alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/usr/bin/cat /etc/shadow',
  siem: origin('host-auth'),
};

export const SUDO_REFUSED = {
  ...SUDO,
  message:
    '2026-03-01T10:00:00.000000+00:00 node-1 sudo:  mallory : user NOT in sudoers ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh',
};

export const HOST_LINE = { ...journal, MESSAGE: 'Server listening on 0.0.0.0 port 22.' };

/** A program that only calls itself sshd. */
export const PRETENDER = { ...SSH_LOGIN, _COMM: 'logger' };

export const CONTAINER_LINE = { message: 'GET /cart 200 12ms', ...stdout, siem: origin('container') };

export const INGRESS_LINE = {
  message: '203.0.113.7 - - [01/Mar/2026:10:00:00 +0000] "GET /cart HTTP/1.1" 200 612 "-" "curl/8.5.0"',
  ...stdout,
  siem: origin('ingress', 'ingress-nginx'),
};

export const FALCO = {
  message: JSON.stringify({
    hostname: 'node-1',
    output: '10:00:00.000000000: Notice A shell was spawned in a container (user=root container=web)',
    output_fields: { 'container.name': 'web', 'user.name': 'root' },
    priority: 'Notice',
    rule: 'Terminal shell in container',
    source: 'syscall',
    tags: ['container', 'shell'],
    time: '2026-03-01T10:00:00.000000000Z',
  }),
  ...stdout,
  siem: origin('security-event', 'falco'),
};

export const TORN_LINE = { unmatched_line: '{"kind":"Event", torn', siem: origin('kubernetes-audit') };

export const ALERT = {
  id: 'a-7f3a',
  fingerprint: 'f-19c2',
  status: 'firing',
  rule: { id: 'privilege-escalation', name: 'Privilege Escalation', description: 'Somebody gains rights.' },
  severity: 'high',
  action: 'block',
  plannedActions: [],
  cluster: 'prod-eu',
  user: 'mallory',
  sourceIp: '203.0.113.9',
  count: 3,
  firstTime: '2026-03-01T09:58:00.000000Z',
  lastTime: '2026-03-01T10:00:00.000000Z',
  summary: 'Privilege Escalation: mallory bound cluster-admin from 203.0.113.9.',
  samples: [],
};
