/** Words that an audit policy may use: verbs, and the API groups of Kubernetes itself. */
import { minorOf } from '../kubernetes-version';

/** Verbs of requests for resources. */
export const RESOURCE_VERBS = [
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
] as const;

/** Verbs that change something. */
export const WRITE_VERBS = ['create', 'update', 'patch', 'delete', 'deletecollection'] as const;

/** Verbs of requests for paths that are no resources: HTTP methods in lower case. */
export const PATH_VERBS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options', 'connect', 'trace'] as const;

/** Verbs of authorization rules, which no request carries. */
export const AUTHORIZATION_VERBS = ['approve', 'attest', 'bind', 'escalate', 'impersonate', 'sign', 'use'] as const;

/** API groups that kube-apiserver serves itself, with the first minor version of those that came later. */
const BUILT_IN_GROUPS: readonly { readonly group: string; readonly since?: number }[] = [
  { group: '' },
  { group: 'admissionregistration.k8s.io' },
  { group: 'apiextensions.k8s.io' },
  { group: 'apiregistration.k8s.io' },
  { group: 'apps' },
  { group: 'authentication.k8s.io' },
  { group: 'authorization.k8s.io' },
  { group: 'autoscaling' },
  { group: 'batch' },
  { group: 'certificates.k8s.io' },
  { group: 'coordination.k8s.io' },
  { group: 'discovery.k8s.io' },
  { group: 'events.k8s.io' },
  { group: 'flowcontrol.apiserver.k8s.io' },
  { group: 'internal.apiserver.k8s.io' },
  { group: 'networking.k8s.io' },
  { group: 'node.k8s.io' },
  { group: 'policy' },
  { group: 'rbac.authorization.k8s.io' },
  { group: 'resource.k8s.io' },
  { group: 'scheduling.k8s.io' },
  { group: 'storage.k8s.io' },
  { group: 'storagemigration.k8s.io', since: 30 },
];

/** The groups of a version, sorted; the empty string is the core group. */
export function builtInGroups(version: string): string[] {
  const minor = minorOf(version) ?? 0;
  return BUILT_IN_GROUPS.filter(({ since = 0 }) => minor >= since).map(({ group }) => group);
}
