/** One POST of JSON: bounded in time and in what it reads, following no redirect, with errors that hold no secret. */
import * as http from 'node:http';
import * as https from 'node:https';
import { errorCode } from '../error-code';
import type { SendOutcome } from './notifier';

export interface Post {
  readonly url: URL;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

/** What is read of an answer before its connection is dropped; only the status counts. */
const ANSWER_BYTES = 64 * 1024;

/**
 * Answers that no repetition will change: the receiver does not want this very alert. Everything else that is no 2xx
 * (its outage, our credentials, a wrong path, a redirect) can be mended at either end, so it is worth another attempt.
 */
const FINAL: ReadonlySet<number> = new Set([400, 409, 410, 411, 413, 414, 415, 422, 431, 451, 501]);

/** Posts, and says what the answer means for the alert. `nowMs` reads a `Retry-After` that names a date. */
export async function post(request: Post, signal: AbortSignal, nowMs: () => number): Promise<SendOutcome> {
  const attempt = new AbortController();
  const abort = (): void => {
    attempt.abort();
  };
  const timer = setTimeout(abort, request.timeoutMs);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return outcomeOf(await exchange(request, attempt.signal), nowMs());
  } catch (error) {
    if (signal.aborted) return { kind: 'retry', reason: 'stopped' };
    return { kind: 'retry', reason: attempt.signal.aborted ? 'timeout' : reasonOf(error) };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

/** Resolves once the status is known and the body is read, given up, or cut off: only the status counts. */
function exchange({ url, body, headers }: Post, signal: AbortSignal): Promise<Answer> {
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'content-length': String(body.length) },
      signal,
    });
    let answer: Answer | undefined;
    outgoing.on('error', (error) => {
      if (answer === undefined) reject(error);
      else resolve(answer);
    });
    outgoing.on('response', (incoming) => {
      const known = { status: incoming.statusCode ?? 0, retryAfter: incoming.headers['retry-after'] };
      answer = known;
      let bytes = 0;
      incoming.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > ANSWER_BYTES) outgoing.destroy();
      });
      for (const event of ['end', 'error', 'close']) {
        incoming.on(event, () => {
          resolve(known);
        });
      }
    });
    outgoing.end(body);
  });
}

function outcomeOf({ status, retryAfter }: Answer, nowMs: number): SendOutcome {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  const reason = `status-${status}`;
  if (FINAL.has(status)) return { kind: 'refused', reason };
  const afterMs = retryAfter === undefined ? undefined : retryAfterMs(retryAfter, nowMs);
  return afterMs === undefined ? { kind: 'retry', reason } : { kind: 'retry', reason, afterMs };
}

/** RFC 9110 section 10.2.3: seconds, or a date. */
function retryAfterMs(value: string, nowMs: number): number | undefined {
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

/** Error codes only: messages name addresses and paths, and the path of a webhook is often its secret. */
function reasonOf(error: unknown): string {
  return errorCode(error)?.toLowerCase() ?? 'connection-failed';
}
