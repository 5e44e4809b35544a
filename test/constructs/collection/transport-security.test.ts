import { Chart, Testing } from 'cdk8s';
import { TransportSecurity } from '../../../src/constructs/collection/transport-security';
import { Component } from '../../../src/constructs/private/component';
import { warningsBelow } from '../../../src/constructs/private/warnings';
import { at, objectsOf } from '../../support/manifests';

function bind(transport: TransportSecurity): { chart: Chart; end: ReturnType<TransportSecurity['_bind']> } {
  const chart = new Chart(Testing.app(), 'test');
  return { chart, end: transport._bind(chart, new Component(chart, 'aggregator', {}), ['siem-aggregator.siem.svc']) };
}

test('existing Secrets have names that follow from the stack', () => {
  const { chart, end } = bind(TransportSecurity.existing());
  expect(objectsOf(chart)).toEqual([]);
  expect(end.volumes.map(({ volume }) => at(volume, 'secret.secretName'))).toEqual([
    'siem-forward-tls',
    'siem-forward-key',
  ]);
  expect(end.transport).toEqual({
    kind: 'tls',
    caFile: '/etc/siem/forward-tls/ca.crt',
    certificateFile: '/etc/siem/forward-tls/tls.crt',
    keyFile: '/etc/siem/forward-tls/tls.key',
    sharedKeyFile: '/etc/siem/forward-key/shared-key',
  });
});

test('existing Secrets can be named', () => {
  const transport = TransportSecurity.existing({ tlsSecretName: 'team-tls', sharedKeySecretName: 'team-key' });
  expect(bind(transport).end.volumes.map(({ volume }) => at(volume, 'secret.secretName'))).toEqual([
    'team-tls',
    'team-key',
  ]);
});

test('cert-manager writes the certificate and renews it half a year before it ends', () => {
  const transport = TransportSecurity.certManager({ issuerName: 'ca', issuerKind: 'Issuer' });
  const { chart } = bind(transport);
  expect(objectsOf(chart)).toMatchObject([
    {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name: 'siem-aggregator-forward', namespace: 'siem' },
      spec: {
        dnsNames: ['siem-aggregator.siem.svc'],
        duration: '8760h0m0s',
        issuerRef: { group: 'cert-manager.io', kind: 'Issuer', name: 'ca' },
        privateKey: { algorithm: 'ECDSA', rotationPolicy: 'Always', size: 256 },
        renewBefore: '4380h0m0s',
        secretName: 'siem-forward-tls',
        usages: ['server auth', 'client auth'],
      },
    },
  ]);
});

test('plain text has to be asked for, and warns', () => {
  const { chart, end } = bind(TransportSecurity.plaintext());
  expect(end).toEqual({ transport: { kind: 'plaintext' }, volumes: [] });
  expect(warningsBelow(chart)).toEqual([
    'test: records travel in plain text between agents and aggregator; use TransportSecurity.existing()',
  ]);
});

test('a name that is no name is refused', () => {
  expect(() => bind(TransportSecurity.existing({ tlsSecretName: 'Team TLS' }))).toThrow(
    "test: the TLS secret name 'Team TLS' is not a valid object name",
  );
  expect(() => bind(TransportSecurity.certManager({ issuerName: '' }))).toThrow('test: the issuer has no name');
});
