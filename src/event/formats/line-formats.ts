/** The formats whose every line stands for itself, each with the source that it belongs to. */
import type { EventSource } from '../../contract/event';
import type { LogFormat } from '../../contract/record';
import { readCalico } from './calico';
import { readCoreDns } from './coredns';
import { readEnvoy } from './envoy';
import { readFalco } from './falco';
import { readHubble } from './hubble';
import { readIngressNginx } from './ingress-nginx';
import { readKubernetesEvent } from './kubernetes-event';
import type { LineContext, LineReader, Reading, SourceLine } from './line-reader';
import { readTetragon } from './tetragon';

export interface LineFormat {
  readonly source: EventSource;
  /** Every line is a JSON object; one that is none was damaged on its way. */
  readonly isJson: boolean;
  readonly read: LineReader;
}

const FORMATS: ReadonlyMap<LogFormat, LineFormat> = new Map<LogFormat, LineFormat>([
  ['ingress-nginx', { source: 'ingress', isJson: false, read: readIngressNginx }],
  ['envoy', { source: 'ingress', isJson: false, read: readEnvoy }],
  ['coredns', { source: 'dns', isJson: false, read: readCoreDns }],
  ['hubble', { source: 'network', isJson: true, read: readHubble }],
  ['calico', { source: 'network', isJson: true, read: readCalico }],
  ['falco', { source: 'security-event', isJson: true, read: readFalco }],
  ['tetragon', { source: 'security-event', isJson: true, read: readTetragon }],
  ['kubernetes-event', { source: 'security-event', isJson: true, read: readKubernetesEvent }],
]);

export function lineFormat(name: LogFormat): LineFormat | undefined {
  return FORMATS.get(name);
}

/** A line of a format that nobody named, told by its shape; of `source` alone where that is given. */
export function recognise(
  line: SourceLine,
  context: LineContext,
  source?: EventSource,
): { readonly source: EventSource; readonly reading: Reading } | undefined {
  for (const format of FORMATS.values()) {
    if (source !== undefined && format.source !== source) continue;
    const reading = format.isJson && line.json === undefined ? undefined : format.read(line, context);
    if (reading !== undefined) return { source: format.source, reading };
  }
  return undefined;
}
