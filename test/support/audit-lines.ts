/** Audit events as an API server writes them; each function returns one JSON line. */

interface Request {
  /** Seconds after 10:00:00; fractions down to microseconds. */
  readonly at: number;
  readonly user?: string;
  readonly ip?: string;
  readonly code?: number;
  readonly id?: string;
}

let serial = 0;

function line(stage: string, fields: object, { at, ip = '203.0.113.7', id }: Request): string {
  const stamp = stampAt(at);
  serial += 1;
  return JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: id ?? `00000000-0000-4000-a000-${String(serial).padStart(12, '0')}`,
    stage,
    sourceIPs: [ip],
    userAgent: 'kubectl/v1.33.2 (linux/amd64) kubernetes/8a7f3c1',
    ...fields,
    requestReceivedTimestamp: stamp,
    stageTimestamp: stamp,
  });
}

export function stampAt(seconds: number): string {
  const us = Math.round(seconds * 1_000_000);
  const base = new Date(Date.UTC(2026, 0, 15, 10) + Math.floor(us / 1_000_000) * 1_000).toISOString().slice(0, 19);
  return `${base}.${String(us % 1_000_000).padStart(6, '0')}Z`;
}

/** A request with a bad credential: 401 at ResponseStarted, without a user. */
export function unauthenticated(request: Request): string {
  return line(
    'ResponseStarted',
    {
      requestURI: '/api/v1/namespaces/shop/secrets',
      verb: 'list',
      user: {},
      objectRef: { resource: 'secrets', namespace: 'shop', apiVersion: 'v1' },
      responseStatus: {
        metadata: {},
        status: 'Failure',
        message: 'Authentication failed, attempted: bearer',
        code: 401,
      },
    },
    request,
  );
}

/** A binding to cluster-admin, recorded with both bodies. */
export function bindsClusterAdmin(request: Request & { readonly name?: string }): string {
  const name = request.name ?? 'ops-admin';
  const body = {
    kind: 'ClusterRoleBinding',
    apiVersion: 'rbac.authorization.k8s.io/v1',
    metadata: { name },
    subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'mallory@example.com' }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  };
  return line(
    'ResponseComplete',
    {
      level: 'RequestResponse',
      requestURI: '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
      verb: 'create',
      user: { username: request.user ?? 'mallory@example.com', groups: ['system:authenticated'] },
      objectRef: { resource: 'clusterrolebindings', name, apiGroup: 'rbac.authorization.k8s.io', apiVersion: 'v1' },
      responseStatus: { metadata: {}, code: request.code ?? 201 },
      requestObject: body,
      responseObject: body,
      annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' },
    },
    request,
  );
}

/** A read that succeeds. */
export function reads(request: Request): string {
  return line(
    'ResponseComplete',
    {
      requestURI: '/api/v1/namespaces/shop/pods/cart-0',
      verb: 'get',
      user: { username: request.user ?? 'alice@example.com', groups: ['system:authenticated'] },
      objectRef: { resource: 'pods', namespace: 'shop', name: 'cart-0', apiVersion: 'v1' },
      responseStatus: { metadata: {}, code: 200 },
      annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' },
    },
    request,
  );
}
