/** The journal of the node: logins, and units that somebody asks for. */
import type { EventSource } from '../../contract/event';
import { filter, json, label, regexp, section, source } from '../fluentd/elements';
import type { FluentdElement, FluentdParams } from '../fluentd/elements';
import { cleanTextFilter, rubyFilter } from '../fluentd/record-filters';
import { canarySource } from './canary';
import { sourceEnd } from './source';
import type { SourceContext, TrafficClass } from './source';

export interface JournalEntries {
  /** Unique in the configuration; part of the names of the files with the positions. */
  readonly id: string;
  readonly label: string;
  readonly source: EventSource;
  readonly traffic: TrafficClass;
  /** For example `/var/log/journal` and `/run/log/journal`. */
  readonly directories: readonly string[];
  /** Which entries: those that fit all fields of one of them. */
  readonly matches: readonly { readonly [field: string]: readonly string[] }[];
  /** Programs whose entries another source has. */
  readonly exceptPrograms?: readonly string[];
}

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

/** When the journal took the entry, in microseconds; every entry has it, but as its address and not as a field. */
const RECEIPT_FIELD = '__REALTIME_TIMESTAMP';

export function journalElements(entries: JournalEntries, context: SourceContext): FluentdElement[] {
  const { id, traffic } = entries;
  const sources = entries.directories.map((directory, index) =>
    journalSource(entries, directory, `${id}_${index + 1}`, context),
  );
  return [
    ...sources,
    canarySource(id, entries.label),
    label(entries.label, [
      ...(entries.exceptPrograms ?? []).map(exceptProgram),
      rubyFilter(`record["${RECEIPT_FIELD}"] = (time.sec * 1000000 + time.nsec / 1000).to_s if record.key?("MESSAGE")`),
      cleanTextFilter(),
      ...sourceEnd({ id, traffic, origin: { source: entries.source } }, context),
    ]),
  ];
}

function exceptProgram(program: string): FluentdElement {
  const pattern = regexp(String.raw`\A${program}\z`);
  return filter(
    { '@type': 'grep' },
    ['SYSLOG_IDENTIFIER', '_COMM'].map((key) => section('exclude', { key, pattern })),
  );
}

/** The position is written when an entry stands in the buffer; while that is full, reading waits. */
function journalSource(
  entries: JournalEntries,
  directory: string,
  id: string,
  { stateDirectory }: SourceContext,
): FluentdElement {
  const params: FluentdParams = {
    '@type': 'siem_journal',
    '@id': id,
    '@label': entries.label,
    tag: `host.${entries.source === 'host-auth' ? 'auth' : 'journal'}`,
    path: directory,
    matches: json(entries.matches),
    read_from_head: true,
  };
  const storage = { '@type': 'local', persistent: true, path: `${stateDirectory}/pos/${id}.json` };
  const entry = {
    field_map: json(Object.fromEntries(JOURNAL_FIELDS.map((field) => [field, field]))),
    field_map_strict: true,
  };
  return source(params, [section('storage', storage), section('entry', entry)]);
}

export interface UnitLogs {
  readonly directories: readonly string[];
  /** Such as `kubelet.service`. */
  readonly units: readonly string[];
  /** Programs whose entries another source has. */
  readonly exceptPrograms?: readonly string[];
}

/** Entries of units. */
export function unitElements(logs: UnitLogs, context: SourceContext): FluentdElement[] {
  const { directories, units, exceptPrograms = [] } = logs;
  return journalElements(
    {
      id: 'in_units',
      label: '@UNITS',
      source: 'journal',
      traffic: 'host',
      directories,
      matches: [{ _SYSTEMD_UNIT: units }],
      exceptPrograms,
    },
    context,
  );
}
