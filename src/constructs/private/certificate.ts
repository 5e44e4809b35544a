import type { Construct } from 'constructs';
import {
  Certificate,
  CertificateSpecPrivateKeyAlgorithm,
  CertificateSpecPrivateKeyRotationPolicy,
  CertificateSpecUsages,
  toJson_CertificateSpec,
} from '../../../imports/cert-manager.io';
import type { Component } from './component';
import { Manifest } from './manifest';

export interface CertificateOptions {
  readonly component: Component;
  readonly secretName: string;
  readonly issuerName: string;
  /** @default 'ClusterIssuer' */
  readonly issuerKind?: string;
  /** @default 'cert-manager.io' */
  readonly issuerGroup?: string;
  readonly dnsNames: readonly string[];
}

/**
 * A certificate for both ends of mutual TLS. Fluentd reads it when it starts, so it is renewed long before it ends: any
 * restart in between picks the new one up.
 */
export function certificate(scope: Construct, id: string, options: CertificateOptions): Manifest {
  const { component, secretName, issuerName, dnsNames } = options;
  const spec = toJson_CertificateSpec({
    secretName,
    secretTemplate: { labels: component.labels },
    issuerRef: {
      name: issuerName,
      kind: options.issuerKind ?? 'ClusterIssuer',
      group: options.issuerGroup ?? 'cert-manager.io',
    },
    dnsNames: [...dnsNames],
    duration: '8760h0m0s',
    renewBefore: '4380h0m0s',
    privateKey: {
      algorithm: CertificateSpecPrivateKeyAlgorithm.ECDSA,
      size: 256,
      rotationPolicy: CertificateSpecPrivateKeyRotationPolicy.ALWAYS,
    },
    usages: [CertificateSpecUsages.SERVER_AUTH, CertificateSpecUsages.CLIENT_AUTH],
    revisionHistoryLimit: 1,
  });
  return new Manifest(scope, id, { ...Certificate.GVK, metadata: component.metadata('-forward'), spec });
}
