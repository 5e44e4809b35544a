/** Logins of the host itself, from the journal or from the files that syslog writes. */
import { json, label, section, source } from '../fluentd/elements';
import type { FluentdElement, FluentdParams } from '../fluentd/elements';
import { cleanTextFilter, originFilter, rubyFilter } from '../fluentd/record-filters';
import { tailParams } from './tail';

/** Where logins of the host are read. */
export type HostAuthSource =
  | {
      readonly kind: 'journal';
      /** For example `/var/log/journal` and `/run/log/journal`. */
      readonly directories: readonly string[];
    }
  | {
      readonly kind: 'file';
      /** For example `/var/log/auth.log` and `/var/log/secure`. */
      readonly files: readonly string[];
    }
  | { readonly kind: 'none' };

export interface HostAuth {
  readonly cluster: string;
  readonly from: HostAuthSource;
  readonly stateDirectory: string;
  /** Where the records go. */
  readonly output: FluentdElement;
}

const HOST_LABEL = '@HOST_AUTH';
const TAG = 'host.auth';

/** Programs that let people in. Newer sshd does its work in `sshd-session` and `sshd-auth`. */
const PROGRAMS = ['sshd', 'sshd-session', 'sshd-auth', 'sudo', 'su', 'login'];

/**
 * Journal fields that are carried, under their own names. Those with an underscore come from the journal itself; the
 * others are what the program says of itself, so both are kept.
 */
const JOURNAL_FIELDS = [
  'MESSAGE',
  'PRIORITY',
  'SYSLOG_FACILITY',
  'SYSLOG_IDENTIFIER',
  'SYSLOG_PID',
  '_BOOT_ID',
  '_COMM',
  '_EXE',
  '_HOSTNAME',
  '_MACHINE_ID',
  '_PID',
  '_SOURCE_REALTIME_TIMESTAMP',
  '_SYSTEMD_UNIT',
  '_TRANSPORT',
  '_UID',
];

export function hostAuthElements(host: HostAuth): FluentdElement[] {
  if (host.from.kind === 'none') return [];
  return host.from.kind === 'journal'
    ? journalElements(host, host.from.directories)
    : fileElements(host, host.from.files);
}

function journalElements(host: HostAuth, directories: readonly string[]): FluentdElement[] {
  const sources = directories.map((directory, index) => journalSource(host, directory, `in_journal_${index + 1}`));
  const receipt = rubyFilter(`record["${RECEIPT_FIELD}"] = (time.sec * 1000000 + time.nsec / 1000).to_s`);
  return [...sources, hostLabel(host, [receipt])];
}

/** When the journal took the entry, in microseconds; every entry has it, but as its address and not as a field. */
const RECEIPT_FIELD = '__REALTIME_TIMESTAMP';

function journalSource(host: HostAuth, directory: string, id: string): FluentdElement {
  const params: FluentdParams = {
    '@type': 'systemd',
    '@id': id,
    '@label': HOST_LABEL,
    tag: TAG,
    path: directory,
    matches: json([{ SYSLOG_IDENTIFIER: PROGRAMS }, { _COMM: PROGRAMS }]),
    read_from_head: true,
  };
  const storage = { '@type': 'local', persistent: true, path: `${host.stateDirectory}/pos/${id}.json` };
  const entry = {
    field_map: json(Object.fromEntries(JOURNAL_FIELDS.map((field) => [field, field]))),
    field_map_strict: true,
  };
  return source(params, [section('storage', storage), section('entry', entry)]);
}

function fileElements(host: HostAuth, files: readonly string[]): FluentdElement[] {
  const params: FluentdParams = {
    ...tailParams({ id: 'in_host_auth', label: HOST_LABEL, tag: TAG, stateDirectory: host.stateDirectory }),
    path: files.map((file) => `${file}*`).join(','),
    exclude_path: json(files.flatMap((file) => COMPRESSED.map((suffix) => `${file}*.${suffix}`))),
    max_line_size: 1024 * 1024,
  };
  const parse = section('parse', { '@type': 'none' });
  return [source(params, [parse]), hostLabel(host, [])];
}

const COMPRESSED = ['gz', 'bz2', 'xz', 'zst', 'tmp'];

function hostLabel(host: HostAuth, filters: readonly FluentdElement[]): FluentdElement {
  return label(HOST_LABEL, [
    ...filters,
    cleanTextFilter(),
    originFilter({ source: 'host-auth', cluster: host.cluster }),
    host.output,
  ]);
}
