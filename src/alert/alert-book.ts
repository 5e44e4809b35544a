/** Groups findings into alerts and knows which alerts are open. Time is event time. */
import type { Alert, AlertSample } from '../contract/alert';
import type { JsonObject } from '../contract/event';
import type { Finding } from '../engine';
import { BoundedMap } from '../event/bounded-map';
import { formatTime, parseRfc3339 } from '../event/time';
import { ExpiryQueue } from './expiry-queue';
import { alertIdOf, fingerprintOf } from './fingerprint';
import { planActions } from './planned-actions';
import { cut } from './printable';
import { weighedSample } from './sample';
import { summaryOf } from './summary';
import { Timeline } from './timeline';
import { watchAlert, watchFingerprint, type WatchFinding, watchRuleOf } from './watch-finding';

export interface AlertBookOptions {
  /** An alert without a new finding for longer than this is resolved. */
  readonly resolveAfterSeconds: number;
  /** Alerts that may be open; one more ends the alert that had no finding for the longest time. */
  readonly stateKeys: number;
}

/** What a finding did. */
export interface AlertChange {
  readonly kind: 'opened' | 'joined';
  /** The alert as it stands now. */
  readonly alert: Alert;
  /** The alert that had to end early, because too many were open. */
  readonly evicted?: Alert;
}

interface OpenAlert {
  /** What does not change after the first finding. */
  readonly opening: Alert;
  readonly samples: AlertSample[];
  sampleWeight: number;
  count: number;
  firstUs: number;
  lastUs: number;
}

const SAMPLES_PER_ALERT = 5;
/** UTF-16 units that the samples of all open alerts may take; beyond it they come without their records. */
const SAMPLE_BUDGET = 32 * 1024 * 1024;
const NAME_LIMIT = 512;

/**
 * The first finding of a fingerprint opens an alert; findings no further than `resolveAfterSeconds` from it in event
 * time, before or after, join it. One that is further away opens another alert beside it. Open alerts and their samples
 * are bounded, and what was ended early is counted.
 */
export class AlertBook {
  private readonly resolveAfterUs: number;
  private readonly stateKeys: number;
  private readonly alerts: BoundedMap<OpenAlert>;
  private readonly timelines = new Map<string, Timeline<OpenAlert>>();
  /** One entry for each open alert, at or before its last finding; ended alerts may linger. */
  private readonly expiries = new ExpiryQueue<OpenAlert>();
  private sampleWeight = 0;
  private evicted = 0;

  public constructor({ resolveAfterSeconds, stateKeys }: AlertBookOptions) {
    this.resolveAfterUs = resolveAfterSeconds * 1_000_000;
    this.stateKeys = stateKeys;
    this.alerts = new BoundedMap(stateKeys);
  }

  /** Alerts that ended early because too many were open. */
  public get evictions(): number {
    return this.evicted;
  }

  /** Adds a finding. `record` is the record it came from, kept as a sample. */
  public record(finding: Finding, record?: JsonObject): AlertChange {
    const fingerprint = fingerprintOf(finding);
    const joined = this.timelines.get(fingerprint)?.nearest(finding.timeUs, this.resolveAfterUs);
    if (joined !== undefined) return this.join(joined, finding, record);
    const opened = newlyOpen(openingAlert(fingerprint, finding), finding.timeUs);
    this.addSample(opened, finding, record);
    return this.opened(opened);
  }

  /** Adds what a watch found, `count` times. */
  public recordWatch(finding: WatchFinding, count = 1): AlertChange {
    const joined = this.timelines.get(watchFingerprint(finding))?.nearest(finding.timeUs, this.resolveAfterUs);
    if (joined === undefined) return this.opened(newlyOpen(watchAlert(finding, count), finding.timeUs));
    this.extend(joined, finding.timeUs, count);
    return { kind: 'joined', alert: snapshot(joined) };
  }

  /** Keeps an open alert from expiring: what it tells of still goes on at `nowUs`, or nobody knows yet. */
  public keep(alertId: string, nowUs: number): void {
    const alert = this.alerts.peek(alertId);
    if (alert !== undefined) this.extend(alert, nowUs, 0);
  }

  /** Ends an alert at once: what it tells of is over. */
  public end(alertId: string): Alert | undefined {
    const alert = this.alerts.peek(alertId);
    if (alert === undefined) return undefined;
    this.remove(alert);
    return ended(alert);
  }

  /** Ends and returns the alerts that a finding at `nowUs` could not join any more, in the order of their last findings. */
  public expire(nowUs: number): Alert[] {
    const resolved: OpenAlert[] = [];
    for (;;) {
      const alert = this.expiries.takeBefore(nowUs - this.resolveAfterUs);
      if (alert === undefined) break;
      if (!this.isOpen(alert)) continue;
      if (alert.lastUs >= nowUs - this.resolveAfterUs) this.expiries.push(alert.lastUs, alert);
      else {
        this.remove(alert);
        resolved.push(alert);
      }
    }
    return resolved.sort(byLastFinding).map(ended);
  }

