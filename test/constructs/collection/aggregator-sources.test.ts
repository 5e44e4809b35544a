import type { Construct } from 'constructs';
import { LogSource } from '../../../src/constructs/collection/log-source';
import { AwsCredentials } from '../../../src/constructs/destinations/aws-credentials';
import { SecretSource } from '../../../src/constructs/destinations/secret-source';
import { Detector } from '../../../src/constructs/detection/detector';
import type { DetectorProps } from '../../../src/constructs/detection/detector';
import { DetectorRuntime } from '../../../src/constructs/detection/detector-runtime';
import { RulePack } from '../../../src/constructs/detection/rule-pack';
import { at, findObject, listAt, manifestProblems } from '../../support/manifests';
import type { KubernetesObject } from '../../support/manifests';
import { synthesize } from '../../support/synth';

const ROLE = 'arn:aws:iam::123456789012:role/siem';
const EKS = LogSource.eks({
  region: 'eu-central-1',
  logGroup: '/aws/eks/prod/cluster',
  credentials: AwsCredentials.serviceAccountRole(ROLE),
});
const GKE = LogSource.gke({ token: SecretSource.existing({ secretName: 'gke' }), sourceRanges: ['10.0.0.0/8'] });
const AKS = LogSource.aks({
  namespaceHost: 'siem.servicebus.windows.net',
  eventHub: 'audit',
  connectionString: SecretSource.existing({ secretName: 'aks' }),
});
const WEBHOOK = LogSource.kubernetesAuditWebhook({ tlsSecretName: 'audit-webhook-tls' });

function objects(props: Partial<DetectorProps>): KubernetesObject[] {
  return synthesize(
    (scope: Construct) =>
      new Detector(scope, 'Detector', {
        clusterName: 'prod-eu',
        rules: [RulePack.fromText('rules:\n- name: Any failure\n  condition: event.result == "failure"\n')],
        runtime: DetectorRuntime.image('registry.example.com/detector:0.1.0'),
        ...props,
      }),
  );
}

const conf = (all: readonly KubernetesObject[], file = 'fluent.conf') =>
  String((at(findObject(all, 'ConfigMap', 'siem-aggregator'), 'data') as Record<string, string>)[file]);
const files = (all: readonly KubernetesObject[]) =>
  Object.keys(at(findObject(all, 'ConfigMap', 'siem-aggregator'), 'data') as object);
const container = (all: readonly KubernetesObject[], kind = 'Deployment') =>
  listAt(findObject(all, kind, 'siem-aggregator'), 'spec.template.spec.containers').find(
    ({ name }) => name === 'fluentd',
  );

const EXTERNAL = [
  'Namespace/siem',
  'Namespace/siem-agents',
  ...['gke', 'aks', 'audit-webhook-tls', 'siem-forward-tls', 'siem-forward-key'].map((name) => `Secret/siem/${name}`),
];

test.each([
  { title: 'EKS', sources: [EKS], standby: false },
  { title: 'GKE and the webhook', sources: [GKE, WEBHOOK], standby: true },
  { title: 'AKS', sources: [AKS], standby: true },
])('manifests with $title are taken by Kubernetes 1.27 and 1.36, with nothing missing', ({ sources, standby }) => {
  for (const kubernetesVersion of ['1.27', '1.36']) {
    const all = objects({ sources, kubernetesVersion, ...(standby && { standby, persistence: {} }) });
    const problems = manifestProblems(all, { kubernetesVersion, external: EXTERNAL, levels: { siem: 'restricted' } });
    expect(problems.filter((problem) => !/(node|audit)-agent/.test(problem))).toEqual([]);
  }
});

test('EKS: the image has the client, the ServiceAccount the role, and the pod may reach AWS', () => {
  const all = objects({ sources: [EKS] });
  expect(container(all)?.['image']).toContain('-debian-cloudwatch-');
  expect(at(findObject(all, 'ServiceAccount', 'siem-aggregator'), 'metadata.annotations')).toMatchObject({
    'eks.amazonaws.com/role-arn': ROLE,
  });
  const egress = listAt(findObject(all, 'NetworkPolicy', 'siem-aggregator'), 'spec.egress');
  expect(egress).toContainEqual({ ports: [{ port: 443, protocol: 'TCP' }] });
  expect(files(all)).toEqual(expect.arrayContaining(['filter_siem_unwrap.rb', 'in_siem_cloudwatch_logs.rb']));
  expect(conf(all)).toContain('log_group_name /aws/eks/prod/cluster');
});

