/** Puts the detector together, starts it, and takes it apart again in the opposite order. */
import type * as https from 'node:https';
import { isDeepStrictEqual } from 'node:util';
import type { DetectorSettings } from '../contract/detector-config';
import type { EngineCounters } from '../engine';
import { renderDiagnostic } from '../rule';
import { adminHandler } from './admin-server';
import { type Clock, SYSTEM_CLOCK } from './clock';
import { Configuration } from './configuration';
import { Dispatcher } from './delivery/dispatcher';
import { QueueFile } from './delivery/queue-file';
import { AuditWebhook } from './ingest/audit-webhook';
import { BodyBudget } from './ingest/body';
import { ingestHandler } from './ingest/http';
import { listen, type Listener, type ListenerOptions } from './ingest/listener';
import { readTls } from './ingest/tls-files';
import { Intake } from './intake';
import type { LogSink } from './logger';
import { notifiersOf } from './notify/registry';
import { Pipeline } from './pipeline';
import { DEFAULT_QUEUE_BYTES, readSettings } from './settings';
import { Telemetry } from './telemetry';
import { DEFAULT_TIMING, type Timing } from './timing';
import { readKnowledge, writeKnowledge } from './watch/knowledge-file';
import { askMonitor } from './watch/monitor-client';
import { SelfWatch } from './watch/self-watch';

export interface DetectorOptions {
  readonly settingsDir: string;
  readonly rulesDir: string;
  readonly stateDir: string;
  /** @default - the system's */
  readonly clock?: Clock;
  /** @default - standard output */
  readonly log?: LogSink;
  /** Jitter of repeated deliveries, from 0 up to 1. @default - Math.random */
  readonly random?: () => number;
  /** @default - DEFAULT_TIMING */
  readonly timing?: Partial<Timing>;
}

export interface Detector {
  readonly ports: { readonly ingest: number; readonly admin: number; readonly auditWebhook?: number };
  readonly telemetry: Telemetry;
  /** Takes nothing new, makes durable what was let in, and leaves in the queue what is not delivered. */
  stop(): Promise<void>;
}

/** The settings do not allow a start; the message is made for people. */
export class ConfigurationError extends Error {}

const CHUNK_MEMORY = 10_000;
const SPARE_CONNECTIONS = 64;

export async function startDetector(options: DetectorOptions): Promise<Detector> {
  const result = await readSettings(options.settingsDir);
  if (result.kind === 'bad') throw new ConfigurationError(result.diagnostics.map(renderDiagnostic).join('\n'));
  const app = new App(options, result.settings);
  try {
    return await app.start();
  } catch (error) {
    await app.stop();
    throw error;
  }
}

class App {
  private readonly clock: Clock;
  private readonly timing: Timing;
  private readonly telemetry: Telemetry;
  /** Run last-in first-out. */
  private readonly cleanUps: (() => Promise<void>)[] = [];
  private readonly missing = new Set(['rules', 'listeners']);
  private configuration: Configuration | undefined;
  private pipeline: Pipeline | undefined;

  public constructor(
    private readonly options: DetectorOptions,
    private readonly initial: DetectorSettings,
  ) {
    this.clock = options.clock ?? SYSTEM_CLOCK;
    this.timing = { ...DEFAULT_TIMING, ...options.timing };
    this.telemetry = new Telemetry(options.log);
  }

  private get settings(): DetectorSettings {
    return this.configuration?.settings ?? this.initial;
  }

  public async start(): Promise<Detector> {
    const { telemetry, timing } = this;
    const queue = await this.openQueue();
    const { listeners } = this.initial;
    const admin = await this.listen('admin', {
      ...listeners.admin,
      handler: adminHandler({ telemetry, missing: () => this.missingParts() }),
    });
    const dispatcher = await this.dispatch(queue);
    const watch = this.watch();
    const intake = this.intake(queue, dispatcher, watch);
    await intake.restore();
    await this.startWatch(watch);
    const budget = new BodyBudget(() => 2 * this.settings.limits.bodyBytes);
    telemetry.metrics.observe('siem_ingest_waiting_bytes', 'Request bodies held in memory', () => budget.held);
    const webhook = await this.auditWebhook(intake, budget);
    this.configuration = await this.configure(intake, dispatcher);
    this.every(timing.tickMs, () => intake.tick());
    const limits = (): DetectorSettings['limits'] => this.settings.limits;
    const ingest = await this.listen('ingest', {
      ...listeners.ingest,
      handler: ingestHandler({ intake, telemetry, budget, limits }),
    });
    this.missing.delete('listeners');
    const ports = { ingest: ingest.port, admin: admin.port };
    telemetry.log.info({ ports, openAlerts: queue.openCount }, 'detector started; event.failure_count counts from now');
    const withWebhook = webhook === undefined ? ports : { ...ports, auditWebhook: webhook.port };
    return { ports: withWebhook, telemetry, stop: () => this.stop() };
  }

  public async stop(): Promise<void> {
    this.missing.add('stopping');
    for (let cleanUp = this.cleanUps.pop(); cleanUp !== undefined; cleanUp = this.cleanUps.pop()) {
      try {
        await cleanUp();
      } catch (error) {
        this.telemetry.log.error({ error }, 'a part did not stop cleanly');
      }
    }
    this.telemetry.log.info('detector stopped');
  }

  private async openQueue(): Promise<QueueFile> {
    const { telemetry } = this;
    const queue = await QueueFile.open({
      directory: this.options.stateDir,
      limitBytes: () => this.settings.limits.queueBytes ?? DEFAULT_QUEUE_BYTES,
      chunkMemory: CHUNK_MEMORY,
      reporter: telemetry,
    });
    this.cleanUps.push(() => queue.close());
    telemetry.metrics.observe('siem_queue_file_bytes', 'Size of the queue file', () => queue.bytes);
    telemetry.metrics.observe('siem_alerts_open', 'Alerts that are not resolved', () => queue.openCount);
    return queue;
  }

