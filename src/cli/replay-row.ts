import type { Alert } from '../contract/alert';
import type { EventFields } from '../contract/event';
import type { Finding } from '../engine';

/** The record that completed a finding; lines count from 1. */
export interface InputPosition {
  readonly file: string;
  readonly line: number;
}

/** One match, as `--findings --json` prints it. Field names are API. */
export interface ReplayFinding {
  readonly rule: string;
  readonly severity: string;
  readonly time: string;
  readonly user?: string;
  readonly sourceIp?: string;
  readonly action: string;
  readonly input: InputPosition;
}

/** One alert, as `--json` prints it. `input` is the record that opened it. Field names are API. */
export interface ReplayAlert extends ReplayFinding {
  readonly id: string;
  readonly object?: string;
  readonly count: number;
  readonly firstTime: string;
  readonly lastTime: string;
  readonly summary: string;
}

export function findingRow(finding: Finding, input: InputPosition): ReplayFinding {
  const { event } = finding.event;
  return {
    rule: finding.rule.id,
    severity: finding.rule.severity,
    time: event.time,
    ...(event.user === undefined ? {} : { user: event.user }),
    ...(event.source_ip === undefined ? {} : { sourceIp: event.source_ip }),
    action: finding.rule.action,
    input,
  };
}

export function alertRow(alert: Alert, input: InputPosition): ReplayAlert {
  const object = objectText(alert.samples[0]?.event);
  return {
    rule: alert.rule.id,
    severity: alert.severity,
    time: alert.firstTime,
    ...(alert.user === undefined ? {} : { user: alert.user }),
    ...(alert.sourceIp === undefined ? {} : { sourceIp: alert.sourceIp }),
    action: alert.action,
    input,
    id: alert.id,
    ...(object === undefined ? {} : { object }),
    count: alert.count,
    firstTime: alert.firstTime,
    lastTime: alert.lastTime,
    summary: alert.summary,
  };
}

/** `clusterrolebindings/ops-admin` or `shop/pods/cart-0/exec`; nothing for a failed login, whose path means nothing. */
function objectText(event: EventFields | undefined): string | undefined {
  if (event === undefined || event.type === 'authentication') return undefined;
  const { namespace, resource, name, subresource } = event.object ?? {};
  const text = [namespace, resource, name, subresource].filter((part) => part !== undefined && part !== '').join('/');
  return text === '' ? undefined : text;
}
