interface Recent {
  /** Latest event time of its findings. */
  lastUs: number;
  /** Wall clock at its last finding. */
  cameUs: number;
}

/**
 * Alerts that had a finding within the last `quietSeconds` of the wall clock. Records may come late (an outage, a node
 * that was cut off), and alerts over them must not resolve while further findings keep coming.
 */
export class RecentFindings {
  private readonly quietUs: number;
  private readonly recent = new Map<string, Recent>();

  public constructor(quietSeconds: number) {
    this.quietUs = quietSeconds * 1_000_000;
  }

  public note(alertId: string, eventUs: number, wallUs: number): void {
    const known = this.recent.get(alertId);
    if (known === undefined) this.recent.set(alertId, { lastUs: eventUs, cameUs: wallUs });
    else {
      known.lastUs = Math.max(known.lastUs, eventUs);
      known.cameUs = wallUs;
    }
  }

  /** The time up to which alerts may be expired at `wallUs` so that none of these ends. */
  public expireBefore(wallUs: number): number {
    let before = wallUs;
    for (const [id, { lastUs, cameUs }] of this.recent) {
      if (wallUs - cameUs > this.quietUs) this.recent.delete(id);
      else before = Math.min(before, lastUs + this.quietUs);
    }
    return before;
  }
}
