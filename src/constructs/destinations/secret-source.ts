import type { Construct } from 'constructs';
import {
  ExternalSecret,
  ExternalSecretSpecDataRemoteRefConversionStrategy,
  ExternalSecretSpecDataRemoteRefDecodingStrategy,
  ExternalSecretSpecDataRemoteRefMetadataPolicy,
  ExternalSecretSpecRefreshPolicy,
  ExternalSecretSpecSecretStoreRefKind,
  ExternalSecretSpecTargetCreationPolicy,
  ExternalSecretSpecTargetDeletionPolicy,
  ExternalSecretSpecTargetTemplateEngineVersion,
  ExternalSecretSpecTargetTemplateMergePolicy,
  toJson_ExternalSecretSpec,
} from '../../../imports/external-secrets.io';
import { Manifest } from '../private/manifest';
import { checkObjectName } from '../private/names';
import { fail } from '../private/validate';

/** Options of `SecretSource.existing()`. */
export interface ExistingSecretOptions {
  /** Name of the Secret, in the namespace of the pods that read it. */
  readonly secretName: string;

  /**
   * Key in the Secret.
   * @default - named after its use, such as 'api-key' or 'password'
   */
  readonly key?: string;
}

/** Kind of an external secret store. */
export enum SecretStoreKind {
  /** A store of one namespace. */
  SECRET_STORE = 'SecretStore',
  /** A store of the whole cluster. */
  CLUSTER_SECRET_STORE = 'ClusterSecretStore',
}

/** Options of `SecretSource.externalSecret()`. */
export interface ExternalSecretOptions {
  /** Name of the store. */
  readonly store: string;

  /**
   * Kind of the store.
   * @default SecretStoreKind.CLUSTER_SECRET_STORE
   */
  readonly storeKind?: SecretStoreKind;

  /** Name of the value in the store. */
  readonly remoteKey: string;

  /**
   * Part of the value, when it has several.
   * @default - the whole value
   */
  readonly property?: string;

  /**
   * How often the store is asked, as a Go duration spelled in full.
   * @default '1h0m0s'
   */
  readonly refreshInterval?: string;

  /**
   * Name of the Secret that the operator writes.
   * @default - named after its use
   */
  readonly secretName?: string;
}

/** Where a Secret is bound. */
export interface SecretBindOptions {
  /** Name of an object that has to be made for it. */
  readonly name: string;

  /** Namespace of the pods that read it. */
  readonly namespaceName: string;

  /** Key when the source names none. */
  readonly key: string;

  /**
   * Labels of an object that has to be made for it.
   * @default - none
   */
  readonly labels?: { [key: string]: string };

  /**
   * Annotations of an object that has to be made for it.
   * @default - none
   */
  readonly annotations?: { [key: string]: string };

  /**
   * Whether a literal value may stand in the manifest.
   * @default false
   */
  readonly allowPlaintext?: boolean;
}

/** A key of a Secret. */
export interface SecretReference {
  /** Name of the Secret. */
  readonly secretName: string;

  /** Key in it. */
  readonly key: string;
}

type Choice =
  | { readonly kind: 'existing'; readonly options: ExistingSecretOptions }
  | { readonly kind: 'external'; readonly options: ExternalSecretOptions }
  | { readonly kind: 'literal'; readonly value: string };

/** Where a credential comes from. The manifests carry the reference, never the value. */
export class SecretSource {
  /**
   * A Secret that exists, or that something else writes.
   * @param options name and key
   */
  public static existing(options: ExistingSecretOptions): SecretSource {
    return new SecretSource({ kind: 'existing', options });
  }

  /**
   * A value of an external store, fetched by the External Secrets Operator.
   * @param options store and name of the value
   */
  public static externalSecret(options: ExternalSecretOptions): SecretSource {
    return new SecretSource({ kind: 'external', options });
  }

  /**
   * The value itself, readable by everyone who can read the manifests. Refused unless `allowPlaintextSecrets` is set.
   * @param value the credential
   */
  public static unsafeLiteral(value: string): SecretSource {
    return new SecretSource({ kind: 'literal', value });
  }

