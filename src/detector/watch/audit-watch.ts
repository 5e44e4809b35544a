/** Whether the API server still writes its audit log. */
import type { WatchFinding } from '../../alert/watch-finding';
import { formatTime } from '../../event/time';
import { lasting } from './canary-judgement';

export interface AuditQuestion {
  readonly nowUs: number;
  readonly listeningSinceUs: number;
  readonly cluster: string;
  readonly silentAfterSeconds: number;
  readonly blindRules: readonly string[];
}

const NAMED_RULES = 5;

export class AuditWatch {
  /** First sign that this cluster has an audit log: an event, or a canary of its agent. */
  private knownSinceUs: number | undefined;
  private lastUs: number | undefined;

  /** True once the cluster is known to have an audit log. */
  public get isKnown(): boolean {
    return this.knownSinceUs !== undefined;
  }

  /** Takes up that an earlier process knew of it. */
  public expect(nowUs: number): void {
    this.knownSinceUs ??= nowUs;
  }

  public see(receivedUs: number): void {
    this.expect(receivedUs);
    this.lastUs = receivedUs;
  }

  /** Seconds since the last audit event; since the source is known where there was none. */
  public ageSeconds(nowUs: number): number | undefined {
    const sinceUs = this.lastUs ?? this.knownSinceUs;
    return sinceUs === undefined ? undefined : Math.max(0, nowUs - sinceUs) / 1e6;
  }

  public judge(question: AuditQuestion): WatchFinding[] {
    const { nowUs, listeningSinceUs, cluster, silentAfterSeconds, blindRules } = question;
    if (this.knownSinceUs === undefined) return [];
    const quietUs = nowUs - Math.max(this.lastUs ?? this.knownSinceUs, listeningSinceUs);
    if (quietUs <= silentAfterSeconds * 1e6) return [];
    const more = blindRules.length > NAMED_RULES ? ` and ${blindRules.length - NAMED_RULES} more` : '';
    const blind =
      blindRules.length === 0 ? '' : `; blind meanwhile: ${blindRules.slice(0, NAMED_RULES).join(', ')}${more}`;
    return [
      {
        rule: 'siem-audit-silent',
        cluster,
        key: ['audit'],
        timeUs: nowUs,
        summary: `no audit event came for ${lasting(silentAfterSeconds)}, hop API server → audit log${blind}`,
        details: {
          hop: 'API server → audit log',
          ...(this.lastUs === undefined ? {} : { lastSeen: formatTime(this.lastUs) }),
          blindRules: blindRules.slice(0, 50),
          blindRuleCount: blindRules.length,
        },
      },
    ];
  }
}