test('EKS with a key pair: the keys are files', () => {
  const keys = {
    accessKeyId: SecretSource.existing({ secretName: 'aws', key: 'id' }),
    secretAccessKey: SecretSource.existing({ secretName: 'aws', key: 'secret' }),
  };
  const all = objects({
    sources: [LogSource.eks({ region: 'eu-central-1', logGroup: '/a', credentials: AwsCredentials.keys(keys) })],
  });
  expect(conf(all)).toContain(
    `aws_sec_key "#{File.read('/etc/siem/sources/eks/secret-access-key', encoding: 'UTF-8').strip}"`,
  );
});

test('listeners have a Service of their own, and whoever may reach them is named', () => {
  const all = objects({ sources: [GKE, WEBHOOK] });
  expect(listAt(findObject(all, 'Service', 'siem-aggregator-sources'), 'spec.ports')).toEqual([
    { name: 'gke-push', port: 9881, targetPort: 'gke-push', protocol: 'TCP' },
    { name: 'audit-events', port: 9882, targetPort: 'audit-events', protocol: 'TCP' },
  ]);
  const ingress = listAt(findObject(all, 'NetworkPolicy', 'siem-aggregator'), 'spec.ingress');
  expect(ingress).toContainEqual({
    ports: [{ port: 9881, protocol: 'TCP' }],
    from: [{ ipBlock: { cidr: '10.0.0.0/8' } }],
  });
  expect(ingress).toContainEqual({ ports: [{ port: 9882, protocol: 'TCP' }] });
  expect(conf(all)).toContain('client_cert_auth true');
});

test('beside a standby, what is pulled is read by the first pod only, and what is pushed goes to it', () => {
  const all = objects({ sources: [AKS, WEBHOOK], persistence: {}, standby: true });
  expect(conf(all)).toContain('@type kafka_group');
  expect(conf(all, 'standby.conf')).not.toContain('@type kafka_group');
  expect(conf(all, 'standby.conf')).toContain('@type siem_http');
  expect(container(all, 'StatefulSet')?.['command']).toContainEqual(expect.stringContaining('*-0) config=fluent.conf'));
  expect(at(findObject(all, 'Service', 'siem-aggregator-sources'), 'spec.selector')).toMatchObject({
    'statefulset.kubernetes.io/pod-name': 'siem-aggregator-0',
  });
});

test.each([
  { title: 'two of a kind', props: { sources: [EKS, EKS] }, message: /two sources are of the kind 'eks'/ },
  {
    title: 'clients that no image has together',
    props: { sources: [EKS, AKS] },
    message: /no published image has what the destinations need: .*fluent-plugin-cloudwatch-logs.*fluent-plugin-kafka/,
  },
  {
    title: 'a region that is none',
    props: { sources: [LogSource.eks({ region: 'Frankfurt', logGroup: '/a' })] },
    message: /'Frankfurt' is not a region/,
  },
  {
    title: 'an address range that is none',
    props: { sources: [LogSource.kubernetesAuditWebhook({ tlsSecretName: 'a', sourceRanges: ['all'] })] },
    message: /the source range 'all' is no address range/,
  },
  {
    title: 'both ways of the webhook',
    props: { sources: [WEBHOOK], auditWebhook: { tlsSecretName: 'a' } },
    message: /one audit webhook.*; use LogSource.kubernetesAuditWebhook\(\)/,
  },
  {
    title: "the detector's webhook beside a standby",
    props: { persistence: {}, standby: true, auditWebhook: { tlsSecretName: 'a' } },
    message: /cannot follow the active pod/,
  },
])('refused: $title', ({ props, message }) => {
  expect(() => objects(props)).toThrow(message);
});
