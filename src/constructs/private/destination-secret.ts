import type { Construct } from 'constructs';
import type { DestinationBindOptions } from '../destinations/destination';
import type { SecretReference, SecretSource } from '../destinations/secret-source';

export interface DestinationSecretUse {
  readonly destinationName: string;
  /** What it is, and the key in its Secret. */
  readonly key: 'api-key' | 'password';
}

/** Binds a credential of a destination under `<stack>-<destination>-<key>`. */
export function bindSecret(
  source: SecretSource,
  scope: Construct,
  options: DestinationBindOptions,
  use: DestinationSecretUse,
): SecretReference {
  return source.bind(scope, {
    name: `${options.stackName}-${use.destinationName}-${use.key}`,
    namespaceName: options.namespaceName,
    key: use.key,
    labels: options.labels,
    annotations: options.annotations,
    allowPlaintext: options.allowPlaintextSecrets,
  });
}
