/** What the watches say at one moment, for the alert book. */
import type { WatchFinding, WatchRuleId } from '../../alert/watch-finding';

/** Something that happened and is over, so many times. */
export interface WatchEvent {
  readonly finding: WatchFinding;
  readonly count: number;
}

export interface WatchVerdict {
  /** What is wrong now: its alert is open for as long as it stands here. */
  readonly wrong: readonly WatchFinding[];
  /** True where nobody can say: an open alert stays as it is. */
  readonly isUndecided: (rule: WatchRuleId, fingerprint: string) => boolean;
  readonly happened: readonly WatchEvent[];
  /** Why an alert ends although what it tells of was not mended, by fingerprint. */
  readonly givenUp: ReadonlyMap<string, string>;
}

/** Asked while watching is off: whatever was raised before ends. */
export const NOTHING_WATCHED: WatchVerdict = {
  wrong: [],
  isUndecided: () => false,
  happened: [],
  givenUp: new Map(),
};
