import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Alert } from '../../contract/alert';
import type { Severity } from '../../contract/rule-document';
import type { Clock } from '../clock';
import { post } from './http-post';
import type { Notifier, SendOutcome } from './notifier';

/** `t=<seconds since the epoch>,v1=<hex>`: HMAC-SHA-256 over `<t>.<body>`, so that an old request cannot be replayed. */
export const SIGNATURE_HEADER = 'x-siem-signature';

export interface WebhookOptions {
  readonly name: string;
  readonly url: URL;
  readonly minimumSeverity: Severity;
  /** File with the key of the signature; absent: unsigned. */
  readonly hmacKeyFile?: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** Posts an alert as JSON; its `id` and `status` tell a repetition. The key is read for every attempt, so a rotated Secret counts at once. */
export class Webhook implements Notifier {
  public readonly name: string;
  public readonly minimumSeverity: Severity;

  public constructor(private readonly options: WebhookOptions) {
    this.name = options.name;
    this.minimumSeverity = options.minimumSeverity;
  }

  public async send(alert: Alert, signal: AbortSignal): Promise<SendOutcome> {
    const { url, clock, timeoutMs } = this.options;
    const body = Buffer.from(JSON.stringify(alert));
    const signature = await this.signature(body);
    if (signature === undefined) return { kind: 'retry', reason: 'signature-key-unreadable' };
    const headers = { 'user-agent': 'cdk8s-siem', ...signature };
    return post({ url, body, headers, timeoutMs }, signal, () => clock.nowUs() / 1000);
  }

  /** No header where no key is configured; `undefined` where it cannot be had: nothing is sent unsigned then. */
  private async signature(body: Buffer): Promise<Record<string, string> | undefined> {
    const { hmacKeyFile, clock } = this.options;
    if (hmacKeyFile === undefined) return {};
    const key = await readKey(hmacKeyFile);
    if (key === undefined) return undefined;
    const seconds = Math.floor(clock.nowUs() / 1e6);
    const digest = createHmac('sha256', key).update(`${seconds}.`).update(body).digest('hex');
    return { [SIGNATURE_HEADER]: `t=${seconds},v1=${digest}` };
  }
}

/** A line feed at the end is an editor's, not the key's. */
async function readKey(file: string): Promise<string | undefined> {
  try {
    const key = (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
    return key === '' ? undefined : key;
  } catch {
    return undefined;
  }
}
