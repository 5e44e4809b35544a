/** Records as the one text that their destination gets, none of them larger than it takes. */
import { filter, section } from '../fluentd/elements';
import type { FluentdElement } from '../fluentd/elements';
import type { BufferNeeds, OutputPlace } from './output';

/** Field that holds the text; every record of a framed destination has it. */
export const PAYLOAD_FIELD = 'payload';

/** Counts the records that had to be made smaller, by destination. */
export const SHORTENED_METRIC = 'siem_destination_shortened_records_total';

/** What Fluentd keeps beside the text of a record in a chunk, with room to spare. */
const RECORD_OVERHEAD_BYTES = 1024;

export interface Frames {
  readonly shape: 'json' | 'rfc3164' | 'rfc5424' | 'gelf';
  /** Largest text, in bytes. */
  readonly limitBytes: number;
  /** Name that syslog messages carry. */
  readonly program?: string;
}

/** Filters that write the text, and count what was made smaller for it. */
export function frameFilters({ id }: Pick<OutputPlace, 'id'>, frames: Frames): FluentdElement[] {
  const metric = {
    name: SHORTENED_METRIC,
    type: 'counter',
    desc: 'Records that lost fields to fit the largest record that a destination takes.',
    key: 'shortened',
    initialized: true,
  };
  return [
    filter({
      '@type': 'siem_frame',
      shape: frames.shape,
      limit_bytes: frames.limitBytes,
      program: frames.program,
    }),
    filter({ '@type': 'prometheus' }, [section('metric', metric, [section('labels', { destination: id })])]),
  ];
}

/** `<format>` of plugins that send the text as it is. */
export function payloadFormat(): FluentdElement {
  return section('format', { '@type': 'single_value', message_key: PAYLOAD_FIELD, add_newline: false });
}

/** The smallest chunk that still takes the largest text. */
export function chunkBytesFor(limitBytes: number): number {
  return limitBytes + RECORD_OVERHEAD_BYTES;
}

/** A buffer for texts of at most this size, in chunks of at most `chunkBytes`. */
export function framedBuffer(place: OutputPlace, limitBytes: number, needs: BufferNeeds = {}): FluentdElement {
  const { chunkBytes = chunkBytesFor(limitBytes) } = needs;
  if (chunkBytes < chunkBytesFor(limitBytes)) {
    throw new Error(`a chunk of ${chunkBytes} bytes has no room for a text of ${limitBytes}`);
  }
  return place.buffer({ ...needs, chunkBytes });
}

/** For destinations that get records as they are: none larger than this as JSON. */
export function fitFilter({ id }: Pick<OutputPlace, 'id'>, limitBytes: number): FluentdElement {
  return filter({ '@type': 'siem_fit', limit_bytes: limitBytes, destination: id });
}
