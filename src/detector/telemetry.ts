import type { QueueReporter } from './delivery/queue-file';
import { createLogger, type LogSink } from './logger';
import { Metrics } from './metrics';
import type { PipelineReporter, RecordOutcome, RecordProblem } from './pipeline';

/** Kinds of bad input; closed, because they are metric labels. */
export type ProblemKind =
  | 'bad-http'
  | 'request-timeout'
  | 'client-gone'
  | 'connection-limit'
  | 'unknown-path'
  | 'wrong-method'
  | 'wrong-content-type'
  | 'wrong-encoding'
  | 'missing-chunk-id'
  | 'body-too-large'
  | 'broken-gzip'
  | 'requests-queued'
  | 'tls-handshake'
  | 'record-too-long'
  | 'record-malformed'
  | 'record-unknown'
  | 'record-failed'
  | 'webhook-body';

/** Of a record that could not be read, as much is shown. */
const SAMPLE_CHARACTERS = 200;

/** Reasons per kind that are logged before they are only counted: reasons come from other layers. */
const LOGGED_REASONS = 32;

/** Logs and counts: the first of each kind is logged with a sample, all are counted. */
export class Telemetry implements QueueReporter, PipelineReporter {
  public readonly metrics = new Metrics();
  public readonly log: ReturnType<typeof createLogger>;
  private readonly seen = new Map<string, Set<string>>();
  /** Receivers that fail at present, with the last reason logged. */
  private readonly failing = new Map<string, string>();
  private refusing: string | undefined;

  public constructor(sink: LogSink = process.stdout) {
    this.log = createLogger(sink);
  }

  public record(outcome: RecordOutcome): void {
    this.metrics.records.inc({ outcome });
  }

  public recordProblem({ kind, reason, sample, error }: RecordProblem): void {
    this.problem(kind, reason, sample, error);
  }

  public damaged(reason: string, lines: number): void {
    this.metrics.queueDamage.inc(lines);
    this.log.error({ reason, lines }, 'the queue file holds what is not ours; it is passed over');
  }

  public writeFailed(code: string): void {
    this.metrics.queueWriteFailures.inc({ code });
    this.log.error({ code }, 'the queue file cannot be written');
  }

  /** Bad input. `sample` is cut here, so whoever has it need not. */
  public problem(kind: ProblemKind, reason: string, sample?: string, error?: unknown): void {
    this.metrics.problems.inc({ kind });
    const reasons = this.seen.get(kind) ?? new Set();
    this.seen.set(kind, reasons);
    if (reasons.has(reason) || reasons.size >= LOGGED_REASONS) return;
    reasons.add(reason);
    const cut = sample === undefined ? {} : { sample: sample.slice(0, SAMPLE_CHARACTERS) };
    const cause = error === undefined ? {} : { error };
    this.log.warn({ kind, reason, ...cut, ...cause }, 'bad input; further ones of this kind are only counted');
  }

  public receiverFailed(receiver: string, reason: string): void {
    this.metrics.retried.inc({ receiver, reason });
    if (this.failing.get(receiver) === reason) return;
    this.failing.set(receiver, reason);
    this.log.error({ receiver, reason }, 'receiver does not take alerts; they wait');
  }

  public receiverTook(receiver: string): void {
    this.metrics.sent.inc({ receiver });
    if (this.failing.delete(receiver)) this.log.info({ receiver }, 'receiver takes alerts again');
  }

  public receiverRefused(receiver: string, reason: string, notification: string): void {
    this.metrics.refused.inc({ receiver, reason });
    this.log.error({ receiver, reason, notification }, 'receiver refused an alert for good');
  }

  /** Alerts waited for a receiver that the settings do not name any more. */
  public receiverGone(receiver: string, alerts: number): void {
    this.metrics.refused.inc({ receiver, reason: 'receiver-gone' }, alerts);
    this.log.warn({ receiver, alerts }, 'receiver is no longer configured; what waited for it is given up');
  }

  /** A configuration was taken into use, or refused while the one before still runs. */
  public configRead(part: string, isGood: boolean): void {
    this.metrics.reloads.inc({ part, result: isGood ? 'applied' : 'refused' });
    this.metrics.configCurrent.set({ part }, isGood ? 1 : 0);
  }

  /** The queue file takes nothing; told when it begins and when it ends, counted in between. */
  public queueRefused(reason: string): void {
    this.metrics.queueRefusals.inc({ reason });
    if (this.refusing === reason) return;
    this.refusing = reason;
    this.log.error({ reason }, 'deliveries are refused; their sender keeps them');
  }

  public queueTook(): void {
    if (this.refusing === undefined) return;
    this.refusing = undefined;
    this.log.info('deliveries are taken again');
  }
}
