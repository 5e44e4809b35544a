/** One destination in a running aggregator, configured from the manifests that synth wrote. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Chart, Testing } from 'cdk8s';
import { freePort } from '../../../scripts/support/free-port';
import { configMaps } from '../../../scripts/support/synthesized';
import type { Manifest } from '../../../scripts/support/synthesized';
import { FluentdAggregator } from '../../../src/constructs/collection/fluentd-aggregator';
import { FluentdImage } from '../../../src/constructs/collection/fluentd-image';
import { TransportSecurity } from '../../../src/constructs/collection/transport-security';
import type { ISiemDestination } from '../../../src/constructs/destinations/destination';
import { SiemConnection } from '../../../src/constructs/destinations/siem-connection';
import { DETECTOR_PORTS, FLUENTD_PORTS } from '../../../src/contract/detector-config';
import { parameterVariable } from '../../../src/model/destinations/place';
import { relocate, startFluentd } from './fluentd';
import type { RunningFluentd } from './fluentd';

export interface DestinationSetup {
  /** Folder of its own; a second start in it finds the buffers of the first. */
  readonly dir: string;
  /** Content of the destination's secret files, by name; `ca.crt`, `tls.crt` and `tls.key` too. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Readable parameters that are another here, such as an endpoint; synth sees those of the destination. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Texts of the configuration that are another here, as whole words. */
  readonly places?: Readonly<Record<string, string | number>>;
  /** Environment of Fluentd beside the parameters. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface RunningDestination {
  readonly fluentd: RunningFluentd;
  /** `fluent.conf` and the connection's ConfigMap, as synth wrote them. */
  readonly manifests: string;
  /** Base address of Fluentd's own metrics, and of what it says of its plugins. */
  readonly metricsUrl: string;
  readonly monitorUrl: string;
  /** Buffers and backups. */
  readonly stateDirectory: string;
  /**
   * Hands records to the aggregator as if they came from the detector's side; resolves when they are in the buffer of the
   * destination. `lastTime` of a record (RFC 3339) is the time of its event.
   */
  readonly send: (records: readonly object[], tag?: string) => Promise<void>;
}

/** Starts an aggregator with this one destination: `afterEach(stopFluentds)`. */
export function startDestination(
  destination: ISiemDestination,
  { secrets = {}, parameters = {}, ...setup }: DestinationSetup,
): Promise<RunningDestination> {
  return startDestinations([destination], {
    ...setup,
    secrets: () => secrets,
    parameters: (_, name) => parameters[name],
  });
}

export interface DestinationsSetup extends Pick<DestinationSetup, 'dir' | 'places' | 'environment'> {
  /** Content of the secret files of a destination, by name. */
  readonly secrets: (destination: string) => Readonly<Record<string, string>>;
  /** Another text of a readable parameter; undefined leaves it as it is. */
  readonly parameters: (destination: string, parameter: string) => string | undefined;
}

/** Starts an aggregator with several destinations, in this order. */
export async function startDestinations(
  destinations: readonly ISiemDestination[],
  setup: DestinationsSetup,
): Promise<RunningDestination> {
  const [chart, names] = synthesized(destinations);
  const manifests = Testing.synth(chart) as Manifest[];
  const data = configMaps(manifests, 'siem-connection')[0]?.data ?? {};
  const conf = configMaps(manifests, 'siem-aggregator')[0]?.data?.['fluent.conf'] ?? '';
  const ports = { alerts: await freePort(), monitor: await freePort(), metrics: await freePort() };
  const [state, credentials] = [path.join(setup.dir, 'state'), path.join(setup.dir, 'credentials')];
  for (const name of names) writeFiles(path.join(credentials, name), setup.secrets(name));
  const here = relocate(conf, {
    '/state': state,
    ...(conf.includes('/etc/siem/destinations') && { '/etc/siem/destinations': credentials }),
    [FLUENTD_PORTS.forward]: await freePort(),
    [FLUENTD_PORTS.alerts]: ports.alerts,
    [FLUENTD_PORTS.monitor]: ports.monitor,
    [FLUENTD_PORTS.metrics]: ports.metrics,
    [DETECTOR_PORTS.ingest]: await freePort(),
    ...setup.places,
  });
  const parameters = Object.entries(data).map(([key, text]) => {
    const [name = '', parameter = ''] = key.split('.');
    return [parameterVariable(name, parameter), setup.parameters(name, parameter) ?? text];
  });
  const env = { ...(Object.fromEntries(parameters) as Record<string, string>), ...setup.environment };
  const fluentd = await startFluentd({ conf: here, dir: setup.dir, env });
  return {
    fluentd,
    manifests: JSON.stringify(manifests),
    metricsUrl: `http://127.0.0.1:${ports.metrics}/metrics`,
    monitorUrl: `http://127.0.0.1:${ports.monitor}/api/plugins.json`,
    stateDirectory: state,
    send: (records, tag = 'siem.alert') => post(`http://127.0.0.1:${ports.alerts}/${tag}`, records),
  };
}

function synthesized(destinations: readonly ISiemDestination[]): [Chart, string[]] {
  const chart = new Chart(Testing.app(), 'siem');
  const connection = new SiemConnection(chart, 'Connection', { destinations: [...destinations] });
  new FluentdAggregator(chart, 'Aggregator', {
    connection,
    transport: TransportSecurity.plaintext(),
    fluentdImage: FluentdImage.custom('team/fluentd:1.19.3'),
  });
  return [chart, connection.destinationNames];
}

function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  fs.mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, file), text);
}

async function post(url: string, records: readonly object[]): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(records) });
  if (!response.ok) throw new Error(`Fluentd answered ${response.status}: ${await response.text()}`);
}
