/** Reads a metrics endpoint: bounded in time and in what it reads, whatever answers there. */
import { UsageError } from '../usage-error';
import { Metrics } from './prometheus-text';

export type Tier = 'agent' | 'aggregator' | 'detector';

export interface Endpoint {
  readonly tier: Tier;
  readonly url: URL;
}

export interface Reading extends Endpoint {
  /** Absent: why is said by `problem`. */
  readonly metrics?: Metrics;
  readonly problem?: string;
}

const LIMIT_BYTES = 16 * 1024 * 1024;

/** An address as people give it: the path may be left out. */
export function endpointOf(tier: Tier, text: string): Endpoint {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new UsageError(`--${tier} '${text}' is no address; write it as http://127.0.0.1:24231`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError(`--${tier} holds a user or password; metrics need none`);
  }
  if (url.pathname === '/') url.pathname = '/metrics';
  return { tier, url };
}

export async function read(endpoint: Endpoint, timeoutMs: number): Promise<Reading> {
  try {
    const response = await fetch(endpoint.url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });
    if (!response.ok) return { ...endpoint, problem: `it answers with status ${response.status}` };
    const text = await boundedText(response);
    if (text === undefined) return { ...endpoint, problem: `it answers with more than ${LIMIT_BYTES} bytes` };
    return checked(endpoint, Metrics.parse(text));
  } catch (error) {
    return { ...endpoint, problem: reasonOf(error, timeoutMs) };
  }
}

/** A wrong port answers too. */
function checked(endpoint: Endpoint, metrics: Metrics): Reading {
  const mark = endpoint.tier === 'detector' ? 'siem_records_read_total' : 'fluentd_output_status_emit_records';
  if (metrics.all(mark).length > 0 || metrics.all('siem_alerts_open').length > 0) return { ...endpoint, metrics };
  return { ...endpoint, problem: `what answers is no ${endpoint.tier} of ours: it has no metric ${mark}` };
}

async function boundedText({ body }: Response): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > LIMIT_BYTES) return undefined;
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return 'it does not answer';
  if (error.name === 'TimeoutError') return `it does not answer within ${timeoutMs / 1000} s`;
  const { code } = (error.cause ?? {}) as { code?: unknown };
  return typeof code === 'string' ? `it does not answer (${code})` : 'it does not answer';
}
