import type { FluentdParams } from '../fluentd/elements';

export interface TailSource {
  readonly id: string;
  readonly label: string;
  readonly tag: string;
  readonly stateDirectory: string;
}

/**
 * Reading files so that none is lost: from their beginning, by their inode, and with rotated files in sight. A file that
 * was rotated while nobody read is then found under its new name, at the position where reading stopped.
 */
export function tailParams(tail: TailSource): FluentdParams {
  return {
    '@type': 'tail',
    '@id': tail.id,
    '@label': tail.label,
    tag: tail.tag,
    pos_file: `${tail.stateDirectory}/pos/${tail.id}.pos`,
    follow_inodes: true,
    read_from_head: true,
    refresh_interval: 5,
    rotate_wait: 30,
  };
}
