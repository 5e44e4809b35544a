/** Files of the node whose lines are carried as they are. */
import type { EventSource } from '../../contract/event';
import type { LogFormat } from '../../contract/record';
import { json, label, section, source } from '../fluentd/elements';
import type { FluentdElement } from '../fluentd/elements';
import { cleanTextFilter } from '../fluentd/record-filters';
import { canarySource } from './canary';
import type { TailName } from './quarantine';
import { sourceEnd } from './source';
import type { SourceContext, TrafficClass } from './source';
import { rotatedPaths, tailParams } from './tail';
import type { Rotation } from './tail';

export interface FileLogs {
  /** Unique in the configuration: `in_` and a name. */
  readonly id: string;
  readonly label: string;
  readonly tag: string;
  readonly source: EventSource;
  readonly format?: LogFormat;
  readonly traffic: TrafficClass;
  /** As mounted. */
  readonly files: readonly string[];
  readonly rotation: Rotation;
  /** Whether `*` in a file's name stands for any characters. */
  readonly isGlob?: boolean;
}

/** Longest line, in bytes; none of the formats has lines that come near. */
const LINE_BYTES = 1024 * 1024;

export function fileElements(logs: FileLogs, context: SourceContext): FluentdElement[] {
  const { id, traffic } = logs;
  const paths = logs.files.map((file) => rotatedPaths(file, logs.rotation, logs.isGlob));
  const excluded = paths.flatMap(({ excluded }) => excluded);
  const tail = source(
    {
      ...tailParams({ id, label: logs.label, tag: logs.tag, stateDirectory: context.stateDirectory }),
      path: paths.flatMap(({ read }) => read).join(','),
      exclude_path: excluded.length === 0 ? undefined : json(excluded),
      max_line_size: LINE_BYTES,
    },
    [section('parse', { '@type': 'none' })],
  );
  return [
    tail,
    canarySource(id, logs.label),
    label(logs.label, [cleanTextFilter(), ...sourceEnd({ id, traffic, origin: originOf(logs) }, context)]),
  ];
}

/** How Fluentd's own log names the tail. */
export function fileTail(logs: Pick<FileLogs, 'id' | 'source' | 'format'>, { cluster }: SourceContext): TailName {
  return { id: logs.id, origin: { ...originOf(logs), cluster } };
}

function originOf({ source: eventSource, format }: Pick<FileLogs, 'source' | 'format'>): {
  readonly source: EventSource;
  readonly format?: LogFormat;
} {
  return { source: eventSource, ...(format !== undefined && { format }) };
}
