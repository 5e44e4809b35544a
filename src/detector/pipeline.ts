import { isDeepStrictEqual } from 'node:util';
import { AlertBook } from '../alert/alert-book';
import type { Alert } from '../contract/alert';
import type { DetectorSettings } from '../contract/detector-config';
import type { Json, SecurityEvent } from '../contract/event';
import { Engine, type EngineCounters } from '../engine';
import { type Canary, mayBeCanary, readCanaryLine } from '../event/canary';
import type { SplitLine } from '../event/line-splitter';
import { type ReadResult, RecordReader } from '../event/record-reader';
import type { CheckedRule, RuleSet } from '../rule';
import { RecentFindings } from './recent-findings';
import { applyVerdict } from './watch/apply-verdict';
import type { WatchVerdict } from './watch/verdict';

/** A record that gave no event although it should have. */
export interface RecordProblem {
  readonly kind: 'record-too-long' | 'record-malformed' | 'record-unknown' | 'record-failed';
  readonly reason: string;
  /** The record, for the reporter to cut. */
  readonly sample: string;
  /** A fault of ours. */
  readonly error?: unknown;
}

export type RecordOutcome = ReadResult['kind'] | 'oversize' | 'failed' | 'canary';

/** What the pipeline tells whoever counts. */
export interface PipelineReporter {
  record(outcome: RecordOutcome): void;
  recordProblem(problem: RecordProblem): void;
}

/** Who is told of what passes by beside the events. */
export interface PipelineListener {
  /** Taken out before the reader: it is no event. */
  hearCanary(canary: Canary, receivedUs: number): void;
  /** The API server wrote something, whatever becomes of it. */
  seeAuditEvent(receivedUs: number): void;
}

/** What the records since the batch began did to alerts, each alert once and as it stands now. */
export interface BatchChanges {
  readonly records: number;
  readonly opened: readonly Alert[];
  readonly joined: readonly Alert[];
  /** Ended early, because too many were open. */
  readonly resolved: readonly Alert[];
}

/** What other settings did besides taking effect. */
export interface Reconfigured {
  /** The size of the windows has changed, so they start empty. */
  readonly areWindowsNew: boolean;
  /** Alerts for which there is no room any more. */
  readonly resolved: readonly Alert[];
}

/**
 * The one path from bytes to alerts: a record reader, an engine and an alert book that belong together. It reads no
 * clock: the time of receipt comes in with every batch.
 */
export class Pipeline {
  private reader: RecordReader;
  private engine: Engine;
  private book: AlertBook;
  private recent: RecentFindings;

  public constructor(
    private ruleSet: RuleSet,
    private settings: DetectorSettings,
    private readonly reporter: PipelineReporter,
    private readonly listener?: PipelineListener,
  ) {
    this.reader = readerOf(settings);
    this.engine = engineOf(ruleSet, settings);
    this.book = bookOf(settings);
    this.recent = new RecentFindings(settings.resolveAfterSeconds);
  }

  /** The rules in force. */
  public get rules(): readonly CheckedRule[] {
    return this.ruleSet.rules;
  }

  /** What the engine counts, with the evictions of reader and book among its own. */
  public counters(): EngineCounters {
    const counters = this.engine.counters();
    const evictions = [
      ...counters.evictions,
      { state: 'login-attempts', count: this.reader.evictions },
      { state: 'open-alerts', count: this.book.evictions },
    ];
    return { ...counters, evictions };
  }

  /** A batch of records that were received at `receivedUs`. */
  public batch(receivedUs: number): Batch {
    const { reader, engine, book, recent, reporter, listener } = this;
    return new Batch({ reader, engine, book, recent, reporter, listener, receivedUs });
  }

  /** Opens, keeps and ends the alerts of the watch as it judges. */
  public judge(judge: (isOpen: (fingerprint: string) => boolean) => WatchVerdict, nowUs: number): BatchChanges {
    return applyVerdict(this.book, judge, nowUs);
  }

  /** Alerts that no finding joined for long enough, by event time and by arrival. */
  public expire(nowUs: number): Alert[] {
    return this.book.expire(this.recent.expireBefore(nowUs));
  }

  /** Takes up alerts that were open in an earlier run; returns those for which there is no room. */
  public restore(alerts: readonly Alert[], nowUs: number): Alert[] {
    for (const alert of alerts) {
      this.book.restore(alert);
      this.recent.note(alert.id, Date.parse(alert.lastTime) * 1000, nowUs);
    }
    const open = new Set(this.book.open().map(({ id }) => id));
    return alerts.filter(({ id }) => !open.has(id)).map((alert) => ({ ...alert, status: 'resolved' }));
  }

  /** Other rules from the next record on; windows stay. */
  public replaceRules(ruleSet: RuleSet): void {
    this.ruleSet = ruleSet;
    this.engine.replaceRules(ruleSet);
  }

