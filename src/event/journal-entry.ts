/** Entries of the systemd journal, with their field names as stored, stripped of underscores, or in lower case. */
import type { Json, JsonObject } from '../contract/event';
import { asText } from './json';
import { isLoginProgram } from './login-lines';
import { parsePid } from './syslog-line';
import type { ProgramLine } from './syslog-line';

/** The journal's own field `name` (such as `_PID`) in any of the spellings that collectors give it. */
function field(entry: JsonObject, name: string): Json | undefined {
  const bare = name.replace(/^_+/, '');
  return entry[name] ?? entry[bare] ?? entry[name.toLowerCase()] ?? entry[bare.toLowerCase()];
}

/** Records with the fields by which the journal names a program. */
export function isJournalEntry(record: JsonObject): boolean {
  if (record['MESSAGE'] !== undefined) return true;
  const isNamed = field(record, 'SYSLOG_IDENTIFIER') !== undefined || field(record, '_COMM') !== undefined;
  return isNamed && field(record, 'MESSAGE') !== undefined;
}

/**
 * The line of an entry; undefined where its message is no text. The identifier is what the program calls itself, the
 * command what the kernel does: one that only calls itself sshd, as `logger -t sshd` does, is not believed.
 */
export function readJournalEntry(entry: JsonObject, receivedUs: number): ProgramLine | undefined {
  const message = textIn(field(entry, 'MESSAGE'));
  if (message === undefined) return undefined;
  const command = asText(field(entry, '_COMM'));
  const identifier = asText(field(entry, 'SYSLOG_IDENTIFIER'));
  const isPretender = command !== undefined && !isLoginProgram(command);
  const pid = parsePid(digits(field(entry, '_PID')) ?? '');
  return {
    timeUs: journalTime(entry) ?? receivedUs,
    host: asText(field(entry, '_HOSTNAME')) ?? '',
    process: isPretender ? command : (identifier ?? command ?? ''),
    message: message.trim(),
    ...(pid === undefined ? {} : { pid }),
  };
}

/** journalctl writes a text that holds control characters, or is no UTF-8, as the list of its bytes. */
function textIn(value: Json | undefined): string | undefined {
  if (!Array.isArray(value)) return typeof value === 'string' ? value : undefined;
  return value.length > 0 && value.every(isByte) ? new TextDecoder().decode(Uint8Array.from(value)) : undefined;
}

function isByte(value: Json): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255;
}

/** When the message was sent, else when the journal got it; both in microseconds. */
function journalTime(entry: JsonObject): number | undefined {
  const text = digits(field(entry, '_SOURCE_REALTIME_TIMESTAMP')) ?? digits(field(entry, '__REALTIME_TIMESTAMP'));
  if (text === undefined || !/^[0-9]{1,16}$/.test(text)) return undefined;
  const us = Number(text);
  return Number.isSafeInteger(us) ? us : undefined;
}

function digits(value: Json | undefined): string | undefined {
  return typeof value === 'number' ? String(value) : asText(value);
}
