/** One destination in a running aggregator, configured from the manifests that synth wrote. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Chart, Testing } from 'cdk8s';
import { freePort } from '../../../scripts/support/free-port';
import { configMaps } from '../../../scripts/support/synthesized';
import type { Manifest } from '../../../scripts/support/synthesized';
import { FluentdAggregator } from '../../../src/constructs/collection/fluentd-aggregator';
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
export async function startDestination(
  destination: ISiemDestination,
  setup: DestinationSetup,
): Promise<RunningDestination> {
  const [chart, name] = synthesized(destination);
  const manifests = Testing.synth(chart) as Manifest[];
  const data = configMaps(manifests, 'siem-connection')[0]?.data ?? {};
  const files = configMaps(manifests, 'siem-aggregator')[0]?.data ?? {};
  const ports = { alerts: await freePort(), monitor: await freePort(), metrics: await freePort() };
  const [state, credentials] = ['state', 'credentials'].map((folder) => path.join(setup.dir, folder));
  writeFiles(path.join(credentials ?? '', name), setup.secrets ?? {});
  const conf = relocate(files['fluent.conf'] ?? '', {
    '/state': state ?? '',
    '/etc/siem/destinations': credentials ?? '',
    [FLUENTD_PORTS.forward]: await freePort(),
    [FLUENTD_PORTS.alerts]: ports.alerts,
    [FLUENTD_PORTS.monitor]: ports.monitor,
    [FLUENTD_PORTS.metrics]: ports.metrics,
    [DETECTOR_PORTS.ingest]: await freePort(),
    ...setup.places,
  });
  const parameters = Object.entries(data).map(([key, text]) => {
    const parameter = key.slice(name.length + 1);
    return [parameterVariable(name, parameter), setup.parameters?.[parameter] ?? text];
  });
  const env = { ...(Object.fromEntries(parameters) as Record<string, string>), ...setup.environment };
  const fluentd = await startFluentd({ conf, dir: setup.dir, env });
  return {
    fluentd,
    manifests: JSON.stringify(manifests),
    metricsUrl: `http://127.0.0.1:${ports.metrics}/metrics`,
    monitorUrl: `http://127.0.0.1:${ports.monitor}/api/plugins.json`,
    stateDirectory: state ?? '',
    send: (records, tag = 'siem.alert') => post(`http://127.0.0.1:${ports.alerts}/${tag}`, records),
  };
}

function synthesized(destination: ISiemDestination): [Chart, string] {
  const chart = new Chart(Testing.app(), 'siem');
  const connection = new SiemConnection(chart, 'Connection', { destinations: [destination] });
  new FluentdAggregator(chart, 'Aggregator', { connection, transport: TransportSecurity.plaintext() });
  return [chart, connection.destinationNames[0] ?? ''];
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
