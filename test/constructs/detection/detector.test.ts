import { Chart, Testing } from 'cdk8s';
import type { Construct } from 'constructs';
import { FluentdCollector } from '../../../src/constructs/collection/fluentd-collector';
import { TransportSecurity } from '../../../src/constructs/collection/transport-security';
import { Detector } from '../../../src/constructs/detection/detector';
import type { DetectorProps } from '../../../src/constructs/detection/detector';
import { DetectorRuntime } from '../../../src/constructs/detection/detector-runtime';
import { RulePack } from '../../../src/constructs/detection/rule-pack';
import { HttpDestination } from '../../../src/constructs/destinations/http';
import { SecretSource } from '../../../src/constructs/destinations/secret-source';
import { SiemConnection } from '../../../src/constructs/destinations/siem-connection';
import { warningsBelow } from '../../../src/constructs/private/warnings';
import { at, findObject, listAt, manifestProblems } from '../../support/manifests';
import type { KubernetesObject } from '../../support/manifests';
import { synthesize, yamlAt } from '../../support/synth';

const RULES = RulePack.fromText('rules:\n- name: Any failure\n  condition: event.result == "failure"\n');

function detector(scope: Construct, props: Partial<DetectorProps> = {}): Detector {
  const destination = new HttpDestination({
    endpoint: 'https://siem.example.com/api/logs',
    apiKey: SecretSource.existing({ secretName: 'siem-api' }),
  });
  return new Detector(scope, 'Detector', {
    clusterName: 'prod-eu',
    rules: [RULES],
    runtime: DetectorRuntime.image('registry.example.com/detector:0.1.0'),
    connection: new SiemConnection(scope, 'Connection', { destinations: [destination] }),
    ...props,
  });
}

function objects(props: Partial<DetectorProps> = {}): KubernetesObject[] {
  return synthesize((scope) => detector(scope, props));
}

const EXTERNAL = [
  'Namespace/siem',
  'Namespace/siem-agents',
  ...['siem-api', 'siem-forward-tls', 'siem-forward-key', 'audit-webhook-tls'].map((name) => `Secret/siem/${name}`),
];

test.each(['1.27', '1.30', '1.33', '1.36'].map((title) => ({ title })))(
  'Kubernetes $title takes it, below Pod Security level restricted and with nothing missing',
  ({ title }) => {
    const problems = manifestProblems(
      objects({
        kubernetesVersion: title,
        runtime: DetectorRuntime.inline(),
        auditWebhook: { tlsSecretName: 'audit-webhook-tls' },
      }),
      { kubernetesVersion: title, external: EXTERNAL, levels: { siem: 'restricted' } },
    );
    // The agents are another construct's.
    expect(problems.filter((problem) => !/(node|audit)-agent/.test(problem))).toEqual([]);
  },
);

test('one pod at a time runs, and it has time to hand over its buffers', () => {
  const deployment = findObject(objects(), 'Deployment', 'siem-aggregator');
  expect(deployment).toMatchObject({
    spec: {
      replicas: 1,
      strategy: { type: 'Recreate' },
      template: { spec: { terminationGracePeriodSeconds: 120, automountServiceAccountToken: false } },
    },
  });
  expect(listAt(deployment, 'spec.template.spec.containers').map(({ name }) => name)).toEqual(['fluentd', 'detector']);
  expect(objects().map(({ kind }) => kind)).not.toEqual(expect.arrayContaining(['Role']));
});

test('rules and settings roll no pod, the configuration of Fluentd does', () => {
  const checksums = (props: Partial<DetectorProps>): unknown =>
    at(findObject(objects(props), 'Deployment', 'siem-aggregator'), 'spec.template');
  const before = checksums({});
  const other = RulePack.fromText('rules:\n- name: Another\n  condition: event.result == "success"\n');
  expect(checksums({ rules: [RULES, other], clusterName: 'prod-us' })).toEqual(before);
  expect(checksums({ detectorBufferSize: '2Gi' })).not.toEqual(before);
});