  private async dispatch(queue: QueueFile): Promise<Dispatcher> {
    const { clock, timing, telemetry } = this;
    const random = this.options.random ?? Math.random;
    const dispatcher = new Dispatcher({ queue, clock, timing, random, telemetry });
    this.cleanUps.push(() => dispatcher.stop());
    this.cleanUps.push(() => dispatcher.flush(timing.flushMs));
    telemetry.metrics.observeReceivers(() => dispatcher.pending());
    await dispatcher.use(this.notifiers(this.initial));
    return dispatcher;
  }

  private watch(): SelfWatch {
    return new SelfWatch(
      () => this.settings,
      () => this.pipeline?.rules ?? [],
    );
  }

  /** Takes up what an earlier process knew, and looks at Fluentd's outputs from then on. */
  private async startWatch(watch: SelfWatch): Promise<void> {
    const { clock, telemetry, timing, options } = this;
    watch.restore(await readKnowledge(options.stateDir), clock.nowUs());
    telemetry.metrics.observeWatch(() => watch.figures(clock.nowUs()));
    let written = watch.knowledgeVersion;
    const write = async (): Promise<void> => {
      const version = watch.knowledgeVersion;
      if (version === written) return;
      await writeKnowledge(options.stateDir, watch.knowledge);
      written = version;
    };
    this.cleanUps.push(write);
    this.every(timing.pollMs, async () => {
      const url = this.settings.watch?.monitorUrl;
      if (url !== undefined) watch.seeOutputs(await askMonitor(url, timing.sendMs), clock.nowUs());
      await write();
    });
  }

  private intake(queue: QueueFile, dispatcher: Dispatcher, watch: SelfWatch): Intake {
    const { clock, telemetry } = this;
    const pipeline = new Pipeline({ rules: [], lists: {} }, this.initial, telemetry, watch);
    this.pipeline = pipeline;
    telemetry.metrics.observeEngine(() => withEvictions(pipeline.counters(), watch));
    const intake = new Intake({
      pipeline,
      queue,
      clock,
      telemetry,
      watch,
      receiversOf: (alert) => dispatcher.receiversOf(alert),
      onQueued: () => {
        dispatcher.wake();
      },
    });
    this.cleanUps.push(() => intake.stop());
    return intake;
  }

  private async configure(intake: Intake, dispatcher: Dispatcher): Promise<Configuration> {
    const { settingsDir, rulesDir } = this.options;
    const configuration = new Configuration({
      settingsDir,
      rulesDir,
      settings: this.initial,
      intake,
      dispatcher,
      notifiersOf: (settings) => this.notifiers(settings),
      timing: this.timing,
      telemetry: this.telemetry,
    });
    this.cleanUps.push(() => configuration.stop());
    await configuration.start();
    return configuration;
  }

  private async auditWebhook(intake: Intake, budget: BodyBudget): Promise<Listener | undefined> {
    const { telemetry, timing } = this;
    const files = this.initial.listeners.auditWebhook;
    if (files === undefined) return undefined;
    const limits = (): DetectorSettings['limits'] => this.settings.limits;
    const webhook = new AuditWebhook({ intake, telemetry, budget, limits, retryMs: timing.backoffMs });
    this.cleanUps.push(() => webhook.drain());
    let tls = await readTls(files);
    const listener = await this.listen('audit-webhook', {
      host: files.host,
      port: files.port,
      handler: webhook.handler,
      tls,
    });
    this.every(timing.pollMs, async () => {
      const renewed = await readTls(files);
      if (isDeepStrictEqual(renewed, tls)) return;
      tls = renewed;
      (listener.server as https.Server).setSecureContext(renewed);
      telemetry.log.info('certificates of the audit webhook renewed');
    });
    return listener;
  }

  private async listen(
    name: string,
    options: Pick<ListenerOptions, 'host' | 'port' | 'handler' | 'tls'>,
  ): Promise<Listener> {
    const { telemetry, timing } = this;
    const maxConnections = this.settings.limits.queuedRequests + SPARE_CONNECTIONS;
    const listener = await listen({ ...options, name, maxConnections, timing, telemetry });
    this.cleanUps.push(() => listener.close(timing.drainMs));
    return listener;
  }

  /** Repeats without ever overlapping itself. */
  private every(ms: number, action: () => Promise<unknown>): void {
    const stopping = new AbortController();
    const repeat = async (): Promise<void> => {
      for (;;) {
        await this.clock.sleep(ms, stopping.signal);
        if (stopping.signal.aborted) return;
        await action().catch((error: unknown) => {
          this.telemetry.log.error({ error }, 'a periodic task failed');
        });
      }
    };
    const running = repeat();
    this.cleanUps.push(() => {
      stopping.abort();
      return running;
    });
  }

  private notifiers(settings: DetectorSettings): ReturnType<typeof notifiersOf> {
    const { clock, telemetry, timing } = this;
    return notifiersOf(settings, { clock, telemetry, timeoutMs: timing.sendMs });
  }

  private missingParts(): string[] {
    const missing = new Set(this.missing);
    if (this.configuration?.hasRules === true) missing.delete('rules');
    return [...missing];
  }
}

function withEvictions(counters: EngineCounters, { evictions }: SelfWatch): EngineCounters {
  return { ...counters, evictions: [...counters.evictions, { state: 'canary-sources', count: evictions }] };
}
