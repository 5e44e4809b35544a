/**
 * The whole chain as synth wrote it: `fluent.conf` of both agents and of the aggregator, the detector's program, rules and
 * settings, all taken out of the ConfigMaps. Only host paths, host names and ports are changed.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Chart, Testing } from 'cdk8s';
import { DetectorProcess } from '../../../scripts/support/detector-process';
import { freePort } from '../../../scripts/support/free-port';
import {
  configMaps,
  type DetectorFiles,
  localSettings,
  type Manifest,
  unpackDetector,
} from '../../../scripts/support/synthesized';
import { HostAuth, HttpDestination, LogSource, RulePack, SecretSource, SecurityMonitoring } from '../../../src';
import type { DetectorSettings } from '../../../src/contract/detector-config';
import { DETECTOR_PATHS, DETECTOR_PORTS, FLUENTD_PORTS } from '../../../src/contract/detector-config';
import { makeCertificates } from './certificates';
import { relocate, type RunningFluentd, startFluentd, stopFluentds } from './fluentd';

const SIEM_ENDPOINT = 'https://siem.example.com/api/logs';
const HOOK_URL = 'https://hooks.example.com/siem';
const HOOK_KEY = 'a key that signs\n';
const API_KEY = 'an api key with "quotes" and #{ruby}';
const RULES = path.join(__dirname, '..', '..', '..', 'rules', 'threat-detection-rules.yaml');

/** Base addresses of what stands for the world outside. */
export interface Outside {
  readonly siemUrl: string;
  readonly hookUrl: string;
  /** When a canary or a delivery is missed. @default - as synthesized */
  readonly missingAfterSeconds?: number;
}

function synthesize(): Manifest[] {
  const chart = new Chart(Testing.app(), 'siem');
  new SecurityMonitoring(chart, 'Siem', {
    clusterName: 'prod-eu',
    destinations: [
      new HttpDestination({ endpoint: SIEM_ENDPOINT, apiKey: SecretSource.existing({ secretName: 'siem-api' }) }),
    ],
    rules: [RulePack.fromFile(RULES)],
    webhooks: [{ name: 'oncall', url: HOOK_URL, hmacKey: SecretSource.existing({ secretName: 'siem-oncall' }) }],
    collection: {
      sources: [LogSource.containers(), LogSource.hostAuth({ origin: HostAuth.FILE }), LogSource.kubernetesAudit()],
    },
  });
  return Testing.synth(chart) as Manifest[];
}

/** A synthesized stack in a folder of its own. */
export class SynthesizedStack {
  private readonly manifests = synthesize();
  private detectorFiles: DetectorFiles | undefined;
  private readonly detectors: DetectorProcess[] = [];
  private readonly agentPorts: number[] = [];

  private constructor(
    private readonly dir: string,
    private readonly ports: Readonly<Record<'forward' | 'alerts' | 'monitor' | 'metrics' | 'ingest' | 'admin', number>>,
    private readonly outside: Outside,
  ) {}

  public static async create(dir: string, outside: Outside): Promise<SynthesizedStack> {
    const ports = {
      forward: await freePort(),
      alerts: await freePort(),
      monitor: await freePort(),
      metrics: await freePort(),
      ingest: await freePort(),
      admin: await freePort(),
    };
    const stack = new SynthesizedStack(dir, ports, outside);
    stack.writeSecrets();
    return stack;
  }

  /** Value of the `Authorization` header that the SIEM must see. */
  public get authorization(): string {
    return `Bearer ${API_KEY}`;
  }

  /** Appends to a log of the node: `audit/audit.log`, `log/auth.log`. */
  public append(log: string, text: string): void {
    const file = path.join(this.dir, log);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.appendFileSync(file, text);
  }

  /** Starts the whole chain and returns its detector. */
  public async start(): Promise<DetectorProcess> {
    const detector = await this.startDetector();
    await Promise.all([this.startAggregator(), this.startAuditAgent(), this.startNodeAgent()]);
    return detector;
  }

  /** A second start finds the state of the first. */
  public async startDetector(): Promise<DetectorProcess> {
    this.detectorFiles ??= unpackDetector(this.manifests, this.folder('detector'), (settings) => this.local(settings));
    const detector = await DetectorProcess.start(this.detectorFiles, this.ports);
    this.detectors.push(detector);
    return detector;
  }

  /** Kills whatever still runs. */
  public async stop(): Promise<void> {
    await Promise.all([...this.detectors.map((detector) => detector.stop('SIGKILL')), stopFluentds()]);
  }

