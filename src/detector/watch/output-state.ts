/** What Fluentd's `monitor_agent` says of its outputs. */
import type { Json } from '../../contract/event';
import { asObject, asText } from '../../event/json';

export interface OutputState {
  /** `@id`: `out_<destination>`, or `DETECTOR_OUTPUT_ID`. */
  readonly id: string;
  /** Everything that its buffer holds. */
  readonly bufferedBytes: number;
  /** Of these, what is ready to be sent or being sent. */
  readonly queuedBytes: number;
  readonly queuedChunks: number;
  readonly isRetrying: boolean;
  /** Failed attempts. */
  readonly retries: number;
  /** Milliseconds that successful deliveries took in sum; attempts that fail do not count, unlike in `write_count`. */
  readonly deliveryMs: number;
  readonly records: number;
  /** Chunks thrown away because the buffer was full. */
  readonly droppedChunks: number;
}

const OUTPUT_ID = /^out_[\w.-]{1,100}$/;
/** More destinations than anyone has; bounds the labels of metrics. */
const OUTPUT_LIMIT = 100;

/** The outputs of an answer, or undefined where it is none of `monitor_agent`. */
export function readOutputs(text: string): OutputState[] | undefined {
  let answer: Json;
  try {
    answer = JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
  const plugins = asObject(answer)?.['plugins'];
  if (!Array.isArray(plugins)) return undefined;
  return plugins.flatMap(outputOf).slice(0, OUTPUT_LIMIT);
}

function outputOf(plugin: Json): OutputState[] {
  const fields = asObject(plugin) ?? {};
  const id = asText(fields['plugin_id']);
  if (id === undefined || !OUTPUT_ID.test(id) || fields['buffer_total_queued_size'] === undefined) return [];
  const number = (name: string): number => {
    const value = fields[name];
    return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : 0;
  };
  const retry = asObject(fields['retry']);
  return [
    {
      id,
      bufferedBytes: number('buffer_total_queued_size'),
      queuedBytes: number('buffer_queue_byte_size'),
      queuedChunks: number('buffer_queue_length'),
      isRetrying: retry !== undefined && Object.keys(retry).length > 0,
      retries: number('retry_count'),
      deliveryMs: number('flush_time_count'),
      records: number('emit_records'),
      droppedChunks: number('drop_oldest_chunk_count'),
    },
  ];
}
