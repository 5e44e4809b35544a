import type { Duration } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { DetectorSettings } from '../../contract/detector-config';
import { DEFAULT_SETTINGS, DEFAULT_WATCH, DETECTOR_PATHS, DETECTOR_PORTS } from '../../contract/detector-config';
import { CANARY_INTERVAL_SECONDS } from '../../contract/record';
import { checkRange } from '../private/network-policy';
import { fail } from '../private/validate';
import { webhookSettings } from './alert-webhook';
import type { DetectionProps } from './detection-props';
import type { SecretFile } from './detector-container';
import type { SelfMonitoringOptions } from './self-monitoring-options';

/** The API server's certificate, key and CA, as files. */
const AUDIT_WEBHOOK_FILES = {
  'tls.crt': 'audit-webhook.crt',
  'tls.key': 'audit-webhook.key',
  'ca.crt': 'audit-webhook-ca.crt',
} as const;

/** What the detector takes: it keeps state for so long. */
const LONGEST_SECONDS = {
  failureWindow: 86_400,
  resolveAfter: 7 * 86_400,
  missingAfter: 86_400,
  auditSilentAfter: 86_400,
  forgetAfter: 7 * 86_400,
} as const;

/** Two canaries may be late. */
const SHORTEST_MISSING_SECONDS = 3 * CANARY_INTERVAL_SECONDS;

/** What runs beside the detector, if anything does. */
export interface Neighbours {
  readonly siemUrl?: string;
  readonly monitorUrl?: string;
}

/** The settings file, from what the reader chose. */
export function detectorSettings(at: IConstruct, props: DetectionProps, beside: Neighbours = {}): DetectorSettings {
  const { siemUrl } = beside;
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
    ...watchSettings(at, props.selfMonitoring ?? {}, beside),
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

function watchSettings(
  at: IConstruct,
  options: SelfMonitoringOptions,
  { monitorUrl }: Neighbours,
): Pick<DetectorSettings, 'watch'> {
  if (options.enabled === false) return {};
  const { missingAfter, auditSilentAfter, forgetAfter } = options;
  const watch = {
    missingAfterSeconds: seconds(at, 'missingAfter', missingAfter) ?? DEFAULT_WATCH.missingAfterSeconds,
    auditSilentAfterSeconds: seconds(at, 'auditSilentAfter', auditSilentAfter) ?? DEFAULT_WATCH.auditSilentAfterSeconds,
    forgetAfterSeconds: seconds(at, 'forgetAfter', forgetAfter) ?? DEFAULT_WATCH.forgetAfterSeconds,
  };
  if (watch.missingAfterSeconds < SHORTEST_MISSING_SECONDS) {
    const remedy = `give at least ${SHORTEST_MISSING_SECONDS}: the agents send a canary every ${CANARY_INTERVAL_SECONDS} seconds`;
    fail(at, `'missingAfter' is ${watch.missingAfterSeconds} seconds`, remedy);
  }
  if (watch.forgetAfterSeconds <= watch.missingAfterSeconds) {
    fail(at, "'forgetAfter' is not longer than 'missingAfter'", 'give it at least twice as long');
  }
  return { watch: { ...watch, ...(monitorUrl !== undefined && { monitorUrl }) } };
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
