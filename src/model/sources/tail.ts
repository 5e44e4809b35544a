import type { FluentdElement, FluentdParams } from '../fluentd/elements';
import { section } from '../fluentd/elements';

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

/** A parser that loses no line: what it refuses becomes a record with `UNMATCHED_LINE_KEY` and `REFUSED_KEY`. */
export function guardedParse(expected: string, inner: FluentdParams, isStrict = false): FluentdElement {
  const params = { '@type': 'siem_guard', expected, strict_encoding: isStrict || undefined };
  return section('parse', params, [section('parse', inner)]);
}

/** Suffixes of files that are no log any more. */
const COMPRESSED = ['gz', 'bz2', 'xz', 'zst', 'tmp'];

/** Characters that Fluentd or Ruby replaces in a path: `,` separates paths, `%` begins a part of the time. */
const EXPANDED = /[,*?[\]{}%\\]/;

/** How the rotated files beside a log are called. */
export type Rotation =
  | 'renamed' // `audit.log.1`, `auth.log-20260301`
  | 'stamped' // `audit-2026-03-01T10-00-00.000.log`
  | 'copied'; // the log stays the same file; its copies would be read again

export interface TailedPaths {
  readonly read: readonly string[];
  readonly excluded: readonly string[];
}

/** What a tail reads of a log and of what it was rotated into, and what lies beside it and is no log any more. */
export function rotatedPaths(file: string, rotation: Rotation, isGlob = false): TailedPaths {
  if (EXPANDED.test(isGlob ? file.replaceAll('*', '') : file)) {
    throw new Error(`the log path '${file}' holds a character that Fluentd expands`);
  }
  if (rotation === 'stamped') return { read: [file, stamped(file)], excluded: [] };
  const rotated = rotation === 'copied' ? [] : [`${file}.*`, `${file}-*`];
  const isCompressedSeen = isGlob || rotation === 'renamed';
  return {
    read: [file, ...rotated],
    excluded: isCompressedSeen ? COMPRESSED.map((suffix) => `${file}*.${suffix}`) : [],
  };
}

function stamped(file: string): string {
  const [, stem = file, extension = ''] = /^(.*\/.*?)(\.[^./]*)?$/.exec(file) ?? [];
  return `${stem}-*${extension}`;
}
