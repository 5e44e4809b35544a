import { framedBuffer, frameFilters } from '../../model/destinations/frames';
import type { Frames } from '../../model/destinations/frames';
import type { OutputPlace } from '../../model/destinations/output';
import { label, match } from '../../model/fluentd/elements';
import type { FluentdElement } from '../../model/fluentd/elements';

const MIB = 1024 * 1024;

export interface StreamOutput extends Frames {
  readonly port: number;
  readonly framing: 'octets' | 'newline' | 'nul';
}

/** Frames over TLS, a connection for each delivery, by the plugin of ours; parameter: `host`. */
export function streamLabels(place: OutputPlace, stream: StreamOutput): FluentdElement[] {
  const { port, framing, ...frames } = stream;
  const { tls } = place;
  const params = {
    '@type': 'siem_stream',
    '@id': place.outputId,
    host: place.parameter('host'),
    port,
    framing,
    ca_file: tls.caFile,
    cert_file: tls.clientCertificateFile,
    key_file: tls.clientKeyFile,
  };
  const chunkBytes = Math.max(MIB, 2 * frames.limitBytes);
  return [
    label(place.label, [
      ...frameFilters(place, frames),
      match(params, [framedBuffer(place, frames.limitBytes, { chunkBytes })]),
    ]),
  ];
}