  /** Other settings from the next record on. What a changed setting does not concern keeps its state. */
  public reconfigure(settings: DetectorSettings, nowUs: number): Reconfigured {
    const before = this.settings;
    this.settings = settings;
    const changed = (key: keyof DetectorSettings): boolean => !isDeepStrictEqual(before[key], settings[key]);
    const boundsChanged = before.limits.stateKeys !== settings.limits.stateKeys;
    if (boundsChanged || changed('trustedProxies') || changed('cluster')) this.reader = readerOf(settings);
    const areWindowsNew = boundsChanged || changed('failureWindowSeconds');
    if (areWindowsNew) this.engine = engineOf(this.ruleSet, settings);
    if (!boundsChanged && !changed('resolveAfterSeconds')) return { areWindowsNew, resolved: [] };
    const open = this.book.open();
    this.book = bookOf(settings);
    this.recent = new RecentFindings(settings.resolveAfterSeconds);
    return { areWindowsNew, resolved: this.restore(open, nowUs) };
  }
}

interface BatchParts {
  readonly reader: RecordReader;
  readonly engine: Engine;
  readonly book: AlertBook;
  readonly recent: RecentFindings;
  readonly reporter: PipelineReporter;
  readonly listener: PipelineListener | undefined;
  readonly receivedUs: number;
}

/** Records that are acknowledged together. */
export class Batch {
  private readonly opened = new Map<string, Alert>();
  private readonly joined = new Map<string, Alert>();
  private readonly resolved: Alert[] = [];
  private records = 0;

  public constructor(private readonly parts: BatchParts) {}

  public line(line: SplitLine): void {
    const { reader, receivedUs, reporter } = this.parts;
    this.records += 1;
    if (line.kind === 'line') {
      if (!this.isCanary(line.text)) this.take(() => reader.read(line.text, receivedUs), line.text);
    } else {
      reporter.record('oversize');
      reporter.recordProblem({
        kind: 'record-too-long',
        reason: 'longer than limits.recordBytes',
        sample: line.sample,
      });
    }
  }

  /** A decoded record, or a list of them. */
  public value(value: Json): void {
    const { reader, receivedUs } = this.parts;
    this.records += 1;
    this.take(() => reader.readValue(value, receivedUs), value);
  }

  private isCanary(line: string): boolean {
    const { listener, reporter, receivedUs } = this.parts;
    const canary = mayBeCanary(line) ? readCanaryLine(line) : undefined;
    if (canary === undefined) return false;
    reporter.record('canary');
    listener?.hearCanary(canary, receivedUs);
    return true;
  }

  /** Takes what the reader held back because more of it could have come. */
  public end(): void {
    const events = this.parts.reader.end();
    if (events.length > 0) this.take(() => ({ kind: 'events', events }), '');
  }

  public changes(): BatchChanges {
    const { records, opened, joined, resolved } = this;
    return { records, opened: [...opened.values()], joined: [...joined.values()], resolved };
  }

  /** A record that makes our own code throw costs that record, not the chunk that it would stop for ever. */
  private take(read: () => ReadResult, source: Json): void {
    const { reporter } = this.parts;
    try {
      this.result(read(), source);
    } catch (error) {
      reporter.record('failed');
      reporter.recordProblem({ kind: 'record-failed', reason: 'internal error', sample: sampleOf(source), error });
    }
  }

  private result(result: ReadResult, source: Json): void {
    const { reporter, listener, receivedUs } = this.parts;
    reporter.record(result.kind);
    if (isOfAudit(result)) listener?.seeAuditEvent(receivedUs);
    if (result.kind === 'events') {
      for (const event of result.events) this.event(event);
      for (let left = result.rejected ?? 0; left > 0; left -= 1) reporter.record('malformed');
    } else if (result.kind !== 'ignored') {
      const kind = result.kind === 'unknown' ? 'record-unknown' : 'record-malformed';
      reporter.recordProblem({ kind, reason: result.reason, sample: sampleOf(source) });
    }
  }

  private event(event: SecurityEvent): void {
    const { engine, book, recent, receivedUs } = this.parts;
    for (const finding of engine.process(event)) {
      const { kind, alert, evicted } = book.record(finding, finding.event.audit ?? finding.event.log);
      recent.note(alert.id, finding.timeUs, receivedUs);
      if (kind === 'opened' || this.opened.has(alert.id)) this.opened.set(alert.id, alert);
      else this.joined.set(alert.id, alert);
      if (evicted !== undefined) this.evict(evicted);
    }
  }

  private evict(alert: Alert): void {
    this.joined.delete(alert.id);
    this.resolved.push(alert);
  }
}

function isOfAudit(result: ReadResult): boolean {
  if (result.kind === 'ignored') return result.reason === 'stage';
  return result.kind === 'events' && result.events[0]?.event.source === 'kubernetes-audit';
}

/** Made only for what is told: most records are never shown. */
function sampleOf(source: Json): string {
  return typeof source === 'string' ? source : JSON.stringify(source);
}

function readerOf({ trustedProxies, cluster, limits }: DetectorSettings): RecordReader {
  return new RecordReader({ trustedProxies, cluster, stateKeys: limits.stateKeys });
}

function engineOf(ruleSet: RuleSet, { failureWindowSeconds, limits }: DetectorSettings): Engine {
  return Engine.of(ruleSet, { failureWindowSeconds, stateKeys: limits.stateKeys });
}

function bookOf({ resolveAfterSeconds, limits }: DetectorSettings): AlertBook {
  return new AlertBook({ resolveAfterSeconds, stateKeys: limits.stateKeys });
}
