/** Probes and metrics on the pod's address. Says nothing about records, alerts or settings. */
import { type Handler, respond } from './ingest/listener';
import type { Telemetry } from './telemetry';

export interface AdminOptions {
  readonly telemetry: Telemetry;
  /** What is missing before records can be taken; empty: ready. */
  readonly missing: () => readonly string[];
}

export function adminHandler({ telemetry, missing }: AdminOptions): Handler {
  const { registry } = telemetry.metrics;
  const pages: Readonly<Record<string, () => Promise<Page>>> = {
    '/healthz': () => Promise.resolve({ status: 200, text: 'ok\n' }),
    '/readyz': () => Promise.resolve(readiness(missing())),
    '/metrics': async () => ({ status: 200, text: await registry.metrics(), type: registry.contentType }),
  };
  return async (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const { status, text, type } = page === undefined ? NOT_FOUND : isRead ? await page() : NOT_ALLOWED;
    respond(response, status, text, type === undefined ? {} : { 'content-type': type });
    request.resume();
  };
}

interface Page {
  readonly status: number;
  readonly text: string;
  readonly type?: string;
}

const NOT_FOUND: Page = { status: 404, text: 'there are /healthz, /readyz and /metrics\n' };
const NOT_ALLOWED: Page = { status: 405, text: 'use GET\n' };

function readiness(missing: readonly string[]): Page {
  return missing.length === 0
    ? { status: 200, text: 'ready\n' }
    : { status: 503, text: missing.map((each) => `missing: ${each}\n`).join('') };
}
