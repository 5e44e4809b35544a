import { Counter, Gauge, Registry } from 'prom-client';
import type { EngineCounters } from '../engine';
import type { CanaryFigures, OutputFigures, WatchFigures } from './watch/self-watch';

/** What `/metrics` shows. Label values come from closed lists, rule ids and receiver names, never from records. */
export class Metrics {
  public readonly registry = new Registry();

  public readonly requests = this.counter('siem_ingest_requests_total', 'Requests by listener and status', [
    'listener',
    'status',
  ]);
  public readonly ingestBytes = this.counter('siem_ingest_bytes_total', 'Bytes of request bodies as received', [
    'listener',
  ]);
  public readonly records = this.counter('siem_records_read_total', 'Records by what became of them', ['outcome']);
  public readonly problems = this.counter('siem_input_problems_total', 'Bad input by kind', ['kind']);
  public readonly repeatedChunks = this.counter('siem_chunks_repeated_total', 'Chunks delivered a second time', []);
  public readonly opened = this.counter('siem_alerts_opened_total', 'Alerts opened', ['rule', 'severity']);
  public readonly resolved = this.counter('siem_alerts_resolved_total', 'Alerts resolved', []);
  public readonly sent = this.counter('siem_notifications_sent_total', 'Alerts a receiver took', ['receiver']);
  public readonly retried = this.counter('siem_notifications_retried_total', 'Failed attempts that are repeated', [
    'receiver',
    'reason',
  ]);
  public readonly refused = this.counter('siem_notifications_refused_total', 'Alerts that a receiver will never get', [
    'receiver',
    'reason',
  ]);
  public readonly queueRefusals = this.counter('siem_queue_refusals_total', 'Chunks refused by the queue file', [
    'reason',
  ]);
  public readonly queueWriteFailures = this.counter('siem_queue_write_failures_total', 'Failed writes by error code', [
    'code',
  ]);
  public readonly queueDamage = this.counter('siem_queue_damaged_lines_total', 'Lines that recovery passed over', []);
  public readonly reloads = this.counter('siem_config_reloads_total', 'Configurations read, by result', [
    'part',
    'result',
  ]);
  public readonly rulesLoaded = this.gauge('siem_rules_loaded', 'Rules in force', []);
  public readonly configCurrent = this.gauge('siem_config_current', '1 while what runs is what is mounted', ['part']);

  /** Figures that are read from their owner when `/metrics` is asked for. */
  public observe(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** The same for what waits per receiver. */
  public observeReceivers(read: () => ReadonlyMap<string, number>): void {
    new Gauge({
      name: 'siem_notifications_pending',
      help: 'Alerts that wait for a receiver',
      labelNames: ['receiver'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [receiver, count] of read()) this.set({ receiver }, count);
      },
    });
  }

  /** What the watch knows; of canaries by source, never by node. */
  public observeWatch(read: () => WatchFigures): void {
    const { registry } = this;
    const shown = <Label extends string>(
      [name, help]: readonly [string, string],
      labelNames: readonly Label[],
      show: (gauge: Gauge<Label>, figures: WatchFigures) => void,
    ): void => {
      new Gauge({
        name,
        help,
        labelNames: [...labelNames],
        registers: [registry],
        collect() {
          this.reset();
          show(this, read());
        },
      });
    };
    const canaries = (name: string, help: string, value: (figures: CanaryFigures) => number): void => {
      shown([name, help], ['source'], (gauge, figures) => {
        for (const each of figures.canaries) gauge.set({ source: each.source }, value(each));
      });
    };
    const outputs = (name: string, help: string, value: (output: OutputFigures) => number): void => {
      shown([name, help], ['output'], (gauge, figures) => {
        for (const each of figures.outputs) gauge.set({ output: each.state.id }, value(each));
      });
    };
    canaries(
      'siem_canary_age_seconds',
      'Since the canary of the node that is silent for the longest time',
      ({ ageSeconds }) => ageSeconds,
    );
    canaries('siem_canary_delay_seconds', 'Longest way of a last canary', ({ delaySeconds }) => delaySeconds);
    canaries('siem_canary_nodes_heard', 'Nodes whose canaries come', ({ heard }) => heard);
    canaries('siem_canary_nodes_missing', 'Nodes whose canaries do not come', ({ missing }) => missing);
    shown(['siem_audit_age_seconds', 'Since the last audit event'], [], (gauge, { auditAgeSeconds }) => {
      if (auditAgeSeconds !== undefined) gauge.set(auditAgeSeconds);
    });
    shown(['siem_hop_up', '1 while a hop passes records on'], ['hop', 'to'], (gauge, { hops }) => {
      for (const { hop, to, isUp } of hops) gauge.set({ hop, to }, isUp ? 1 : 0);
    });
    outputs('siem_output_buffered_bytes', 'What waits in an output of Fluentd', ({ state }) => state.bufferedBytes);
    outputs(
      'siem_output_waiting_seconds',
      'Since when it waits and nothing is delivered',
      (each) => each.waitingSeconds,
    );
    new Counter({
      name: 'siem_output_dropped_chunks_total',
      help: 'Chunks that an output of Fluentd threw away because its buffer was full',
      labelNames: ['output'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { state } of read().outputs) this.inc({ output: state.id }, state.droppedChunks);
      },
    });
  }

  /** The engine counts for itself; its totals only grow while the same engine runs. */
  public observeEngine(read: () => EngineCounters): void {
    const { registry } = this;
    const total = (name: string, help: string, value: (counters: EngineCounters) => number): void => {
      new Counter({
        name,
        help,
        registers: [registry],
        collect() {
          this.reset();
          this.inc(value(read()));
        },
      });
    };
    total('siem_engine_events_total', 'Events that the engine saw', ({ events }) => events);
    total('siem_engine_duplicates_total', 'Repeated requests dropped', ({ duplicates }) => duplicates);
    total('siem_engine_findings_total', 'Rules that matched an event', ({ findings }) => findings);
    total('siem_engine_late_events_total', 'Events too late for their window', ({ late }) => late);
    new Counter({
      name: 'siem_engine_unknown_outcomes_total',
      help: 'Evaluations left undecided because a field was not recorded',
      labelNames: ['rule', 'field'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { ruleId, field, count } of read().unknown) this.inc({ rule: ruleId, field }, count);
      },
    });
    new Counter({
      name: 'siem_engine_evictions_total',
      help: 'State given up to stay within its bound',
      labelNames: ['state'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { state, count } of read().evictions) this.inc({ state }, count);
      },
    });
  }

  private counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.registry] });
  }

  private gauge<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Gauge<Label> {
    return new Gauge({ name, help, labelNames: [...labelNames], registers: [this.registry] });
  }
}
