import type { Alert } from '../../contract/alert';
import type { Severity } from '../../contract/rule-document';

/** What became of one attempt. `reason` is a log field and a metric label: few values, and never a secret. */
export type SendOutcome =
  | { readonly kind: 'delivered' }
  /** Worth another attempt, not before `afterMs` where the receiver named a time. */
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs?: number }
  /** The receiver will never take this alert; others may pass. */
  | { readonly kind: 'refused'; readonly reason: string };

/** A way for alerts to leave the detector. `send` never throws, and never takes longer than the time it was given. */
export interface Notifier {
  /** Unique; metric label, and the name under which undelivered alerts wait. */
  readonly name: string;
  /** Alerts below it are not sent. */
  readonly minimumSeverity: Severity;
  send(alert: Alert, signal: AbortSignal): Promise<SendOutcome>;
}
