import type { IConstruct } from 'constructs';
import type { DestinationOutput, OutputBuffer, OutputTls } from '../../model/destinations/output';
import { parameterVariable } from '../../model/destinations/place';
import type { DestinationBuffer, DestinationTls, SiemDestinationConfig } from '../destinations/destination';
import type { SecretReference } from '../destinations/secret-source';
import { checkDnsLabel, checkObjectName } from './names';
import { projectedVolume } from './pod-parts';
import type { MountedVolume } from './pod-parts';
import { quantity } from './quantity';
import type { WireObject } from './strategic-merge';
import { fail } from './validate';

/** Where Fluentd finds the credentials of its destinations, a folder each. */
export const CREDENTIAL_FOLDER = '/etc/siem/destinations';

/** Refuses what Fluentd's output could not use; destinations may come from others. */
export function checkDestination(at: IConstruct, config: SiemDestinationConfig): void {
  const { destinationName, parameters, buffer } = config;
  checkDnsLabel(at, 'destination name', destinationName, 30);
  checkNames(at, config);
  checkNoPlaceholder(at, destinationName, parameters);
  if (buffer?.totalSize !== undefined) quantity(at, 'buffer size', buffer.totalSize);
  checkTls(at, config);
  checkPorts(at, config);
}

/** Outputs expand `${…}` and `%{…}` in their parameters: a text that holds one would not arrive as it was written. */
export function checkNoPlaceholder(
  at: IConstruct,
  destinationName: string,
  texts: Readonly<Record<string, string>>,
): void {
  const placeholder = Object.entries(texts).find(([, text]) => /[$%]\{/.test(text));
  if (placeholder === undefined) return;
  fail(at, `'${placeholder[0]}' of '${destinationName}' holds \${ or %{`, 'Fluentd would expand it: leave it out');
}

/** They name environment variables and files. */
function checkNames(at: IConstruct, { destinationName, parameters, secrets = {} }: SiemDestinationConfig): void {
  const names = [...Object.keys(parameters), ...Object.keys(secrets)];
  const wrong = names.find((name) => !/^[a-z][a-z0-9-]*$/.test(name));
  if (wrong === undefined) return;
  fail(at, `'${wrong}' of '${destinationName}' cannot name a parameter`, 'use lower-case letters, digits and dashes');
}

function checkTls(at: IConstruct, { destinationName, tls = {} }: SiemDestinationConfig): void {
  const { caConfigMapName, caSecretName, clientTlsSecretName } = tls;
  if (caConfigMapName !== undefined && caSecretName !== undefined) {
    fail(at, `the CA of '${destinationName}' comes from a ConfigMap and from a Secret`, 'name one of them');
  }
  for (const name of [caConfigMapName, caSecretName, clientTlsSecretName]) {
    if (name !== undefined) checkObjectName(at, 'TLS object name', name);
  }
}

/** A rule of a network policy that names no port opens all of them. */
function checkPorts(at: IConstruct, { destinationName, ports }: SiemDestinationConfig): void {
  const wrong = ports.find((port) => !isPort(port));
  if (ports.length > 0 && wrong === undefined) return;
  const problem = `the destination '${destinationName}' names ${wrong === undefined ? 'no port' : `the port ${wrong}`}`;
  fail(at, problem, 'give the TCP ports of its endpoints, 1 to 65535');
}

export function isPort(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 65_535;
}

/** Places of readable parameters (a ConfigMap, read as environment) and of credentials (files). */
export class DestinationFiles {
  public constructor(private readonly configMapName: string) {}

  /** The ConfigMap: `<destination>.<parameter>`. */
  public data(configs: readonly SiemDestinationConfig[]): Record<string, string> {
    return Object.fromEntries(
      configs.flatMap(({ destinationName, parameters }) =>
        Object.entries(parameters).map(([name, text]) => [`${destinationName}.${name}`, text]),
      ),
    );
  }

  public environment(configs: readonly SiemDestinationConfig[]): WireObject[] {
    return configs.flatMap(({ destinationName, parameters }) =>
      Object.keys(parameters).map((name) => ({
        name: parameterVariable(destinationName, name),
        valueFrom: { configMapKeyRef: { name: this.configMapName, key: `${destinationName}.${name}` } },
      })),
    );
  }

  /** Credentials of the destinations, and one more file with its path below their folder. */
  public volumes(
    configs: readonly SiemDestinationConfig[],
    more?: { readonly reference: SecretReference; readonly path: string },
  ): MountedVolume[] {
    const sources = configs.flatMap((config) => [...secretSources(config), ...tlsSources(config)]);
    if (more !== undefined) sources.push(source(more.reference, more.path));
    return sources.length === 0 ? [] : [projectedVolume('destinations', sources, CREDENTIAL_FOLDER)];
  }

  public output(at: IConstruct, config: SiemDestinationConfig): DestinationOutput {
    const { destinationName: id, output, tls, buffer, format } = config;
    return {
      id,
      ...(tls !== undefined && { tls: outputTls(id, tls) }),
      buffer: outputBuffer(at, buffer),
      ...(format !== undefined && { format }),
      elements: (place) => output._elements(place),
    };
  }
}

function fileOf(destinationName: string, name: string): string {
  return `${CREDENTIAL_FOLDER}/${destinationName}/${name}`;
}

function secretSources({ destinationName, secrets = {} }: SiemDestinationConfig): WireObject[] {
  return Object.entries(secrets).map(([name, reference]) => source(reference, `${destinationName}/${name}`));
}

function tlsSources({ destinationName, tls = {} }: SiemDestinationConfig): WireObject[] {
  const item = (key: string): WireObject => ({ key, path: `${destinationName}/${key}` });
  const { caConfigMapName, caSecretName, clientTlsSecretName } = tls;
  return [
    ...(caConfigMapName === undefined ? [] : [{ configMap: { name: caConfigMapName, items: [item('ca.crt')] } }]),
    ...(caSecretName === undefined ? [] : [{ secret: { name: caSecretName, items: [item('ca.crt')] } }]),
    ...(clientTlsSecretName === undefined
      ? []
      : [{ secret: { name: clientTlsSecretName, items: [item('tls.crt'), item('tls.key')] } }]),
  ];
}

function source({ secretName, key }: SecretReference, path: string): WireObject {
  return { secret: { name: secretName, items: [{ key, path }] } };
}

function outputTls(id: string, tls: DestinationTls): OutputTls {
  const hasCa = tls.caConfigMapName !== undefined || tls.caSecretName !== undefined;
  return {
    ...(hasCa && { caFile: fileOf(id, 'ca.crt') }),
    ...(tls.clientTlsSecretName !== undefined && {
      clientCertificateFile: fileOf(id, 'tls.crt'),
      clientKeyFile: fileOf(id, 'tls.key'),
    }),
  };
}

function outputBuffer(at: IConstruct, buffer: DestinationBuffer = {}): OutputBuffer & { readonly totalBytes: number } {
  const { totalSize = '2Gi', deliveryRecords, flushSeconds } = buffer;
  return {
    totalBytes: quantity(at, 'buffer size', totalSize),
    ...(deliveryRecords !== undefined && { deliveryRecords }),
    ...(flushSeconds !== undefined && { flushSeconds }),
  };
}
