import type { IConstruct } from 'constructs';
import type { WebhookSettings } from '../../contract/detector-config';
import { DETECTOR_PATHS } from '../../contract/detector-config';
import type { SecretSource } from '../destinations/secret-source';
import { checkEndpoint, portOf } from '../private/endpoint';
import { checkDnsLabel } from '../private/names';
import { fail } from '../private/validate';
import type { Severity } from './rule';

/** An endpoint that takes each alert as JSON, by HTTP POST. */
export interface AlertWebhook {
  /** Name of the webhook in metrics and logs: lower-case letters, digits and dashes. */
  readonly name: string;

  /** Where alerts are sent, such as `https://alerts.example.com/hooks/siem`. It may carry no credential. */
  readonly url: string;

  /**
   * Key of the HMAC-SHA-256 signature, by which the receiver knows that an alert comes from this detector.
   * @default - alerts are not signed
   */
  readonly hmacKey?: SecretSource;

  /**
   * Least severity that is sent.
   * @default - every severity
   */
  readonly minimumSeverity?: Severity;
}

/** Name of the file that holds the webhook's key. */
export function hmacKeyFileName(webhook: AlertWebhook): string {
  return `webhook-${webhook.name}`;
}

/** The webhooks as the detector reads them. */
export function webhookSettings(at: IConstruct, webhooks: readonly AlertWebhook[]): WebhookSettings[] {
  const names = new Set<string>();
  return webhooks.map((webhook) => {
    checkDnsLabel(at, 'webhook name', webhook.name, 40);
    if (names.has(webhook.name)) fail(at, `two webhooks are named '${webhook.name}'`, 'give one of them another name');
    names.add(webhook.name);
    checkEndpoint(at, webhook.url);
    return {
      name: webhook.name,
      url: webhook.url,
      ...(webhook.hmacKey !== undefined && {
        hmacKeyFile: `${DETECTOR_PATHS.credentials}/${hmacKeyFileName(webhook)}`,
      }),
      ...(webhook.minimumSeverity !== undefined && { minimumSeverity: webhook.minimumSeverity }),
    };
  });
}

/** TCP ports of the webhooks, for the network policy. */
export function webhookPorts(webhooks: readonly AlertWebhook[]): number[] {
  return [...new Set(webhooks.map(({ url }) => portOf(new URL(url))))].sort((a, b) => a - b);
}