test('agents reach the forward port only, and the pod reaches DNS, destinations and webhooks only', () => {
  const policy = findObject(
    objects({ webhooks: [{ name: 'a', url: 'https://alerts.example.com:8443' }], agentNamespaceName: 'agents' }),
    'NetworkPolicy',
    'siem-aggregator',
  );
  const [forward, metrics, ...others] = listAt(policy, 'spec.ingress');
  expect(listAt(forward, 'ports').map(({ port }) => port)).toEqual([24224]);
  expect(listAt(forward, 'from').map((peer) => at(peer, 'namespaceSelector.matchLabels'))).toEqual([
    { 'kubernetes.io/metadata.name': 'agents' },
    { 'kubernetes.io/metadata.name': 'agents' },
  ]);
  expect(listAt(metrics, 'ports').map(({ port }) => port)).toEqual([24231, 8090]);
  expect(others).toEqual([]);
  const egress = listAt(policy, 'spec.egress').flatMap((rule) => listAt(rule, 'ports').map(({ port }) => port));
  expect([...new Set(egress)]).toEqual([53, 5353, 443, 8443]);
});

test('a detector that is not ready keeps no record from the SIEM', () => {
  const service = findObject(objects(), 'Service', 'siem-aggregator');
  expect(at(service, 'spec.publishNotReadyAddresses')).toBe(true);
});

test('the audit webhook has a port only when it is asked for', () => {
  const ports = (props: Partial<DetectorProps>): unknown[] =>
    listAt(findObject(objects(props), 'Service', 'siem-aggregator'), 'spec.ports').map(({ name }) => name);
  expect(ports({})).toEqual(['forward', 'metrics', 'detector-admin']);
  const auditWebhook = { tlsSecretName: 'audit-webhook-tls', sourceRanges: ['192.0.2.0/28'] };
  expect(ports({ auditWebhook })).toContain('audit-webhook');
  const policy = findObject(objects({ auditWebhook }), 'NetworkPolicy', 'siem-aggregator');
  expect(listAt(policy, 'spec.ingress').at(-1)).toEqual({
    ports: [{ port: 9443, protocol: 'TCP' }],
    from: [{ ipBlock: { cidr: '192.0.2.0/28' } }],
  });
});

test('an empty list of callers is refused: it would let everyone call', () => {
  const auditWebhook = { tlsSecretName: 'audit-webhook-tls', sourceRanges: [] };
  expect(() => objects({ auditWebhook })).toThrow(
    'test/Detector: the list of source ranges is empty; name at least one range, or leave the list out for any address',
  );
});

test('on a node that runs short, the agents stay longer than the aggregator: they hold their place in the logs', () => {
  const found = synthesize((scope) => {
    new FluentdCollector(scope, 'Collector', { clusterName: 'prod-eu' });
    detector(scope);
  });
  const value = (name: string): unknown => at(findObject(found, 'PriorityClass', name), 'value');
  expect(value('siem-collector')).toBe(1_000_000);
  expect(value('siem-aggregator')).toBe(900_000);
});

test('alerts go to the SIEM by way of the aggregator, when there is one', () => {
  const siemUrl = (props: Partial<DetectorProps>): unknown => {
    const { data } = findObject(objects(props), 'ConfigMap', 'siem-detector-settings') as unknown as {
      data: Record<string, string>;
    };
    return (JSON.parse(data['detector.json'] ?? '{}') as { siemUrl?: string }).siemUrl;
  };
  expect(siemUrl({})).toBe('http://127.0.0.1:9880/siem.alert');
});

test('without destinations and webhooks it says that nobody gets alerts', () => {
  const chart = new Chart(Testing.app(), 'siem');
  new Detector(chart, 'Detector', {
    clusterName: 'prod-eu',
    rules: [RULES],
    runtime: DetectorRuntime.image('registry.example.com/detector:0.1.0'),
    transport: TransportSecurity.existing(),
  });
  expect(warningsBelow(chart)).toEqual([expect.stringContaining("alerts stand in the detector's log only")]);
});

test('the place in the tree changes no byte', () => {
  const build = (scope: Construct): void => {
    detector(scope);
  };
  expect(yamlAt(['a', 'b'], build)).toBe(yamlAt(['siem'], build));
});
