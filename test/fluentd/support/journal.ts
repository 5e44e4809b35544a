/** Journal files as journald writes them, made by systemd-journal-remote from its export format. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { JOURNAL_REMOTE } from '../install';

export interface JournalEntry {
  readonly realtimeUs: number;
  readonly fields: Readonly<Record<string, string | Buffer>>;
}

const BOOT_ID = '3f1b6d0c5a7e4c1f9d2b8a6e0c4f7d19';

/** Writes a journal file of these entries into the folder. */
export function writeJournal(folder: string, name: string, entries: readonly JournalEntry[]): void {
  fs.mkdirSync(folder, { recursive: true });
  const input = Buffer.concat(entries.map((entry, index) => exported(entry, index + 1)));
  execFileSync(JOURNAL_REMOTE, [`--output=${path.join(folder, `${name}.journal`)}`, '-'], { input, stdio: 'pipe' });
}

function exported(entry: JournalEntry, sequence: number): Buffer {
  const address = {
    __CURSOR: `s=0;i=${sequence}`,
    __REALTIME_TIMESTAMP: String(entry.realtimeUs),
    // Entries of one boot are put in this order, whatever their wall-clock time.
    __MONOTONIC_TIMESTAMP: String(entry.realtimeUs % 1_000_000_000_000),
    _BOOT_ID: BOOT_ID,
  };
  const lines = Object.entries({ ...address, ...entry.fields }).map(([name, value]) => exportedField(name, value));
  return Buffer.concat([...lines, Buffer.from('\n')]);
}

/** Values of any bytes are written with their length, others as a line. */
function exportedField(name: string, value: string | Buffer): Buffer {
  if (typeof value === 'string') return Buffer.from(`${name}=${value}\n`);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(value.length));
  return Buffer.concat([Buffer.from(`${name}\n`), length, value, Buffer.from('\n')]);
}
