import type { IConstruct } from 'constructs';
import type { DestinationOutput, OutputBuffer, OutputText, OutputTls } from '../../model/destination-output';
import { DestinationPlugin } from '../destinations/destination';
import type { DestinationBuffer, DestinationTls, SiemDestinationConfig } from '../destinations/destination';
import type { SecretReference } from '../destinations/secret-source';
import { checkDnsLabel } from './names';
import { projectedVolume } from './pod-parts';
import type { MountedVolume } from './pod-parts';
import { quantity } from './quantity';
import type { WireObject } from './strategic-merge';
import { fail } from './validate';

/** Where Fluentd finds the credentials of its destinations, a folder each. */
const FOLDER = '/etc/siem/destinations';

/** Parameters and secrets that each plugin takes. */
const KNOWN: Readonly<Record<DestinationPlugin, { readonly parameters: string[]; readonly secrets: string[] }>> = {
  [DestinationPlugin.HTTP]: { parameters: ['endpoint', 'username'], secrets: ['password'] },
  [DestinationPlugin.ELASTICSEARCH]: {
    parameters: ['hosts', 'index-prefix', 'username'],
    secrets: ['password', 'api-key'],
  },
  [DestinationPlugin.OPENSEARCH]: { parameters: ['hosts', 'index-prefix', 'username'], secrets: ['password'] },
};

/** Refuses what Fluentd's output could not use; destinations may come from others. */
export function checkDestination(at: IConstruct, config: SiemDestinationConfig): void {
  checkDnsLabel(at, 'destination name', config.destinationName, 30);
  const known = KNOWN[config.plugin];
  const given = [...Object.keys(config.parameters), ...Object.keys(config.secrets ?? {})];
  const unknown = given.find((name) => ![...known.parameters, ...known.secrets].includes(name));
  if (unknown !== undefined) {
    const remedy = `use ${[...known.parameters, ...known.secrets].join(', ')}`;
    fail(at, `the plugin '${config.plugin}' of '${config.destinationName}' has no parameter '${unknown}'`, remedy);
  }
  const texts = { ...config.parameters, ...config.headers };
  const placeholder = Object.entries(texts).find(([, text]) => /[$%]\{/.test(text));
  if (placeholder !== undefined) {
    fail(
      at,
      `'${placeholder[0]}' of '${config.destinationName}' holds \${ or %{`,
      'Fluentd would expand it: leave it out',
    );
  }
  if (config.buffer?.totalSize !== undefined) quantity(at, 'buffer size', config.buffer.totalSize);
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
        name: environmentName(destinationName, name),
        valueFrom: { configMapKeyRef: { name: this.configMapName, key: `${destinationName}.${name}` } },
      })),
    );
  }

  public volumes(configs: readonly SiemDestinationConfig[]): MountedVolume[] {
    const sources = configs.flatMap((config) => [...secretSources(config), ...tlsSources(config)]);
    return sources.length === 0 ? [] : [projectedVolume('destinations', sources, FOLDER)];
  }

  public output(at: IConstruct, config: SiemDestinationConfig): DestinationOutput {
    const { destinationName: id, plugin, parameters, secrets = {}, tls, buffer } = config;
    const fromEnvironment = (name: string): OutputText => ({ env: environmentName(id, name) });
    const base = {
      id,
      ...(tls !== undefined && { tls: outputTls(id, tls) }),
      buffer: outputBuffer(at, buffer),
      ...('username' in parameters && { username: fromEnvironment('username') }),
      ...('password' in secrets && { password: { file: fileOf(id, 'password') } }),
    };
    if (plugin === DestinationPlugin.HTTP) {
      return {
        ...base,
        plugin: 'http',
        endpoint: fromEnvironment('endpoint'),
        headers: headers(config),
        format: config.jsonArray === true ? 'json-array' : 'ndjson',
        gzip: config.gzip ?? false,
      };
    }
    return {
      ...base,
      plugin: plugin === DestinationPlugin.OPENSEARCH ? 'opensearch' : 'elasticsearch',
      hosts: fromEnvironment('hosts'),
      indexPrefix: fromEnvironment('index-prefix'),
      ...('api-key' in secrets && { apiKey: { file: fileOf(id, 'api-key') } }),
    };
  }
}

function environmentName(destinationName: string, parameter: string): string {
  return `SIEM_${destinationName}_${parameter}`.replaceAll('-', '_').toUpperCase();
}

function fileOf(destinationName: string, name: string): string {
  return `${FOLDER}/${destinationName}/${name}`;
}

function headers(config: SiemDestinationConfig): Record<string, OutputText> {
  const secret = (config.secretHeaders ?? []).map(({ header, prefix }, index) => [
    header,
    { file: fileOf(config.destinationName, `header-${index}`), ...(prefix !== undefined && { prefix }) },
  ]);
  return { ...config.headers, ...(Object.fromEntries(secret) as Record<string, OutputText>) };
}

function secretSources(config: SiemDestinationConfig): WireObject[] {
  const { destinationName, secrets = {}, secretHeaders = [] } = config;
  return [
    ...Object.entries(secrets).map(([name, reference]) => source(reference, `${destinationName}/${name}`)),
    ...secretHeaders.map(({ secret }, index) => source(secret, `${destinationName}/header-${index}`)),
  ];
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
