import type { IConstruct } from 'constructs';
import type { DestinationOutput, OutputBuffer, OutputText, OutputTls } from '../../model/destinations/output';
import { DestinationPlugin } from '../destinations/destination';
import type { DestinationBuffer, DestinationTls, SiemDestinationConfig } from '../destinations/destination';
import type { SecretReference } from '../destinations/secret-source';
import { checkDnsLabel, checkObjectName } from './names';
import { projectedVolume } from './pod-parts';
import type { MountedVolume } from './pod-parts';
import { quantity } from './quantity';
import type { WireObject } from './strategic-merge';
import { fail } from './validate';

/** Where Fluentd finds the credentials of its destinations, a folder each. */
const FOLDER = '/etc/siem/destinations';

interface PluginParameters {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

const SEARCH: PluginParameters = { required: ['hosts', 'index-prefix'], optional: ['username', 'password'] };

/** What each plugin takes, readable or secret. */
const PLUGINS: Readonly<Record<DestinationPlugin, PluginParameters>> = {
  [DestinationPlugin.HTTP]: { required: ['endpoint'], optional: ['username', 'password'] },
  [DestinationPlugin.ELASTICSEARCH]: { ...SEARCH, optional: [...SEARCH.optional, 'api-key'] },
  [DestinationPlugin.OPENSEARCH]: SEARCH,
};

/** Refuses what Fluentd's output could not use; destinations may come from others. */
export function checkDestination(at: IConstruct, config: SiemDestinationConfig): void {
  const { destinationName, parameters, buffer } = config;
  checkDnsLabel(at, 'destination name', destinationName, 30);
  checkParameters(at, config);
  const placeholder = Object.entries({ ...parameters, ...config.headers }).find(([, text]) => /[$%]\{/.test(text));
  if (placeholder !== undefined) {
    fail(at, `'${placeholder[0]}' of '${destinationName}' holds \${ or %{`, 'Fluentd would expand it: leave it out');
  }
  if (buffer?.totalSize !== undefined) quantity(at, 'buffer size', buffer.totalSize);
  checkTls(at, config);
  checkPorts(at, config);
}

function checkParameters(
  at: IConstruct,
  { destinationName, plugin, parameters, secrets }: SiemDestinationConfig,
): void {
  const { required, optional } = PLUGINS[plugin];
  const known = [...required, ...optional];
  const unknown = [...Object.keys(parameters), ...Object.keys(secrets ?? {})].find((name) => !known.includes(name));
  if (unknown !== undefined) {
    fail(at, `the plugin '${plugin}' of '${destinationName}' has no parameter '${unknown}'`, `use ${known.join(', ')}`);
  }
  const missing = required.find((name) => !(name in parameters));
  if (missing !== undefined) {
    fail(at, `the plugin '${plugin}' of '${destinationName}' needs '${missing}'`, `give it in 'parameters'`);
  }
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
