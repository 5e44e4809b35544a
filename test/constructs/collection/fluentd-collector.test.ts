import { Chart, Testing } from 'cdk8s';
import type { Construct } from 'constructs';
import { FluentdCollector } from '../../../src/constructs/collection/fluentd-collector';
import type { FluentdCollectorProps } from '../../../src/constructs/collection/fluentd-collector';
import { FluentdImage, FluentdVariant } from '../../../src/constructs/collection/fluentd-image';
import { LogSource } from '../../../src/constructs/collection/log-source';
import { ContainerRuntime, HostAuth } from '../../../src/constructs/collection/node-logs';
import { TransportSecurity } from '../../../src/constructs/collection/transport-security';
import { warningsBelow } from '../../../src/constructs/private/warnings';
import {
  at,
  findObject,
  lintProblems,
  listAt,
  manifestProblems,
  objectsOf,
  podTemplates,
  textAt,
  writableHostPaths,
} from '../../support/manifests';
import type { KubernetesObject } from '../../support/manifests';
import { synthesize, yamlAt } from '../../support/synth';

const HOST_AUTH_FILE = LogSource.hostAuth({ origin: HostAuth.FILE });

const external = [
  'Namespace/siem-agents',
  'Secret/siem-agents/siem-forward-key',
  'Secret/siem-agents/siem-forward-tls',
  'Secret/siem-agents/mirror',
];
const levels = { 'siem-agents': 'privileged' } as const;

function collect(props: Partial<FluentdCollectorProps> = {}): KubernetesObject[] {
  return synthesize((scope) => new FluentdCollector(scope, 'Collector', { clusterName: 'prod-eu', ...props }));
}

function podSpec(objects: readonly KubernetesObject[], agent: 'node-agent' | 'audit-agent'): unknown {
  return at(findObject(objects, 'DaemonSet', `siem-${agent}`), 'spec.template.spec');
}

function hostPaths(spec: unknown): string[] {
  return listAt(spec, 'volumes').flatMap((volume) => textAt(volume, 'hostPath.path') ?? []);
}

function fluentd(spec: unknown): unknown {
  return listAt(spec, 'containers')[0];
}

const variants: { title: string; props: Partial<FluentdCollectorProps> }[] = [
  { title: 'the defaults', props: {} },
  {
    title: 'Docker and host logins from a file',
    props: { containerRuntime: ContainerRuntime.DOCKER, sources: [LogSource.containers(), HOST_AUTH_FILE] },
  },
  { title: 'no host logins and no audit log', props: { sources: [LogSource.containers()] } },
  {
    title: 'everything named by the reader',
    props: {
      imagePullSecrets: ['mirror'],
      imageRegistry: 'registry.example.com/mirror',
      labels: { team: 'sec' },
      annotations: { 'argocd.argoproj.io/sync-wave': '5' },
      seLinuxType: 'spc_t',
      stateDirectory: '/var/lib/agents',
    },
  },
];
const versions = ['1.27', '1.30', '1.33', '1.36'];

test.each(variants.flatMap((variant) => versions.map((version) => ({ ...variant, version }))))(
  'with $title, Kubernetes $version has nothing to refuse',
  ({ props, version }) => {
    const objects = collect({ ...props, kubernetesVersion: version });
    expect(manifestProblems(objects, { external, levels, kubernetesVersion: version })).toEqual([]);
    expect(lintProblems(objects)).toEqual([]);
  },
);

test('only the audit agent sees the audit log, and it sees nothing else of the node', () => {
  const objects = collect();
  expect(hostPaths(podSpec(objects, 'audit-agent'))).toEqual([
    '/var/lib/siem/audit-agent',
    '/var/log/kubernetes/audit',
  ]);
  expect(hostPaths(podSpec(objects, 'node-agent'))).toEqual([
    '/var/lib/siem/node-agent',
    '/var/log/pods',
    '/var/log/journal',
    '/run/log/journal',
    '/etc/machine-id',
  ]);
});

test('the audit agent runs on the control plane, whatever the value of its label: k3s and RKE2 write one', () => {
  const control = { key: 'node-role.kubernetes.io/control-plane', operator: 'Exists' };
  expect(at(podSpec(collect(), 'audit-agent'), 'affinity')).toEqual({
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [control] }] },
    },
  });
  expect(at(podSpec(collect(), 'node-agent'), 'affinity')).toBeUndefined();
});

