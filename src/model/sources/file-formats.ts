/** Applications that write a file of the node, and what its lines speak of. */
import type { EventSource } from '../../contract/event';
import type { LogFormat } from '../../contract/record';
import type { FileLogs } from './file';
import type { TrafficClass } from './source';
import type { Rotation } from './tail';

export type FileLogFormat = Extract<LogFormat, 'auditd' | 'hubble' | 'calico' | 'falco' | 'tetragon'>;

interface FileFormat {
  readonly source: EventSource;
  readonly traffic: TrafficClass;
  readonly rotation: Rotation;
  /** Where the application writes unless told otherwise. */
  readonly path?: string;
}

export const FILE_FORMATS = {
  auditd: { source: 'security-event', traffic: 'host', rotation: 'renamed', path: '/var/log/audit/audit.log' },
  hubble: { source: 'network', traffic: 'traffic', rotation: 'stamped', path: '/var/run/cilium/hubble/events.log' },
  calico: { source: 'network', traffic: 'traffic', rotation: 'stamped', path: '/var/log/calico/flowlogs/flows.log' },
  falco: { source: 'security-event', traffic: 'security', rotation: 'renamed' },
  tetragon: { source: 'security-event', traffic: 'security', rotation: 'stamped' },
} as const satisfies Readonly<Record<FileLogFormat, FileFormat>>;

/** The file of an application, as mounted. */
export function applicationFile(format: FileLogFormat, file: string): FileLogs {
  const { source, traffic, rotation } = FILE_FORMATS[format];
  const name = format.toUpperCase();
  return {
    id: `in_${format}`,
    label: `@FILE_${name}`,
    tag: `file.${format}`,
    source,
    format,
    traffic,
    files: [file],
    rotation,
  };
}

/** A file of the user's own, as mounted. Its position is found again by its path. */
export function plainFile(file: string, source: EventSource, options: Pick<FileLogs, 'rotation' | 'isGlob'>): FileLogs {
  const name = file.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_|_$/g, '');
  return {
    id: `in_file_${name}`,
    label: `@FILE_PATH_${name.toUpperCase()}`,
    tag: `file.${source}`,
    source,
    traffic: TRAFFIC[source] ?? 'host',
    files: [file],
    ...options,
  };
}

const TRAFFIC: Readonly<Partial<Record<EventSource, TrafficClass>>> = {
  'security-event': 'security',
  network: 'traffic',
  ingress: 'traffic',
  dns: 'traffic',
};
