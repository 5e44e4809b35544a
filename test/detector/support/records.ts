/** Records as the agents' Fluentd would hand them on. */

const SIEM = { source: 'host-auth', cluster: 'prod-eu', node: 'node-1' };

/** `count` failed logins, a second apart; the sixth from one address is one too many. */
export function failedLogins(count: number, address = '203.0.113.7', minute = 0): string[] {
  return Array.from({ length: count }, (_, n) => {
    const stamp = `Jan 15 10:${two(minute)}:${two(n)}`;
    const message = `${stamp} node-1 sshd[${1000 + n}]: Failed password for root from ${address} port ${40_000 + n} ssh2`;
    return JSON.stringify({ message, siem: SIEM });
  });
}

/** A request that binds mallory to cluster-admin. */
export function escalation(auditId = 'a0000000-0000-4000-8000-000000000001', user = 'mallory'): string {
  return JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: auditId,
    stage: 'ResponseComplete',
    requestURI: '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
    verb: 'create',
    user: { username: user, groups: ['system:authenticated'] },
    sourceIPs: ['203.0.113.7'],
    userAgent: 'kubectl/v1.33.0',
    objectRef: {
      resource: 'clusterrolebindings',
      name: 'mine',
      apiGroup: 'rbac.authorization.k8s.io',
      apiVersion: 'v1',
    },
    responseStatus: { code: 201 },
    requestObject: {
      kind: 'ClusterRoleBinding',
      apiVersion: 'rbac.authorization.k8s.io/v1',
      metadata: { name: 'mine' },
      subjects: [{ kind: 'User', name: user, apiGroup: 'rbac.authorization.k8s.io' }],
      roleRef: { kind: 'ClusterRole', name: 'cluster-admin', apiGroup: 'rbac.authorization.k8s.io' },
    },
    requestReceivedTimestamp: '2026-01-15T10:00:00.000000Z',
    stageTimestamp: '2026-01-15T10:00:00.005000Z',
    annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': 'RBAC' },
    siem: { source: 'kubernetes-audit', cluster: 'prod-eu', node: 'control-plane-1' },
  });
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