test('the audit agent runs where the reader says that the audit log is', () => {
  const moved = collect({
    sources: [
      LogSource.kubernetesAudit({
        path: '/var/lib/rancher/k3s/server/logs/audit.log',
        nodeSelector: { role: 'cp' },
      }),
    ],
  });
  expect(at(podSpec(moved, 'audit-agent'), 'nodeSelector')).toEqual({ 'kubernetes.io/os': 'linux', role: 'cp' });
  expect(at(podSpec(moved, 'audit-agent'), 'affinity')).toBeUndefined();
  expect(hostPaths(podSpec(moved, 'audit-agent'))).toContain('/var/lib/rancher/k3s/server/logs');
  expect(config(moved, 'audit-agent')).toContain('/var/lib/rancher/k3s/server/logs/audit.log');
});

test('the nodes are only read, but for positions and buffers', () => {
  const objects = collect({
    containerRuntime: ContainerRuntime.DOCKER,
    sources: [LogSource.containers(), HOST_AUTH_FILE, LogSource.kubernetesAudit()],
  });
  expect(podTemplates(objects).flatMap(({ spec }) => writableHostPaths(spec))).toEqual([
    '/var/lib/siem/node-agent',
    '/var/lib/siem/audit-agent',
  ]);
});

test.each([
  ['1.30', undefined],
  ['1.33', 'IfPossible'],
] as const)('on Kubernetes %s what is mounted below is read-only too: %s', (kubernetesVersion, recursiveReadOnly) => {
  const mounts = listAt(fluentd(podSpec(collect({ kubernetesVersion }), 'node-agent')), 'volumeMounts');
  expect(mounts.find(({ name }) => name === 'pod-logs')?.['recursiveReadOnly']).toBe(recursiveReadOnly);
  expect(mounts.find(({ name }) => name === 'fluentd-state')?.['recursiveReadOnly']).toBeUndefined();
});

test("Docker's directory is mounted for Docker only", () => {
  const docker = collect({ containerRuntime: ContainerRuntime.DOCKER });
  expect(hostPaths(podSpec(docker, 'node-agent'))).toContain('/var/lib/docker/containers');
  expect(hostPaths(podSpec(collect(), 'node-agent'))).not.toContain('/var/lib/docker/containers');
});

test('host logins from a file need the whole of /var/log, a capability, and a warning', () => {
  const chart = new Chart(Testing.app(), 'test');
  new FluentdCollector(chart, 'Collector', {
    clusterName: 'prod-eu',
    sources: [LogSource.containers(), HOST_AUTH_FILE, LogSource.kubernetesAudit()],
  });
  const objects = objectsOf(chart);
  expect(hostPaths(podSpec(objects, 'node-agent'))).toContain('/var/log');
  expect(at(fluentd(podSpec(objects, 'node-agent')), 'securityContext.capabilities')).toEqual({
    drop: ['ALL'],
    add: ['DAC_READ_SEARCH'],
  });
  expect(at(fluentd(podSpec(objects, 'audit-agent')), 'securityContext.capabilities')).toEqual({ drop: ['ALL'] });
  expect(warningsBelow(chart)).toEqual([
    'test/Collector: the node agent reads host logins from a file, so it sees all of /var/log, an audit log there among it; use HostAuth.JOURNAL where the nodes have a journal',
  ]);
});

test('by default nothing has to be warned of', () => {
  const chart = new Chart(Testing.app(), 'test');
  new FluentdCollector(chart, 'Collector', { clusterName: 'prod-eu' });
  expect(warningsBelow(chart)).toEqual([]);
});

test('an agent has an identity without a token and without a role', () => {
  const objects = collect();
  expect(new Set(objects.map(({ kind }) => kind))).toEqual(
    new Set(['ConfigMap', 'DaemonSet', 'NetworkPolicy', 'PriorityClass', 'ServiceAccount']),
  );
  const tokens = objects.map(
    (object) => object['automountServiceAccountToken'] ?? at(object, 'spec.template.spec.automountServiceAccountToken'),
  );
  expect(tokens.filter((token) => token !== undefined)).toEqual([false, false, false, false]);
});

