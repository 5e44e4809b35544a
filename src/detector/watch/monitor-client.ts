/** Asks Fluentd's `monitor_agent` for its outputs: bounded in time and in what it reads. */
import { MONITOR_PATH } from '../../contract/detector-config';
import { type OutputState, readOutputs } from './output-state';

const ANSWER_BYTES = 4 * 1024 * 1024;

/** The outputs, or undefined where no usable answer came in time. */
export async function askMonitor(url: string, timeoutMs: number): Promise<OutputState[] | undefined> {
  try {
    const response = await fetch(new URL(MONITOR_PATH, url), {
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    });
    const text = response.ok ? await boundedText(response) : undefined;
    if (!response.ok) await response.body?.cancel();
    return text === undefined ? undefined : readOutputs(text);
  } catch {
    return undefined;
  }
}

async function boundedText({ body }: Response): Promise<string | undefined> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > ANSWER_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
