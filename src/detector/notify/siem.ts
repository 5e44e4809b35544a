import type { Alert } from '../../contract/alert';
import { ALERT_TAG } from '../../contract/detector-config';
import type { Clock } from '../clock';
import { post } from './http-post';
import type { Notifier, SendOutcome } from './notifier';

export interface SiemOptions {
  /** Fluentd's `in_http`; its path is the tag, `ALERT_TAG` where it has none. */
  readonly url: URL;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** Hands every alert to the aggregator's Fluentd, which ships it to every destination. */
export class SiemNotifier implements Notifier {
  public readonly name = 'siem';
  public readonly minimumSeverity = 'informational';
  private readonly url: URL;

  public constructor(private readonly options: SiemOptions) {
    this.url = options.url.pathname === '/' ? new URL(`/${ALERT_TAG}`, options.url) : options.url;
  }

  public async send(alert: Alert, signal: AbortSignal): Promise<SendOutcome> {
    const { timeoutMs, clock } = this.options;
    const request = { url: this.url, body: Buffer.from(JSON.stringify(alert)), headers: {}, timeoutMs };
    return post(request, signal, () => clock.nowUs() / 1000);
  }
}