test('an agent runs as root without a capability, and writes nothing but its state', () => {
  const spec = podSpec(collect(), 'node-agent');
  expect(at(spec, 'securityContext')).toEqual({
    runAsUser: 0,
    runAsGroup: 0,
    seccompProfile: { type: 'RuntimeDefault' },
  });
  expect(at(fluentd(spec), 'securityContext')).toEqual({
    privileged: false,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  expect(listAt(fluentd(spec), 'env').slice(0, 2)).toEqual([
    { name: 'HOME', value: '/state' },
    { name: 'TMPDIR', value: '/state' },
  ]);
});

test('two agents of one kind never run on one node at a time', () => {
  const strategy = at(findObject(collect(), 'DaemonSet', 'siem-node-agent'), 'spec.updateStrategy');
  expect(strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '10%', maxSurge: 0 } });
});

test('being alive and being ready are asked in different ways', () => {
  const container = fluentd(podSpec(collect(), 'node-agent'));
  expect(at(container, 'livenessProbe.httpGet')).toEqual({ path: '/metrics', port: 'metrics' });
  expect(at(container, 'readinessProbe.tcpSocket')).toEqual({ port: 'metrics' });
});

test('an agent reaches DNS and the aggregator, and nobody reaches it but for metrics', () => {
  expect(at(findObject(collect(), 'NetworkPolicy', 'siem-audit-agent'), 'spec')).toMatchObject({
    ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 24231, protocol: 'TCP' }] }],
    egress: [
      { ports: expect.arrayContaining([{ port: 53, protocol: 'UDP' }]) },
      {
        ports: [{ port: 24224, protocol: 'TCP' }],
        to: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'siem' } },
            podSelector: { matchLabels: { 'siem.cdk8s.io/component': 'aggregator', 'siem.cdk8s.io/stack': 'siem' } },
          },
        ],
      },
    ],
  });
});

test('an aggregator elsewhere is reached by its host name', () => {
  const objects = collect({ aggregatorHost: 'logs.example.com', aggregatorPort: 24000 });
  const lines = config(objects, 'node-agent')
    .split('\n')
    .map((line) => line.trim());
  expect(lines).toEqual(expect.arrayContaining(['host logs.example.com', 'port 24000']));
  expect(listAt(findObject(objects, 'NetworkPolicy', 'siem-node-agent'), 'spec.egress').at(-1)).toEqual({
    ports: [{ port: 24000, protocol: 'TCP' }],
  });
});

test('the logs of the stack itself and of excluded namespaces are not read', () => {
  const text = config(
    collect({ sources: [LogSource.containers({ exclude: [{ namespaceName: 'noisy' }] })] }),
    'node-agent',
  );
  for (const name of ['noisy', 'siem', 'siem-agents']) expect(text).toContain(`"/var/log/pods/${name}_*`);
});

test('pods start again when the configuration changes, and only then', () => {
  const checksumOf = (props: Partial<FluentdCollectorProps>): unknown =>
    at(findObject(collect(props), 'DaemonSet', 'siem-node-agent'), 'spec.template.metadata.annotations');
  expect(checksumOf({})).toEqual(checksumOf({ labels: { team: 'sec' } }));
  expect(checksumOf({})).not.toEqual(checksumOf({ clusterName: 'prod-us' }));
});

test('certificates from cert-manager are for the agents too', () => {
  const objects = collect({ transport: TransportSecurity.certManager({ issuerName: 'cluster-ca' }) });
  const check = { external: external.filter((name) => !name.endsWith('forward-tls')), levels };
  expect(manifestProblems(objects, check)).toEqual([]);
  expect(at(findObject(objects, 'Certificate', 'siem-collector-forward'), 'spec.issuerRef')).toEqual({
    group: 'cert-manager.io',
    kind: 'ClusterIssuer',
    name: 'cluster-ca',
  });
});

test('an existing priority class is used as it is', () => {
  const objects = collect({ priorityClassName: 'system-node-critical' });
  expect(objects.map(({ kind }) => kind)).not.toContain('PriorityClass');
  expect(at(podSpec(objects, 'node-agent'), 'priorityClassName')).toBe('system-node-critical');
});