  public startAggregator(): Promise<RunningFluentd> {
    const conf = relocate(this.confOf('siem-aggregator'), {
      '/state': this.folder('aggregator/state'),
      '/etc/siem/forward-tls': this.path('secrets/forward-tls'),
      '/etc/siem/forward-key': this.path('secrets/forward-key'),
      '/etc/siem/destinations': this.path('secrets/destinations'),
      [FLUENTD_PORTS.forward]: this.ports.forward,
      [FLUENTD_PORTS.alerts]: this.ports.alerts,
      [FLUENTD_PORTS.monitor]: this.ports.monitor,
      [FLUENTD_PORTS.metrics]: this.ports.metrics,
      [DETECTOR_PORTS.ingest]: this.ports.ingest,
    });
    const [connection] = configMaps(this.manifests, 'siem-connection');
    const endpoint = connection?.data?.['http.endpoint'] ?? '';
    const env = { SIEM_HTTP_ENDPOINT: endpoint.replace('https://siem.example.com', this.outside.siemUrl) };
    return startFluentd({ conf, dir: this.folder('aggregator'), env });
  }

  public startAuditAgent(): Promise<RunningFluentd> {
    return this.startAgent('siem-audit-agent', { '/var/log/kubernetes/audit': this.folder('audit') });
  }

  public startNodeAgent(): Promise<RunningFluentd> {
    return this.startAgent('siem-node-agent', {
      '/var/log/pods': this.folder('pods'),
      '/host/var/log/auth.log': this.path('log/auth.log'),
      '/host/var/log/secure': this.path('log/secure'),
    });
  }

  /** Where the metrics of each tier are. */
  public get metricsUrls(): {
    readonly aggregator: string;
    readonly detector: string;
    readonly agents: readonly string[];
  } {
    const at = (port: number): string => `http://127.0.0.1:${port}`;
    return { aggregator: at(this.ports.metrics), detector: at(this.ports.admin), agents: this.agentPorts.map(at) };
  }

  private async startAgent(name: string, logs: Readonly<Record<string, string>>): Promise<RunningFluentd> {
    const metrics = await freePort();
    const conf = relocate(this.confOf(name), {
      ...logs,
      '/state': this.folder(`${name}/state`),
      '/etc/siem/forward-tls': this.path('secrets/forward-tls'),
      '/etc/siem/forward-key': this.path('secrets/forward-key'),
      'siem-aggregator.siem.svc': 'localhost',
      [FLUENTD_PORTS.forward]: this.ports.forward,
      [FLUENTD_PORTS.metrics]: metrics,
    });
    this.agentPorts.push(metrics);
    return startFluentd({ conf, dir: this.folder(name), env: { K8S_NODE_NAME: 'node-1.example.com' } });
  }

  private local(settings: DetectorSettings): DetectorSettings {
    const { missingAfterSeconds } = this.outside;
    const { watch } = settings;
    const hasty =
      watch === undefined || missingAfterSeconds === undefined
        ? settings
        : { ...settings, watch: { ...watch, missingAfterSeconds } };
    return localSettings(hasty, {
      ports: this.ports,
      siemUrl: (settings.siemUrl ?? '').replace(String(FLUENTD_PORTS.alerts), String(this.ports.alerts)),
      monitorUrl: `http://127.0.0.1:${this.ports.monitor}`,
      webhooks: settings.webhooks.map(({ url, hmacKeyFile, ...webhook }) => ({
        ...webhook,
        url: url.replace('https://hooks.example.com', this.outside.hookUrl),
        ...(hmacKeyFile === undefined
          ? {}
          : { hmacKeyFile: hmacKeyFile.replace(DETECTOR_PATHS.credentials, this.path('secrets/credentials')) }),
      })),
    });
  }

  /** The Secrets that the manifests refer to, as their volumes would show them. */
  private writeSecrets(): void {
    makeCertificates(this.folder('secrets/forward-tls'));
    const secret = (file: string, text: string): void => {
      fs.mkdirSync(path.dirname(this.path(file)), { recursive: true });
      fs.writeFileSync(this.path(file), text);
    };
    secret('secrets/forward-key/shared-key', 'a "shared" #{key} with \'quotes\' and \\\n');
    secret('secrets/destinations/http/api-key', API_KEY);
    secret('secrets/credentials/webhook-oncall', HOOK_KEY);
  }

  private confOf(name: string): string {
    const [map] = configMaps(this.manifests, name);
    const conf = map?.data?.['fluent.conf'];
    if (conf === undefined) throw new Error(`no ConfigMap ${name} with fluent.conf`);
    return conf;
  }

  private folder(name: string): string {
    fs.mkdirSync(this.path(name), { recursive: true });
    return this.path(name);
  }

  private path(name: string): string {
    return path.join(this.dir, name);
  }
}
