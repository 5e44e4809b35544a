/** How a request ended. */
import type { EventResult } from '../contract/event';

const SWITCHING_PROTOCOLS = 101;

/** The result that a status code means. What the authorizer decided is no outcome: admission refuses after it. */
export function resultOf(code: number | undefined): EventResult {
  if (code === undefined) return 'unknown';
  if (code === SWITCHING_PROTOCOLS || (code >= 200 && code < 300)) return 'success';
  return isRefusal(code) ? 'failure' : 'unknown';
}

export function isRefusal(code: number | undefined): boolean {
  return code !== undefined && code >= 400;
}
