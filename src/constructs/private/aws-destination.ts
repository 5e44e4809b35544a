import type { Construct } from 'constructs';
import type { DestinationBindOptions, DestinationProps, SiemDestinationConfig } from '../destinations/destination';
import { AwsCredentials } from '../destinations/aws-credentials';
import { bindSecrets, sharedConfig } from './destination-secret';
import { checkEndpoint, portOf } from './endpoint';
import { fail } from './validate';

/** What every destination at AWS is told. */
export interface AwsDestinationProps extends DestinationProps {
  readonly region: string;
  readonly credentials?: AwsCredentials;
  readonly endpoint?: string;
}

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

/** Everything of the config but the output, with these parameters beside region and endpoint. */
export function awsConfig(
  scope: Construct,
  options: DestinationBindOptions,
  props: AwsDestinationProps & { readonly destinationName: string },
  parameters: Readonly<Record<string, string>>,
): Omit<SiemDestinationConfig, 'output'> {
  const { region, endpoint, destinationName, credentials = AwsCredentials.pod() } = props;
  if (!REGION.test(region)) fail(scope, `'${region}' is not a region`, "write it as 'eu-central-1'");
  const url = endpoint === undefined ? undefined : checkEndpoint(scope, endpoint);
  const ports = [url === undefined ? 443 : portOf(url), ...credentials._ports()];
  return {
    destinationName,
    parameters: { region, ...(endpoint !== undefined && { endpoint }), ...parameters },
    secrets: bindSecrets(scope, options, destinationName, credentials._secrets()),
    serviceAccountAnnotations: credentials._annotations(scope),
    ...sharedConfig(props),
    ports: [...new Set(ports)].sort((a, b) => a - b),
  };
}

/** Refuses what only the client of S3 can be told. */
export function refuseOwnTls(scope: Construct, { tls = {} }: DestinationProps, destination: string): void {
  if (Object.keys(tls).length === 0) return;
  const remedy = "leave out 'tls': the service is verified by the CAs of the image";
  fail(scope, `the client of ${destination} takes no CA and no certificate of yours`, remedy);
}
