/** What the detector finds wrong with the way of the records, as alerts beside those of rules. */
import type { Alert } from '../contract/alert';
import type { JsonObject } from '../contract/event';
import type { Severity } from '../contract/rule-document';
import { sha256 } from '../engine';
import { formatTime } from '../event/time';
import { cut } from './printable';

export interface WatchRule {
  readonly name: string;
  readonly severity: Severity;
  /** What to do; stands in every alert. */
  readonly description: string;
}

export type WatchRuleId =
  'siem-canary-missing' | 'siem-audit-silent' | 'siem-destination-stalled' | 'siem-records-dropped';

/** Their ids are API, as those of rules are: routes and silences name them. */
export const WATCH_RULES: Readonly<Record<WatchRuleId, WatchRule>> = {
  'siem-canary-missing': {
    name: 'Records do not arrive',
    severity: 'high',
    description:
      'Rules that read the silent sources see nothing meanwhile. Run `siem doctor`; then look at the pod of the hop ' +
      'that the alert names: is it running, what does its log say, may it reach the next hop, are its certificates valid.',
  },
  'siem-audit-silent': {
    name: 'The audit log is silent',
    severity: 'high',
    description:
      'The way of the audit records works, but the API server writes none. See whether someone has changed its audit ' +
      'flags or policy, whether its disk is full, and whether `auditLogPath` still names the file that it writes.',
  },
  'siem-destination-stalled': {
    name: 'A destination takes no records',
    severity: 'high',
    description:
      'Records wait in the buffer of the aggregator and are sent again until the destination takes them; nothing is lost ' +
      'before the buffer is full. See whether it is up, whether the credential is valid, and what the log of Fluentd says.',
  },
  'siem-records-dropped': {
    name: 'Records were dropped',
    severity: 'critical',
    description:
      'The buffer of an output was full, so its oldest chunks were thrown away. They are lost to it alone. Mend the ' +
      'destination, and give it a larger buffer if that takes longer than its buffer lasts.',
  },
};

export interface WatchFinding {
  readonly rule: WatchRuleId;
  readonly cluster: string;
  /** What tells it from other findings of its rule. */
  readonly key: readonly string[];
  /** One sentence; names in it have to be printable. */
  readonly summary: string;
  readonly timeUs: number;
  readonly details: JsonObject;
}

/** No fingerprint of a rule's alert begins so. */
const PREFIX = 'watch:';
const SUMMARY_LIMIT = 800;

/** The same on every finding of one condition, also over a restart. */
export function watchFingerprint({ rule, cluster, key }: Pick<WatchFinding, 'rule' | 'cluster' | 'key'>): string {
  return `${PREFIX}${sha256(JSON.stringify([rule, cluster, ...key])).slice(0, 32)}`;
}

/** Which watch raised the alert; undefined for the alert of a rule. */
export function watchRuleOf({ fingerprint, rule }: Alert): WatchRuleId | undefined {
  if (!fingerprint.startsWith(PREFIX)) return undefined;
  return (Object.keys(WATCH_RULES) as WatchRuleId[]).find((id) => id === rule.id);
}

/** The alert that a finding opens. */
export function watchAlert(finding: WatchFinding, count: number): Alert {
  const fingerprint = watchFingerprint(finding);
  const time = formatTime(finding.timeUs);
  const { name, severity, description } = WATCH_RULES[finding.rule];
  const id = sha256(JSON.stringify([fingerprint, finding.timeUs])).slice(0, 32);
  return {
    id,
    fingerprint,
    status: 'firing',
    rule: { id: finding.rule, name, description },
    severity,
    action: 'alert',
    plannedActions: [],
    cluster: finding.cluster,
    count,
    firstTime: time,
    lastTime: time,
    summary: cut(`${name}: ${finding.summary}`, SUMMARY_LIMIT),
    samples: [],
    watch: finding.details,
  };
}
