/** How long the detector waits for what; tests shorten it. */
export interface Timing {
  /** A client has so long to send its request headers. */
  readonly headersMs: number;
  /** A client has so long to send its whole request. */
  readonly requestMs: number;
  /** An idle connection is kept for so long. */
  readonly keepAliveMs: number;
  /** Open alerts are looked at this often. */
  readonly tickMs: number;
  /** A directory must be quiet for so long before it is read: a writer may still be at work. */
  readonly settleMs: number;
  /** Directories are read this often even where the kernel reports no change. */
  readonly pollMs: number;
  /** First pause before an alert is sent again; doubles with every attempt. */
  readonly backoffMs: number;
  /** Longest pause of our own before an alert is sent again. */
  readonly backoffLimitMs: number;
  /** Longest pause that a receiver may ask for. */
  readonly retryAfterLimitMs: number;
  /** A receiver has so long to answer. */
  readonly sendMs: number;
  /** Requests in flight have so long to finish after the stop signal. */
  readonly drainMs: number;
  /** Receivers have so long to take what waits when the detector stops. */
  readonly flushMs: number;
}

export const DEFAULT_TIMING: Timing = {
  headersMs: 10_000,
  requestMs: 60_000,
  keepAliveMs: 75_000,
  tickMs: 5_000,
  settleMs: 200,
  pollMs: 15_000,
  backoffMs: 1_000,
  backoffLimitMs: 60_000,
  retryAfterLimitMs: 15 * 60_000,
  sendMs: 15_000,
  drainMs: 20_000,
  flushMs: 5_000,
};