test('the image is pinned, and may be named by digest', () => {
  expect(textAt(fluentd(podSpec(collect(), 'node-agent')), 'image')).toBe(
    'docker.io/fluent/fluentd-kubernetes-daemonset:v1.19.3-debian-forward-1.1',
  );
  const digest = `sha256:${'a'.repeat(64)}`;
  const pinned = collect({ fluentdImage: FluentdImage.published({ digest, variant: FluentdVariant.OPENSEARCH }) });
  expect(textAt(fluentd(podSpec(pinned, 'node-agent')), 'image')).toBe(
    `docker.io/fluent/fluentd-kubernetes-daemonset:v1.19.3-debian-opensearch-1.1@${digest}`,
  );
});

test('a namespace is a name, not a pattern', () => {
  expect(() => config(collect({ sources: [LogSource.containers({ namespaces: ['team-*'] })] }), 'node-agent')).toThrow(
    "the namespace 'team-*' is not a valid object name; use lower-case letters",
  );
});

test('any field of an agent can be overridden', () => {
  const objects = synthesize((scope) => {
    const collector = new FluentdCollector(scope, 'Collector', { clusterName: 'prod-eu' });
    const container = {
      name: 'fluentd',
      env: [{ name: 'TMPDIR', value: '/elsewhere' }],
      resources: { limits: { memory: '1Gi' } },
    };
    collector.nodeAgent?.daemonSet.override({
      spec: { template: { spec: { hostUsers: false, containers: [container] } } },
    });
    collector.nodeAgent?.configMap.override({ immutable: true });
  });
  const spec = podSpec(objects, 'node-agent');
  expect(spec).toMatchObject({ hostUsers: false });
  expect(at(fluentd(spec), 'resources.limits')).toEqual({ 'ephemeral-storage': '512Mi', memory: '1Gi' });
  expect(listAt(fluentd(spec), 'env').map(({ name, value }) => [name, value])).toEqual([
    ['HOME', '/state'],
    ['TMPDIR', '/elsewhere'],
    ['K8S_NODE_NAME', undefined],
  ]);
  expect(findObject(objects, 'ConfigMap', 'siem-node-agent')).toMatchObject({ immutable: true });
});

test('the manifests are the same wherever the construct stands', () => {
  const build = (scope: Construct): FluentdCollector =>
    new FluentdCollector(scope, 'Collector', { clusterName: 'prod-eu' });
  expect(yamlAt(['a', 'deep', 'place'], build)).toBe(yamlAt(['b'], build));
});

test('a second synth gives the same objects', () => {
  const chart = new Chart(Testing.app(), 'test');
  new FluentdCollector(chart, 'Collector', { clusterName: 'prod-eu' });
  expect(objectsOf(chart)).toEqual(objectsOf(chart));
});

test.each([
  { title: 'a cluster without a name', props: { clusterName: ' ' }, problem: 'the cluster has no name' },
  {
    title: 'an audit log that lies among all other logs',
    props: { auditLogPath: '/var/log/audit.log' },
    problem: "the audit agent would see all of '/var/log'; write the audit log to a directory of its own",
  },
  {
    title: 'an audit log by a relative path',
    props: { auditLogPath: 'audit/audit.log' },
    problem: "the audit log path 'audit/audit.log' is not an absolute path",
  },
  {
    title: 'an audit log by a pattern',
    props: { auditLogPath: '/var/log/audit/*.log' },
    problem: "the audit log path '/var/log/audit/*.log' is not an absolute path",
  },
  {
    title: 'a state directory above itself',
    props: { stateDirectory: '/var/lib/../..' },
    problem: "the state directory '/var/lib/../..' is not an absolute path",
  },
  {
    title: 'a quantity that is none',
    props: { agentResources: { memoryLimit: '1GB' } },
    problem: "the memoryLimit '1GB' is not a Kubernetes quantity",
  },
])('refuses $title', ({ props, problem }) => {
  expect(() => collect(props)).toThrow(`test/Collector: ${problem}`);
});

function config(objects: readonly KubernetesObject[], agent: string): string {
  const data = at(findObject(objects, 'ConfigMap', `siem-${agent}`), 'data') as Record<string, string>;
  return data['fluent.conf'] ?? '';
}