  /** Takes up an alert that was open in an earlier run, so that its next finding joins it. Ignores any other. */
  public restore(alert: Alert): void {
    const firstUs = parseRfc3339(alert.firstTime);
    const lastUs = parseRfc3339(alert.lastTime);
    if (alert.status !== 'firing' || firstUs === undefined || lastUs === undefined) return;
    if (this.alerts.touch(alert.id) !== undefined) return;
    const samples = alert.samples.slice(0, SAMPLES_PER_ALERT);
    const sampleWeight = JSON.stringify(samples).length;
    this.sampleWeight += sampleWeight;
    this.insert({ opening: alert, samples, sampleWeight, count: alert.count, firstUs, lastUs });
  }

  /** The open alerts, in the order of their last findings. */
  public open(): Alert[] {
    return [...this.alerts.values()].sort(byLastFinding).map(snapshot);
  }

  /** Those of them that a watch raised; cheap where many others are open. */
  public openWatch(): Alert[] {
    return [...this.alerts.values()].filter(({ opening }) => watchRuleOf(opening) !== undefined).map(snapshot);
  }

  private join(alert: OpenAlert, finding: Finding, record: JsonObject | undefined): AlertChange {
    this.extend(alert, finding.timeUs, 1);
    this.addSample(alert, finding, record);
    return { kind: 'joined', alert: snapshot(alert) };
  }

  private extend(alert: OpenAlert, timeUs: number, count: number): void {
    alert.count += count;
    alert.firstUs = Math.min(alert.firstUs, timeUs);
    alert.lastUs = Math.max(alert.lastUs, timeUs);
    this.alerts.touch(alert.opening.id);
  }

  private opened(alert: OpenAlert): AlertChange {
    const evicted = this.insert(alert);
    return { kind: 'opened', alert: snapshot(alert), ...(evicted === undefined ? {} : { evicted }) };
  }

  private addSample(alert: OpenAlert, { event }: Finding, record: JsonObject | undefined): void {
    if (alert.samples.length >= SAMPLES_PER_ALERT) return;
    const { sample, weight } = weighedSample(event.event, record, SAMPLE_BUDGET - this.sampleWeight);
    alert.samples.push(sample);
    alert.sampleWeight += weight;
    this.sampleWeight += weight;
  }

  private insert(alert: OpenAlert): Alert | undefined {
    const { fingerprint, id } = alert.opening;
    const timeline = this.timelines.get(fingerprint) ?? new Timeline<OpenAlert>();
    this.timelines.set(fingerprint, timeline);
    timeline.insert(alert);
    this.expiries.push(alert.lastUs, alert);
    const oldest = this.alerts.set(id, alert);
    if (oldest === undefined) return undefined;
    this.evicted += 1;
    this.remove(oldest);
    return ended(oldest);
  }

  private remove(alert: OpenAlert): void {
    const { fingerprint, id } = alert.opening;
    this.alerts.delete(id);
    this.sampleWeight -= alert.sampleWeight;
    const timeline = this.timelines.get(fingerprint);
    timeline?.remove(alert);
    if (timeline?.size === 0) this.timelines.delete(fingerprint);
    if (this.expiries.size > 2 * this.stateKeys) this.rebuildExpiries();
  }

  /** Drops the entries of ended alerts. */
  private rebuildExpiries(): void {
    this.expiries.clear();
    for (const alert of this.alerts.values()) this.expiries.push(alert.lastUs, alert);
  }

  private isOpen(alert: OpenAlert): boolean {
    return this.alerts.peek(alert.opening.id) === alert;
  }
}

function openingAlert(fingerprint: string, finding: Finding): Alert {
  const { rule, event, timeUs } = finding;
  const { cluster, user, source_ip: sourceIp } = event.event;
  const time = formatTime(timeUs);
  return {
    id: alertIdOf(fingerprint, finding),
    fingerprint,
    status: 'firing',
    rule: {
      id: rule.id,
      name: rule.name,
      ...(rule.description === undefined ? {} : { description: rule.description }),
    },
    severity: rule.severity,
    action: rule.action,
    plannedActions: planActions(finding),
    ...(cluster === undefined ? {} : { cluster: cut(cluster, NAME_LIMIT) }),
    ...(user === undefined ? {} : { user: cut(user, NAME_LIMIT) }),
    ...(sourceIp === undefined ? {} : { sourceIp: cut(sourceIp, NAME_LIMIT) }),
    count: 1,
    firstTime: time,
    lastTime: time,
    summary: summaryOf(finding),
    samples: [],
  };
}

function newlyOpen(opening: Alert, timeUs: number): OpenAlert {
  return { opening, samples: [], sampleWeight: 0, count: opening.count, firstUs: timeUs, lastUs: timeUs };
}

function snapshot({ opening, count, firstUs, lastUs, samples }: OpenAlert): Alert {
  return { ...opening, count, firstTime: formatTime(firstUs), lastTime: formatTime(lastUs), samples: [...samples] };
}

function ended(alert: OpenAlert): Alert {
  return { ...snapshot(alert), status: 'resolved' };
}

function byLastFinding(a: OpenAlert, b: OpenAlert): number {
  return a.lastUs - b.lastUs || (a.opening.id < b.opening.id ? -1 : 1);
}
