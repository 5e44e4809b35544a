/** Policies that we vouch for. */
import type { AuditPolicyModel, AuditRuleModel } from './policy';
import { WRITE_VERBS } from './vocabulary';
import { KUBERNETES_VERSIONS, minorOf } from '../kubernetes-version';

/** Bodies of these hold passwords, bearer tokens and keys; `serviceaccounts` does not cover its token. */
export const CREDENTIAL_RULE: AuditRuleModel = {
  level: 'Metadata',
  resources: [
    { group: '', resources: ['secrets', 'configmaps', 'serviceaccounts/token'] },
    { group: 'authentication.k8s.io' },
  ],
  comment: 'Credentials: their bodies hold secrets and tokens, so only who, what and when is recorded.',
};

/** Components that read and write all the time. */
export const CONTROL_PLANE_USERS: readonly string[] = [
  'system:kube-controller-manager',
  'system:cloud-controller-manager',
  'system:kube-scheduler',
  'system:apiserver',
];

const EVENTS = [
  { group: '', resources: ['events'] },
  { group: 'events.k8s.io', resources: ['events'] },
];

const LEASES = { group: 'coordination.k8s.io', resources: ['leases'] };

/** Rules that record what people and workloads do with power; order matters, credentials stand before them. */
const RECORDED: readonly AuditRuleModel[] = [
  {
    level: 'Metadata',
    resources: [
      {
        group: '',
        resources: ['pods/exec', 'pods/attach', 'pods/portforward', 'pods/proxy', 'services/proxy', 'nodes/proxy'],
      },
    ],
    comment: 'Sessions into pods and nodes, every verb: a websocket session is a get, an older one a create.',
  },
  {
    level: 'RequestResponse',
    verbs: WRITE_VERBS,
    resources: [
      { group: 'rbac.authorization.k8s.io' },
      { group: 'admissionregistration.k8s.io' },
      { group: 'apiregistration.k8s.io' },
      { group: 'certificates.k8s.io' },
      { group: 'networking.k8s.io', resources: ['networkpolicies', 'ingresses'] },
      {
        group: '',
        resources: ['serviceaccounts', 'namespaces', 'nodes', 'persistentvolumes', 'pods/ephemeralcontainers'],
      },
    ],
    comment: 'Writes that grant power or change the boundary, with what resulted: a patch sends only a difference.',
  },
  {
    level: 'Request',
    verbs: WRITE_VERBS,
    resources: [
      { group: '', resources: ['pods', 'services', 'replicationcontrollers', 'podtemplates'] },
      { group: 'apps', resources: ['deployments', 'daemonsets', 'statefulsets', 'replicasets'] },
      { group: 'batch', resources: ['jobs', 'cronjobs'] },
    ],
    comment: 'Workloads as they were asked for: images, privileges, mounts.',
  },
  {
    level: 'Metadata',
    verbs: ['delete', 'deletecollection'],
    resources: EVENTS,
    comment: 'Deleting events hides traces.',
  },
];

/** Each comment says what is given up. */
const NOISE: readonly AuditRuleModel[] = [
  { level: 'None', resources: EVENTS, comment: 'Noise: events are written all the time; forged events go unseen.' },
  {
    level: 'None',
    users: CONTROL_PLANE_USERS,
    verbs: ['get', 'list', 'watch'],
    comment:
      'Noise: what the control plane reads (credentials are above); reads with its stolen certificate go unseen.',
  },
  {
    level: 'None',
    users: CONTROL_PLANE_USERS,
    verbs: ['update', 'patch'],
    resources: [LEASES],
    comment: 'Noise: leader election; a leadership taken with a stolen certificate goes unseen.',
  },
  {
    level: 'None',
    userGroups: ['system:nodes'],
    verbs: ['update', 'patch'],
    resources: [LEASES, { group: '', resources: ['nodes/status', 'pods/status'] }],
    comment: 'Noise: heartbeats of nodes; a status forged by a kubelet goes unseen.',
  },
  {
    level: 'None',
    users: ['system:kube-proxy'],
    verbs: ['watch'],
    resources: [
      { group: '', resources: ['services', 'endpoints', 'nodes'] },
      { group: 'discovery.k8s.io', resources: ['endpointslices'] },
    ],
    comment: 'Noise: kube-proxy follows services; nothing is lost.',
  },
  {
    level: 'None',
    nonResourceURLs: ['/healthz*', '/livez*', '/readyz*'],
    comment: 'Noise: probes; bad credentials tried on these paths go unseen.',
  },
  {
    level: 'None',
    userGroups: ['system:authenticated'],
    nonResourceURLs: ['/api*', '/openapi/*', '/version'],
    comment: 'Noise: discovery by known callers; anonymous callers and failed logins are still recorded.',
  },
];

const EVERYTHING_ELSE: AuditRuleModel = {
  level: 'Metadata',
  comment: 'Everything else, so that nothing falls through; failed logins have no user and are recorded here.',
};

/**
 * Credentials without bodies first, then power with bodies, then noise away, then everything else. Every group is
 * named, so that every API server takes it; custom resources are recorded at Metadata.
 */
export function baselinePolicy(kubernetesVersion: string): AuditPolicyModel {
  if (minorOf(kubernetesVersion) === undefined) {
    throw new RangeError(`the Kubernetes version '${kubernetesVersion}' is not one of ${KUBERNETES_VERSIONS}`);
  }
  return {
    omitStages: ['RequestReceived'],
    omitManagedFields: true,
    rules: [CREDENTIAL_RULE, ...RECORDED, ...NOISE, EVERYTHING_ELSE],
  };
}
