import type { Duration } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { DetectorSettings } from '../../contract/detector-config';
import { DEFAULT_SETTINGS, DETECTOR_PATHS, DETECTOR_PORTS } from '../../contract/detector-config';
import { checkRange } from '../private/network-policy';
import { fail } from '../private/validate';
import { webhookSettings } from './alert-webhook';
import type { DetectionProps } from './detection-props';
import type { SecretFile } from './detector-container';

/** The API server's certificate, key and CA, as files. */
const AUDIT_WEBHOOK_FILES = {
  'tls.crt': 'audit-webhook.crt',
  'tls.key': 'audit-webhook.key',
  'ca.crt': 'audit-webhook-ca.crt',
} as const;

/** What the detector takes: it keeps state for so long. */
const LONGEST_SECONDS = { failureWindow: 86_400, resolveAfter: 7 * 86_400 } as const;

/** The settings file, from what the reader chose. */
export function detectorSettings(at: IConstruct, props: DetectionProps, siemUrl?: string): DetectorSettings {
  const { clusterName, failureWindow, resolveAfter, trustedProxies = [] } = props;
  if (!/^[^\s\p{Cc}]([^\p{Cc}]*[^\s\p{Cc}])?$/u.test(clusterName)) {
    fail(at, `the cluster name '${clusterName}' is empty or has blanks around it`, "name it as people do: 'prod-eu'");
  }
  for (const range of trustedProxies) checkRange(at, 'trusted proxy', range);
  return {
    ...DEFAULT_SETTINGS,
    cluster: clusterName,
    trustedProxies: [...trustedProxies],
    failureWindowSeconds: seconds(at, 'failureWindow', failureWindow) ?? DEFAULT_SETTINGS.failureWindowSeconds,
    resolveAfterSeconds: seconds(at, 'resolveAfter', resolveAfter) ?? DEFAULT_SETTINGS.resolveAfterSeconds,
    webhooks: webhookSettings(at, props.webhooks ?? []),
    ...(siemUrl !== undefined && { siemUrl }),
    listeners: {
      ...DEFAULT_SETTINGS.listeners,
      ...(props.auditWebhook !== undefined && {
        auditWebhook: {
          host: '0.0.0.0',
          port: DETECTOR_PORTS.auditWebhook,
          certificateFile: credentialFile('tls.crt'),
          keyFile: credentialFile('tls.key'),
          clientCaFile: credentialFile('ca.crt'),
        },
      }),
    },
  };
}

/** Keys of the audit webhook's Secret, by the file names that the settings give. */
export function auditWebhookFiles(secretName: string): SecretFile[] {
  return Object.entries(AUDIT_WEBHOOK_FILES).map(([key, fileName]) => ({ secretName, key, fileName }));
}

function credentialFile(key: keyof typeof AUDIT_WEBHOOK_FILES): string {
  return `${DETECTOR_PATHS.credentials}/${AUDIT_WEBHOOK_FILES[key]}`;
}

function seconds(at: IConstruct, what: keyof typeof LONGEST_SECONDS, duration?: Duration): number | undefined {
  if (duration === undefined) return undefined;
  const value = duration.toSeconds({ integral: false });
  const longest = LONGEST_SECONDS[what];
  if (!Number.isInteger(value) || value < 1 || value > longest) {
    fail(at, `'${what}' is ${value} seconds`, `give whole seconds from 1 to ${longest}`);
  }
  return value;
}
