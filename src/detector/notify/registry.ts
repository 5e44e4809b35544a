/** Which notifiers the settings ask for. A new kind is a file beside this one and a line here. */
import type { DetectorSettings, WebhookSettings } from '../../contract/detector-config';
import { SEVERITIES, type Severity } from '../../contract/rule-document';
import type { Clock } from '../clock';
import type { Telemetry } from '../telemetry';
import { LogLine } from './log-line';
import type { Notifier } from './notifier';
import { SiemNotifier } from './siem';
import { Webhook } from './webhook';

export interface NotifierContext {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** A receiver has so long to answer. */
  readonly timeoutMs: number;
}

export function notifiersOf(settings: DetectorSettings, context: NotifierContext): Notifier[] {
  const { clock, timeoutMs, telemetry } = context;
  const { siemUrl, webhooks } = settings;
  return [
    new LogLine(telemetry),
    ...(siemUrl === undefined ? [] : [new SiemNotifier({ url: new URL(siemUrl), timeoutMs, clock })]),
    ...webhooks.map((webhook) => webhookOf(webhook, context)),
  ];
}

function webhookOf(settings: WebhookSettings, { clock, timeoutMs }: NotifierContext): Notifier {
  const { name, url, hmacKeyFile, minimumSeverity } = settings;
  return new Webhook({
    // The prefix keeps a webhook called 'siem' or 'log' apart from ours.
    name: `webhook/${name}`,
    url: new URL(url),
    minimumSeverity: SEVERITIES.find((severity) => severity === minimumSeverity) ?? 'informational',
    ...(hmacKeyFile === undefined ? {} : { hmacKeyFile }),
    timeoutMs,
    clock,
  });
}

/** Names of the notifiers that want alerts of this severity. */
export function receiversFor(notifiers: readonly Notifier[], severity: Severity): string[] {
  const rank = SEVERITIES.indexOf(severity);
  return notifiers.filter((each) => SEVERITIES.indexOf(each.minimumSeverity) <= rank).map((each) => each.name);
}
