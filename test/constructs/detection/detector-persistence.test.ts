import { Chart, Testing } from 'cdk8s';
import type { Construct } from 'constructs';
import { VolumeRetention } from '../../../src/constructs/collection/aggregator-operation';
import { TaintEffect } from '../../../src/constructs/collection/pod-scheduling';
import { TransportSecurity } from '../../../src/constructs/collection/transport-security';
import { HttpDestination } from '../../../src/constructs/destinations/http';
import { SiemConnection } from '../../../src/constructs/destinations/siem-connection';
import { Detector } from '../../../src/constructs/detection/detector';
import type { DetectorProps } from '../../../src/constructs/detection/detector';
import { DetectorRuntime } from '../../../src/constructs/detection/detector-runtime';
import { RulePack } from '../../../src/constructs/detection/rule-pack';
import { warningsBelow } from '../../../src/constructs/private/warnings';
import { at, findObject, listAt, manifestProblems } from '../../support/manifests';
import type { KubernetesObject } from '../../support/manifests';
import { synthesize } from '../../support/synth';

function detector(scope: Construct, props: Partial<DetectorProps> = {}): Detector {
  const destinations = [new HttpDestination({ endpoint: 'https://siem.example.com/api/logs' })];
  return new Detector(scope, 'Detector', {
    clusterName: 'prod-eu',
    rules: [RulePack.fromText('rules:\n- name: Any failure\n  condition: event.result == "failure"\n')],
    runtime: DetectorRuntime.image('registry.example.com/detector:0.1.0'),
    connection: new SiemConnection(scope, 'Connection', { destinations }),
    persistence: {},
    ...props,
  });
}

const objects = (props: Partial<DetectorProps> = {}): KubernetesObject[] =>
  synthesize((scope) => detector(scope, props));
const statefulSet = (props: Partial<DetectorProps> = {}) =>
  findObject(objects(props), 'StatefulSet', 'siem-aggregator');
const podSpec = (props: Partial<DetectorProps> = {}) => at(statefulSet(props), 'spec.template.spec');

const EXTERNAL = [
  'Namespace/siem',
  'Namespace/siem-agents',
  ...['siem-forward-tls', 'siem-forward-key'].map((name) => `Secret/siem/${name}`),
];

test.each(['1.27', '1.30', '1.33', '1.36'].map((title) => ({ title })))(
  'Kubernetes $title takes the StatefulSet, below Pod Security level restricted and with nothing missing',
  ({ title }) => {
    const all = objects({ kubernetesVersion: title, standby: true, persistence: { storageClassName: 'fast' } });
    const problems = manifestProblems(all, {
      kubernetesVersion: title,
      external: EXTERNAL,
      levels: { siem: 'restricted' },
    });
    expect(problems.filter((problem) => !/(node|audit)-agent/.test(problem))).toEqual([]);
  },
);

test('with volumes the aggregator is a StatefulSet, whose pods keep buffers and queue', () => {
  const all = objects({ persistence: { size: '20Gi', storageClassName: 'fast', retention: VolumeRetention.DELETE } });
  expect(all.filter(({ kind }) => kind === 'Deployment')).toEqual([]);
  const set = findObject(all, 'StatefulSet', 'siem-aggregator');
  expect(at(set, 'spec.replicas')).toBe(1);
  expect(at(set, 'spec.persistentVolumeClaimRetentionPolicy')).toEqual({ whenDeleted: 'Delete', whenScaled: 'Delete' });
  const claims = listAt(set, 'spec.volumeClaimTemplates');
  expect(claims.map((claim) => [at(claim, 'metadata.name'), at(claim, 'spec.resources.requests.storage')])).toEqual([
    ['fluentd-state', '20Gi'],
    ['detector-state', '1Gi'],
  ]);
  expect(claims.map((claim) => at(claim, 'spec.storageClassName'))).toEqual(['fast', 'fast']);
  const volumes = listAt(set, 'spec.template.spec.volumes').map((volume) => at(volume, 'name'));
  expect(volumes).not.toEqual(expect.arrayContaining(['fluentd-state']));
  expect(volumes).not.toEqual(expect.arrayContaining(['detector-state']));
  const service = findObject(all, 'Service', 'siem-aggregator-pods');
  expect(at(service, 'spec')).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
  expect(at(set, 'spec.serviceName')).toBe('siem-aggregator-pods');
});

