import { renderAggregator } from '../../../src/model/pipeline/aggregator-config';
import type { AggregatorSource } from '../../../src/model/sources/aggregator-source';

const TLS = { certificateFile: '/s/tls.crt', keyFile: '/s/tls.key' };

/** Checked against what the plugins take: a wrong parameter throws. */
const render = (source: AggregatorSource): string =>
  renderAggregator({
    transport: { kind: 'plaintext' },
    stateDirectory: '/state',
    credentialDirectory: '/etc/siem/destinations',
    destinations: [],
    cluster: 'prod-eu',
    sources: [source],
  });

const unwrapping = (text: string) => /<label @(?:EKS|GKE|AKS|AUDIT_WEBHOOK)>[^]*?<\/label>/.exec(text)?.[0] ?? '';

test('EKS: what has been read stands in the state folder', () => {
  const text = render({ kind: 'eks', region: 'eu-central-1', logGroup: '/a', fetchSeconds: 10, lookbackSeconds: 60 });
  expect(text).toContain('@type siem_cloudwatch_logs');
  expect(text).toContain('log_stream_name kube-apiserver-audit');
  expect(text).toContain('path /state/pos/in_eks.json');
  expect(unwrapping(text)).toContain(`origin '{"source":"kubernetes-audit","format":"eks","cluster":"prod-eu"}'`);
});

test('GKE: a listener with a token, and TLS where it has a certificate', () => {
  const open = render({ kind: 'gke', tokenFile: '/s/token' });
  expect(open).toContain(`token "#{File.read('/s/token', encoding: 'UTF-8').strip}"`);
  expect(open).not.toContain('<transport tls>');
  const closed = render({ kind: 'gke', tokenFile: '/s/token', tls: TLS });
  expect(closed).toContain('<transport tls>');
  expect(closed).not.toContain('client_cert_auth');
  expect(unwrapping(closed)).toContain('envelope pubsub');
});

test('AKS: what is no JSON passes as text, and failed connections are tried for ever', () => {
  const text = render({
    kind: 'aks',
    brokers: 'siem.servicebus.windows.net:9093',
    eventHub: 'audit',
    consumerGroup: '$Default',
    connectionStringFile: '/s/connection-string',
  });
  for (const line of [
    'format text',
    'disable_retry_limit true',
    'sasl_over_ssl true',
    'ssl_ca_certs_from_system true',
  ]) {
    expect(text).toContain(line);
  }
  expect(unwrapping(text)).toContain('envelope records');
});

test('the audit webhook: a client certificate is asked for', () => {
  const text = render({ kind: 'audit-webhook', tls: { ...TLS, clientCaFile: '/s/ca.crt' } });
  expect(text).toContain('client_cert_auth true');
  expect(text).toContain('ca_path /s/ca.crt');
  expect(unwrapping(text)).toContain('envelope items');
  expect(unwrapping(text)).toContain('@label @INGEST');
});
