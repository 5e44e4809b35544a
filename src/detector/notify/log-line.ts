import type { Alert } from '../../contract/alert';
import type { Telemetry } from '../telemetry';
import type { Notifier, SendOutcome } from './notifier';

/** Writes every alert as one structured log line. */
export class LogLine implements Notifier {
  public readonly name = 'log';
  public readonly minimumSeverity = 'informational';

  public constructor(private readonly telemetry: Telemetry) {}

  public send(alert: Alert): Promise<SendOutcome> {
    this.telemetry.log.warn({ alert }, `alert ${alert.status}`);
    return Promise.resolve({ kind: 'delivered' });
  }
}
