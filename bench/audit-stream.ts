/**
 * A seeded stream of audit events in the likeness of real ones: actors, verbs, resources and codes as often as two
 * public streams have them (`audit-mix.json`: actor, verb, group, resource, subresource, share, commonest code), sizes
 * of level Metadata (about 1.1 KB), and a share with request bodies.
 */
import mix from './audit-mix.json';
import { generator } from './generator';

type MixRow = [string, string, string | null, string | null, string | null, number, number];

export interface StreamOptions {
  readonly events: number;
  readonly seed: number;
  /** Share of writes that carry a body, 0 to 1. */
  readonly bodies: number;
}

const START_MS = Date.UTC(2026, 0, 15, 10);
const AGENT =
  'kube-controller-manager/v1.33.2 (linux/amd64) kubernetes/8a7f3c1/system:serviceaccount:kube-system:worker';

/** The lines of the stream, without line feeds. */
export function auditStream({ events, seed, bodies }: StreamOptions): string[] {
  const random = generator(seed);
  const pick = picker(mix as MixRow[], random);
  return Array.from({ length: events }, (_, index) => JSON.stringify(eventOf(pick(), index, { random, bodies })));
}

interface Chance {
  readonly random: () => number;
  readonly bodies: number;
}

function eventOf([actor, verb, group, resource, subresource, , code]: MixRow, index: number, chance: Chance): object {
  const stamp = new Date(START_MS + index * 3).toISOString().replace('Z', '417Z');
  const body = ['create', 'update', 'patch'].includes(verb) && chance.random() < chance.bodies;
  const name = `${resource ?? 'path'}-${Math.floor(chance.random() * 500)}`;
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: body ? 'RequestResponse' : 'Metadata',
    auditID: uuid(chance.random),
    stage: verb === 'watch' ? 'ResponseStarted' : 'ResponseComplete',
    requestURI: uriOf(resource, name),
    verb,
    user: {
      username: `system:serviceaccount:kube-system:${actor}`,
      uid: uuid(chance.random),
      groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': [`JTI=${uuid(chance.random)}`] },
    },
    sourceIPs: [`10.0.${index % 4}.${1 + (index % 250)}`],
    userAgent: AGENT,
    ...(resource === null
      ? {}
      : {
          objectRef: {
            resource,
            namespace: 'shop',
            name,
            ...(group === null || group === '' ? {} : { apiGroup: group }),
            apiVersion: 'v1',
            ...(subresource === null ? {} : { subresource }),
          },
        }),
    responseStatus: { metadata: {}, code },
    ...(body ? { requestObject: podOf(name), responseObject: podOf(name) } : {}),
    requestReceivedTimestamp: stamp,
    stageTimestamp: stamp,
    annotations: {
      'authorization.k8s.io/decision': 'allow',
      'authorization.k8s.io/reason':
        'RBAC: allowed by ClusterRoleBinding "system:controller" of ClusterRole "system:controller"',
    },
  };
}

function uriOf(resource: string | null, name: string): string {
  return resource === null ? '/readyz?timeout=10s' : `/api/v1/namespaces/shop/${resource}/${name}?timeout=10s`;
}

function podOf(name: string): object {
  const container = (index: number): object => ({
    name: `app-${index}`,
    image: `registry.example.com/shop/app-${index}:1.4.2`,
    env: [{ name: 'MODE', value: 'production' }],
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, runAsNonRoot: true },
  });
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name, namespace: 'shop', labels: { app: 'shop', tier: 'web' } },
    spec: { containers: [container(0), container(1)], serviceAccountName: 'shop', restartPolicy: 'Always' },
  };
}

function picker(rows: readonly MixRow[], random: () => number): () => MixRow {
  const total = rows.reduce((sum, row) => sum + row[5], 0);
  return () => {
    let left = random() * total;
    for (const row of rows) {
      left -= row[5];
      if (left <= 0) return row;
    }
    return rows[rows.length - 1]!;
  };
}

function uuid(random: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