  private constructor(private readonly choice: Choice) {}

  /**
   * Makes what the source needs below `scope` and says where the value will be.
   * @param scope construct that uses the secret
   * @param options where it is bound
   */
  public bind(scope: Construct, options: SecretBindOptions): SecretReference {
    const { choice } = this;
    if (choice.kind === 'external') return externalSecret(scope, choice.options, options);
    if (choice.kind === 'literal') return literal(scope, choice.value, options);
    const { secretName, key = options.key } = choice.options;
    return { secretName: checkObjectName(scope, 'secret name', secretName), key: checkKey(scope, key) };
  }
}

function checkKey(scope: Construct, key: string): string {
  if (!/^[-._a-zA-Z0-9]{1,253}$/.test(key)) {
    fail(scope, `'${key}' is not a key of a Secret`, 'use letters, digits, dashes, dots and underscores');
  }
  return key;
}

function literal(scope: Construct, value: string, options: SecretBindOptions): SecretReference {
  if (options.allowPlaintext !== true) {
    const remedy =
      'use SecretSource.existing() or SecretSource.externalSecret(), or set allowPlaintextSecrets: true for a test';
    fail(scope, `the ${options.key} of '${options.name}' is a literal value, [redacted]`, remedy);
  }
  new Manifest(scope, options.name, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadata(options.name, options),
    type: 'Opaque',
    stringData: { [options.key]: value },
  });
  return { secretName: options.name, key: options.key };
}

function externalSecret(scope: Construct, source: ExternalSecretOptions, options: SecretBindOptions): SecretReference {
  const { storeKind = SecretStoreKind.CLUSTER_SECRET_STORE, refreshInterval = '1h0m0s' } = source;
  const secretName = checkObjectName(scope, 'secret name', source.secretName ?? options.name);
  if (!/^(\d+h)?(\d+m)?(\d+s)?$/.test(refreshInterval) || refreshInterval === '') {
    fail(scope, `the refresh interval '${refreshInterval}' is not a duration`, "write it as '1h0m0s'");
  }
  // Fields that the operator would fill in are written out: Argo CD would report the difference for ever.
  const spec = toJson_ExternalSecretSpec({
    refreshPolicy: ExternalSecretSpecRefreshPolicy.PERIODIC,
    refreshInterval,
    secretStoreRef: { name: checkObjectName(scope, 'secret store', source.store), kind: storeKindOf(storeKind) },
    target: {
      name: secretName,
      creationPolicy: ExternalSecretSpecTargetCreationPolicy.OWNER,
      deletionPolicy: ExternalSecretSpecTargetDeletionPolicy.RETAIN,
      template: {
        type: 'Opaque',
        engineVersion: ExternalSecretSpecTargetTemplateEngineVersion.V2,
        mergePolicy: ExternalSecretSpecTargetTemplateMergePolicy.REPLACE,
        metadata: { labels: { ...options.labels } },
      },
    },
    data: [
      {
        secretKey: options.key,
        remoteRef: {
          key: source.remoteKey,
          ...(source.property !== undefined && { property: source.property }),
          conversionStrategy: ExternalSecretSpecDataRemoteRefConversionStrategy.DEFAULT,
          decodingStrategy: ExternalSecretSpecDataRemoteRefDecodingStrategy.NONE,
          metadataPolicy: ExternalSecretSpecDataRemoteRefMetadataPolicy.NONE,
        },
      },
    ],
  });
  new Manifest(scope, options.name, {
    ...ExternalSecret.GVK,
    metadata: metadata(options.name, options),
    spec,
  });
  return { secretName, key: options.key };
}

function storeKindOf(kind: SecretStoreKind): ExternalSecretSpecSecretStoreRefKind {
  return kind === SecretStoreKind.SECRET_STORE
    ? ExternalSecretSpecSecretStoreRefKind.SECRET_STORE
    : ExternalSecretSpecSecretStoreRefKind.CLUSTER_SECRET_STORE;
}

function metadata(name: string, options: SecretBindOptions): object {
  return {
    name,
    namespace: options.namespaceName,
    labels: { ...options.labels },
    annotations: { ...options.annotations },
  };
}
