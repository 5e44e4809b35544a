import type { Construct } from 'constructs';
import type { DestinationBindOptions, DestinationProps, SiemDestinationConfig } from '../destinations/destination';
import type { SecretReference, SecretSource } from '../destinations/secret-source';

/** Binds the credentials of a destination, each under `<stack>-<destination>-<key>`; those that are undefined are none. */
export function bindSecrets(
  scope: Construct,
  options: DestinationBindOptions,
  destinationName: string,
  sources: Readonly<Record<string, SecretSource | undefined>>,
): { [key: string]: SecretReference } {
  const given = Object.entries(sources).filter((entry): entry is [string, SecretSource] => entry[1] !== undefined);
  return Object.fromEntries(
    given.map(([key, source]) => [
      key,
      source.bind(scope, {
        name: `${options.stackName}-${destinationName}-${key}`,
        namespaceName: options.namespaceName,
        key,
        labels: options.labels,
        annotations: options.annotations,
        allowPlaintext: options.allowPlaintextSecrets,
      }),
    ]),
  );
}

/** What is the connection's business, whatever the destination. */
export function sharedConfig(props: DestinationProps): Pick<SiemDestinationConfig, 'tls' | 'buffer' | 'format'> {
  const { tls, buffer, format } = props;
  return {
    ...(tls !== undefined && { tls }),
    ...(buffer !== undefined && { buffer }),
    ...(format !== undefined && { format }),
  };
}