test('without a size the volume holds what the buffers may hold together, and a tenth more', () => {
  const [claim] = listAt(statefulSet(), 'spec.volumeClaimTemplates');
  // 2 GiB for the destination, 1 GiB for the detector, 1 GiB for what was refused.
  expect(at(claim, 'spec.resources.requests.storage')).toBe('4506Mi');
});

test('a volume that is smaller than the buffers is refused', () => {
  expect(() => objects({ persistence: { size: '2Gi' } })).toThrow(
    /the volume 'fluentd-state' has 2Gi, less than what it has to hold; give it at least 4506Mi/,
  );
});

test('with volumes nothing warns of buffers that end with the pod', () => {
  const warnings = (props: Partial<DetectorProps>) => {
    const chart = new Chart(Testing.app(), 'test');
    detector(chart, props);
    return warningsBelow(chart).join('\n');
  };
  expect(warnings({})).not.toContain('buffers live in the pod');
  expect(warnings({ persistence: undefined as never })).toContain("give 'persistence'");
});

test('a standby is a second pod on another node, and an update takes one at a time', () => {
  const set = statefulSet({ standby: true });
  expect(at(set, 'spec.replicas')).toBe(2);
  expect(at(set, 'spec.podManagementPolicy')).toBe('Parallel');
  expect(at(set, 'spec.updateStrategy')).toEqual({ type: 'RollingUpdate' });
  const spec = at(set, 'spec.template.spec');
  const labelSelector = { matchLabels: at(set, 'spec.selector.matchLabels') };
  expect(at(spec, 'affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution')).toEqual([
    { labelSelector, topologyKey: 'kubernetes.io/hostname' },
  ]);
  expect(at(spec, 'topologySpreadConstraints')).toEqual([
    { maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway', labelSelector },
  ]);
});

test('a standby without volumes is refused', () => {
  expect(() =>
    synthesize((scope) => new Detector(scope, 'Detector', { clusterName: 'prod-eu', standby: true })),
  ).toThrow(/a standby without volumes: .*; give 'persistence', or leave 'standby' out/);
});

test('the certificate of cert-manager covers the names of both pods', () => {
  const transport = TransportSecurity.certManager({ issuerName: 'internal' });
  const certificate = findObject(objects({ standby: true, transport }), 'Certificate', 'siem-aggregator-forward');
  const hosts = [0, 1].map((ordinal) => `siem-aggregator-${ordinal}.siem-aggregator-pods.siem.svc`);
  expect(at(certificate, 'spec.dnsNames')).toEqual(
    expect.arrayContaining(hosts.flatMap((host) => [host, `${host}.cluster.local`])),
  );
});

test('nodes, tolerations and priority are the reader’s to choose', () => {
  const aggregatorScheduling = {
    nodeSelector: { 'node-pool': 'security' },
    tolerations: [{ key: 'dedicated', value: 'security', effect: TaintEffect.NO_SCHEDULE }, { key: 'spot' }],
    priorityClassName: 'security-critical',
  };
  const all = objects({ aggregatorScheduling });
  expect(all.filter(({ kind }) => kind === 'PriorityClass')).toEqual([]);
  expect(podSpec({ aggregatorScheduling })).toMatchObject({
    nodeSelector: { 'kubernetes.io/os': 'linux', 'node-pool': 'security' },
    priorityClassName: 'security-critical',
    tolerations: [
      { key: 'dedicated', operator: 'Equal', value: 'security', effect: 'NoSchedule' },
      { key: 'spot', operator: 'Exists' },
    ],
  });
});

test.each([
  {
    title: 'Windows nodes',
    scheduling: { nodeSelector: { 'kubernetes.io/os': 'windows' } },
    message: /the node selector asks for kubernetes.io\/os: windows; leave it out/,
  },
  {
    title: 'a value without a key',
    scheduling: { tolerations: [{ value: 'security' }] },
    message: /a toleration has the value 'security' and no key/,
  },
  {
    title: 'a time without NoExecute',
    scheduling: { tolerations: [{ key: 'a', effect: TaintEffect.NO_SCHEDULE, stayForSeconds: 30 }] },
    message: /a toleration says how long the pod stays, without NoExecute/,
  },
])('$title: refused', ({ scheduling, message }) => {
  expect(() => objects({ aggregatorScheduling: scheduling })).toThrow(message);
});
