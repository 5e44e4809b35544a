import type { Construct } from 'constructs';
import type { Transport } from '../../model/pipeline/forward-transport';
import { addWarning } from '../private/warnings';
import type { Component } from '../private/component';
import { certificate } from '../private/certificate';
import { checkObjectName } from '../private/names';
import { secretVolume } from '../private/pod-parts';
import type { MountedVolume } from '../private/pod-parts';
import { fail } from '../private/validate';

/** Options of `TransportSecurity.existing()`. */
export interface ExistingTransportSecrets {
  /**
   * Secret with `tls.crt`, `tls.key` and `ca.crt`, in the namespace of the agents and in that of the aggregator.
   * @default - '<stack>-forward-tls'
   */
  readonly tlsSecretName?: string;

  /**
   * Secret with the key `shared-key`, the same text in both namespaces.
   * @default - '<stack>-forward-key'
   */
  readonly sharedKeySecretName?: string;
}

/** Options of `TransportSecurity.certManager()`. */
export interface CertManagerOptions {
  /** Name of an issuer that signs with a CA of its own; ACME does not fit. */
  readonly issuerName: string;

  /**
   * `ClusterIssuer`, or `Issuer` when one of that name, with the same CA, exists in both namespaces.
   * @default 'ClusterIssuer'
   */
  readonly issuerKind?: string;

  /**
   * API group of the issuer.
   * @default 'cert-manager.io'
   */
  readonly issuerGroup?: string;

  /**
   * Secret with the key `shared-key`, the same text in both namespaces.
   * @default - '<stack>-forward-key'
   */
  readonly sharedKeySecretName?: string;
}

/** Key of the shared key in its Secret. */
const SHARED_KEY = 'shared-key';

const TLS_FOLDER = '/etc/siem/forward-tls';
const KEY_FOLDER = '/etc/siem/forward-key';

type Choice =
  | { readonly kind: 'existing'; readonly options: ExistingTransportSecrets }
  | { readonly kind: 'cert-manager'; readonly options: CertManagerOptions }
  | { readonly kind: 'plaintext' };

/** @internal */
export interface TransportEnd {
  readonly transport: Transport;
  readonly volumes: readonly MountedVolume[];
}

/** How agents and aggregator prove who they are to each other, and keep others from reading along. */
export class TransportSecurity {
  /**
   * Mutual TLS and a shared key from Secrets that exist in both namespaces.
   * @param options names of the Secrets
   */
  public static existing(options: ExistingTransportSecrets = {}): TransportSecurity {
    return new TransportSecurity({ kind: 'existing', options });
  }

  /**
   * Mutual TLS with certificates from cert-manager, and a shared key from a Secret that exists in both namespaces.
   * Fluentd reads certificates when it starts, so each is renewed half a year before it ends: any restart in between
   * picks the new one up.
   * @param options the issuer
   */
  public static certManager(options: CertManagerOptions): TransportSecurity {
    return new TransportSecurity({ kind: 'cert-manager', options });
  }

  /** Neither: anyone in the cluster who reaches the aggregator can read along and write records. For tests only. */
  public static plaintext(): TransportSecurity {
    return new TransportSecurity({ kind: 'plaintext' });
  }

  private constructor(private readonly choice: Choice) {}

  /**
   * One end of the connection: its configuration and what is mounted for it.
   * @internal
   */
  public _bind(scope: Construct, component: Component, dnsNames: readonly string[]): TransportEnd {
    const { choice } = this;
    if (choice.kind === 'plaintext') {
      addWarning(scope, 'records travel in plain text between agents and aggregator; use TransportSecurity.existing()');
      return { transport: { kind: 'plaintext' }, volumes: [] };
    }
    const tlsName = checkObjectName(scope, 'TLS secret name', tlsSecretName(choice, component.stackName));
    const sharedKeyName = choice.options.sharedKeySecretName ?? `${component.stackName}-forward-key`;
    checkObjectName(scope, 'shared key secret name', sharedKeyName);
    if (choice.kind === 'cert-manager') {
      if (choice.options.issuerName === '') fail(scope, 'the issuer has no name', "give 'issuerName'");
      certificate(scope, 'Certificate', { ...choice.options, component, secretName: tlsName, dnsNames });
    }
    return {
      transport: {
        kind: 'tls',
        caFile: `${TLS_FOLDER}/ca.crt`,
        certificateFile: `${TLS_FOLDER}/tls.crt`,
        keyFile: `${TLS_FOLDER}/tls.key`,
        sharedKeyFile: `${KEY_FOLDER}/${SHARED_KEY}`,
      },
      volumes: [
        secretVolume('forward-tls', tlsName, TLS_FOLDER),
        secretVolume('forward-key', sharedKeyName, KEY_FOLDER),
      ],
    };
  }
}

function tlsSecretName(choice: Exclude<Choice, { kind: 'plaintext' }>, stackName: string): string {
  const named = choice.kind === 'existing' ? choice.options.tlsSecretName : undefined;
  return named ?? `${stackName}-forward-tls`;
}
