import { ApiObject, Chart, JsonPatch, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { DetectorRuntime } from '../../../src/constructs/detection/detector-runtime';
import { DetectorSidecar } from '../../../src/constructs/detection/detector-sidecar';
import type { DetectorSidecarProps } from '../../../src/constructs/detection/detector-sidecar';
import { RulePack } from '../../../src/constructs/detection/rule-pack';
import { SecretSource } from '../../../src/constructs/destinations/secret-source';
import { Component } from '../../../src/constructs/private/component';
import { PodWorkload } from '../../../src/constructs/private/workload';
import { at, findObject, listAt, manifestProblems, objectsOf } from '../../support/manifests';
import type { KubernetesObject, Part } from '../../support/manifests';

const RULES = RulePack.fromText('rules:\n- name: Any failure\n  condition: event.result == "failure"\n');
const IMAGE = DetectorRuntime.image('registry.example.com/detector:0.1.0');
const PROPS: DetectorSidecarProps = {
  clusterName: 'prod-eu',
  rules: [RULES],
  runtime: IMAGE,
  webhooks: [
    { name: 'on-call', url: 'https://alerts.example.com', hmacKey: SecretSource.existing({ secretName: 'on-call' }) },
  ],
};

const container = { image: 'registry.example.com/web:1.2.3', securityContext: { user: 10001, group: 10001 } };

/** Workloads whose pods keep running, by kind. */
const KINDS: Record<string, (scope: Construct) => kplus.Workload> = {
  Deployment: (scope) => new kplus.Deployment(scope, 'web', { containers: [container] }),
  StatefulSet: (scope) =>
    new kplus.StatefulSet(scope, 'web', {
      containers: [container],
      service: new kplus.Service(scope, 'service', { ports: [{ port: 80 }] }),
    }),
  DaemonSet: (scope) => new kplus.DaemonSet(scope, 'web', { containers: [container] }),
};

function attached(kind: string, props: Partial<DetectorSidecarProps> = {}): { chart: Chart; workload: kplus.Workload } {
  const chart = new Chart(Testing.app(), 'web', { namespace: 'web' });
  const workload = KINDS[kind]!(chart);
  DetectorSidecar.attachTo(workload, { ...PROPS, ...props });
  return { chart, workload };
}

function podOf(objects: readonly KubernetesObject[], kind: string): unknown {
  return at(
    objects.find((object) => object.kind === kind),
    'spec.template.spec',
  );
}

function detectorOf(objects: readonly KubernetesObject[], kind: string): Part {
  return listAt(podOf(objects, kind), 'containers').find(({ name }) => name === 'detector')!;
}

test.each(Object.keys(KINDS).map((kind) => ({ title: kind })))(
  'a $title of cdk8s-plus gets it, hardened',
  ({ title }) => {
    const objects = objectsOf(attached(title).chart);
    const found = detectorOf(objects, title);
    expect(found['securityContext']).toEqual({
      runAsUser: 10001,
      runAsGroup: 10001,
      runAsNonRoot: true,
      privileged: false,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(found['resources']).toEqual({
      requests: { cpu: '100m', memory: '256Mi', 'ephemeral-storage': '128Mi' },
      limits: { cpu: '1', memory: '1Gi', 'ephemeral-storage': '1Gi' },
    });
    expect(at(found, 'livenessProbe.httpGet')).toEqual({ path: '/healthz', port: 'detector-admin' });
    expect(at(found, 'readinessProbe.httpGet')).toEqual({ path: '/readyz', port: 'detector-admin' });
    expect(listAt(podOf(objects, title), 'volumes').map(({ name }) => name)).toEqual([
      'detector-state',
      'detector-rules',
      'detector-settings',
      'detector-credentials',
    ]);
    expect(listAt(podOf(objects, title), 'volumes')[0]).toEqual({
      name: 'detector-state',
      emptyDir: { sizeLimit: '512Mi' },
    });
  },
);

test.each(['1.27', '1.30', '1.33', '1.36'].map((title) => ({ title })))('Kubernetes $title takes it', ({ title }) => {
  const chart = new Chart(Testing.app(), 'web', { namespace: 'web' });
  for (const [kind, build] of Object.entries(KINDS)) {
    const scope = new Chart(chart, kind, { namespace: 'web' });
    const stackName = `siem-${kind.toLowerCase()}`;
    DetectorSidecar.attachTo(build(scope), { ...PROPS, runtime: DetectorRuntime.inline(), stackName });
  }
  const problems = manifestProblems(objectsOf(chart), {
    kubernetesVersion: title,
    external: ['Namespace/web', 'Secret/web/on-call'],
    levels: { web: 'baseline' },
  });
  // What cdk8s-plus writes for its own container is not ours to mend.
  expect(problems.filter((problem) => /detector|siem-/.test(problem))).toEqual([]);
});

test('patches of the reader still apply after it', () => {
  const { chart, workload } = attached('Deployment');
  ApiObject.of(workload).addJsonPatch(
    JsonPatch.add('/spec/template/spec/containers/1/env/-', { name: 'TZ', value: 'UTC' }),
  );
  const found = detectorOf(objectsOf(chart), 'Deployment');
  expect(listAt(found, 'env')).toContainEqual({ name: 'TZ', value: 'UTC' });
});

test('synthesizing twice gives the same', () => {
  const { chart } = attached('Deployment');
  expect(objectsOf(chart)).toEqual(objectsOf(chart));
});

test('a workload of this package gets it by its override, where every field survives', () => {
  const chart = new Chart(Testing.app(), 'siem');
  const component = new Component(chart, 'gateway', {});
  const workload = PodWorkload._of(chart, 'Gateway', {
    kind: 'Deployment',
    component,
    podSpec: () => ({ containers: [{ name: 'fluentd', image: 'registry.example.com/fluentd:1.19.3' }] }),
  });
  DetectorSidecar.attachTo(workload, PROPS);
  workload.override({ spec: { template: { spec: { containers: [{ name: 'detector', resizePolicy: [] }] } } } });
  const objects = objectsOf(chart);
  expect(listAt(podOf(objects, 'Deployment'), 'containers').map(({ name }) => name)).toEqual(['fluentd', 'detector']);
  expect(detectorOf(objects, 'Deployment')).toMatchObject({
    resizePolicy: [],
    securityContext: { capabilities: { drop: ['ALL'] } },
  });
});

test('its ConfigMaps go where the workload goes', () => {
  const named = objectsOf(attached('Deployment').chart).filter(({ kind }) => kind === 'ConfigMap');
  expect(named.map(({ metadata }) => metadata.namespace)).toEqual(['web', 'web']);

  const chart = new Chart(Testing.app(), 'web');
  DetectorSidecar.attachTo(KINDS['Deployment']!(chart), PROPS);
  const open = objectsOf(chart).filter(({ kind }) => kind === 'ConfigMap');
  expect(open.map(({ metadata }) => [metadata.name, metadata.namespace])).toEqual([
    ['siem-rules-000', undefined],
    ['siem-detector-settings', undefined],
  ]);
});

test('the heap follows the memory that the container may use', () => {
  const objects = objectsOf(attached('Deployment', { detectorResources: { memoryLimit: '2Gi' } }).chart);
  expect(listAt(detectorOf(objects, 'Deployment'), 'env')).toEqual([
    { name: 'NODE_OPTIONS', value: '--max-old-space-size=1536' },
  ]);
});

test('names of registry credentials reach the pod, beside those it has', () => {
  const chart = new Chart(Testing.app(), 'web');
  const workload = new kplus.Deployment(chart, 'web', {
    containers: [container],
    dockerRegistryAuth: kplus.Secret.fromSecretName(chart, 'auth', 'own'),
  });
  DetectorSidecar.attachTo(workload, { ...PROPS, imagePullSecrets: ['mirror'] });
  expect(at(podOf(objectsOf(chart), 'Deployment'), 'imagePullSecrets')).toEqual([{ name: 'own' }, { name: 'mirror' }]);
});

test('a literal key of a webhook is refused, and not shown', () => {
  const webhooks = [{ name: 'a', url: 'https://alerts.example.com', hmacKey: SecretSource.unsafeLiteral('hunter2') }];
  expect(() => attached('Deployment', { webhooks })).toThrow(/^(?!.*hunter2).*literal value.*allowPlaintextSecrets/);
  const { chart } = attached('Deployment', { webhooks, allowPlaintextSecrets: true });
  expect(findObject(objectsOf(chart), 'Secret', 'siem-webhook-a')).toMatchObject({
    stringData: { 'hmac-key': 'hunter2' },
  });
});

test("a webhook's external secret carries the reader's labels and annotations, as every object does", () => {
  const hmacKey = SecretSource.externalSecret({ store: 'vault', remoteKey: 'siem/hmac' });
  const { chart } = attached('Deployment', {
    webhooks: [{ name: 'a', url: 'https://alerts.example.com', hmacKey }],
    labels: { team: 'sec' },
    annotations: { 'example.com/owner': 'alice' },
  });
  expect(findObject(objectsOf(chart), 'ExternalSecret', 'siem-webhook-a').metadata).toMatchObject({
    labels: { team: 'sec' },
    annotations: { 'example.com/owner': 'alice' },
  });
});

test('a Secret of the audit webhook that cannot exist is refused', () => {
  expect(() => attached('Deployment', { auditWebhook: { tlsSecretName: 'Audit TLS' } })).toThrow(
    "the audit webhook secret 'Audit TLS' is not a valid object name; use lower-case letters",
  );
});

test('a workload whose pods end is refused', () => {
  const chart = new Chart(Testing.app(), 'web');
  const job = new kplus.Job(chart, 'job', { containers: [container] });
  expect(() => DetectorSidecar.attachTo(job, PROPS)).toThrow(/^web\/job: a detector in a Job .*; attach it/);
});

test('a second detector in one workload is refused', () => {
  const { workload } = attached('Deployment');
  expect(() => DetectorSidecar.attachTo(workload, PROPS)).toThrow(/already has a container 'detector'; attach one/);
});

test('two detectors of one namespace must not share the names of their ConfigMaps', () => {
  const chart = new Chart(Testing.app(), 'web', { namespace: 'web' });
  const first = new kplus.Deployment(chart, 'first', { containers: [container] });
  const second = new kplus.Deployment(chart, 'second', { containers: [container] });
  DetectorSidecar.attachTo(first, PROPS);
  expect(() => DetectorSidecar.attachTo(second, PROPS)).toThrow(
    /^web\/second\/DetectorSidecar: .*'web\/first\/DetectorSidecar'; give each detector .* 'stackName'/,
  );
});

test('two clusters of one app may have the same names', () => {
  const app = Testing.app();
  for (const cluster of ['europe', 'america']) {
    const chart = new Chart(app, cluster, { namespace: 'web' });
    DetectorSidecar.attachTo(KINDS['Deployment']!(chart), PROPS);
  }
  expect(app.charts.map((chart) => objectsOf(chart).length)).toEqual([3, 3]);
});
