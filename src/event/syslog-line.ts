/** Syslog lines as files hold them: classic, with an RFC 3339 stamp, and RFC 5424. */
import { digitsAt, parseRfc3339 } from './time';
import { parseSyslogStamp, stampTime } from './syslog-stamp';
import type { StampContext } from './syslog-stamp';

/** A line that a program wrote. */
export interface ProgramLine {
  readonly timeUs: number;
  readonly host: string;
  readonly process: string;
  readonly pid?: number;
  readonly message: string;
}

/** `no-program`: a syslog line that no program put its name to. */
export type SyslogReading = ProgramLine | 'no-program' | 'no-syslog';

/** A field in the head of a line is no longer than that. */
const LONGEST_FIELD = 255;
const LONGEST_PID = 10;
/** BusyBox writes where a message goes between the host and the program: `auth.info sshd[7]: …`. */
const PRIORITY =
  /^(?:kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|local[0-7])\.(?:emerg|alert|crit|err|warn|notice|info|debug)$/;
/** What the runtime of a container writes behind the stamp: the stream, and whether the line is a part or full. */
const CONTAINER_LINE = /^std(?:out|err) [FP](?: |$)/;
/** Structured data of RFC 5424 that is longer is not read through. */
const LONGEST_DATA = 8192;

export function readSyslogLine(line: string, context: StampContext): SyslogReading {
  const start = afterPriority(line);
  if (line[start] === '1' && line[start + 1] === ' ') {
    const modern = readModern(line, start + 2);
    if (modern !== 'no-syslog') return modern;
  }
  return readClassic(line, start, context);
}

/** Index behind `<34>`, if the line begins so. */
function afterPriority(line: string): number {
  if (!line.startsWith('<')) return 0;
  const end = line.indexOf('>');
  return end > 1 && end <= 4 && digitsAt(line, 1, end - 1) >= 0 ? end + 1 : 0;
}

/** The text from `at` to the next space, if it is short. */
function fieldAt(line: string, at: number): string | undefined {
  const end = line.indexOf(' ', at);
  return end > at && end - at <= LONGEST_FIELD ? line.slice(at, end) : undefined;
}

/** RFC 5424 behind its version: `stamp host program pid msgid data message`. */
function readModern(line: string, start: number): SyslogReading {
  const fields: string[] = [];
  let at = start;
  while (fields.length < 5) {
    const field = fieldAt(line, at);
    if (field === undefined) return 'no-syslog';
    fields.push(field);
    at += field.length + 1;
  }
  const [stamp = '', host = '', process = '', procId = ''] = fields;
  const timeUs = parseRfc3339(stamp);
  const end = afterData(line, at);
  if (timeUs === undefined || end === undefined) return 'no-syslog';
  if (process === '-') return 'no-program';
  const message = line.slice(end).replace(/^\uFEFF/, '');
  return programLine({ timeUs, host, process, message }, procId);
}

/** Index behind the structured data at `at`: `-`, or elements in brackets whose quoted values escape `]`. */
function afterData(line: string, at: number): number | undefined {
  if (line[at] === '-') return at + 1;
  if (line[at] !== '[') return undefined;
  let isQuoted = false;
  for (let i = at; i < line.length && i < at + LONGEST_DATA; i++) {
    const mark = line[i];
    if (mark === '\\' && isQuoted) i++;
    else if (mark === '"') isQuoted = !isQuoted;
    else if (mark === ']' && !isQuoted && line[i + 1] !== '[') return i + 1;
  }
  return undefined;
}

function readClassic(line: string, start: number, context: StampContext): SyslogReading {
  const stamp = stampAt(line, start, context);
  if (stamp === undefined || line[stamp.end] !== ' ') return 'no-syslog';
  const host = fieldAt(line, stamp.end + 1);
  if (host === undefined) return 'no-program';
  if (CONTAINER_LINE.test(line.slice(stamp.end + 1, stamp.end + 11))) return 'no-syslog';
  const tagAt = stamp.end + host.length + 2;
  const priority = fieldAt(line, tagAt);
  const isPriority = priority !== undefined && PRIORITY.test(priority);
  const program = programAt(line, isPriority ? tagAt + priority.length + 1 : tagAt);
  if (program === undefined) return 'no-program';
  const { process, procId, end } = program;
  return programLine({ timeUs: stamp.timeUs, host, process, message: line.slice(end) }, procId);
}

function stampAt(line: string, at: number, context: StampContext): { timeUs: number; end: number } | undefined {
  const stamp = parseSyslogStamp(line, at);
  const timeUs = stamp === undefined ? parseRfc3339(fieldAt(line, at) ?? '') : stampTime(stamp, context);
  if (timeUs === undefined) return undefined;
  return { timeUs, end: stamp?.end ?? line.indexOf(' ', at) };
}

/** `sshd[123]:` or `sudo:` at `at`. */
function programAt(line: string, at: number): { process: string; procId: string; end: number } | undefined {
  const colon = line.indexOf(':', at);
  if (colon <= at || colon - at > LONGEST_FIELD) return undefined;
  const tag = line.slice(at, colon);
  if (tag.includes(' ')) return undefined;
  const bracket = tag.indexOf('[');
  if (bracket < 0) return { process: tag, procId: '', end: colon + 1 };
  if (!tag.endsWith(']')) return undefined;
  return { process: tag.slice(0, bracket), procId: tag.slice(bracket + 1, -1), end: colon + 1 };
}

function programLine(line: Omit<ProgramLine, 'pid'>, procId: string): ProgramLine {
  const pid = parsePid(procId);
  const trimmed = { ...line, message: line.message.trim() };
  return pid === undefined ? trimmed : { ...trimmed, pid };
}

/** A process id in decimal digits. */
export function parsePid(text: string): number | undefined {
  if (text === '' || text.length > LONGEST_PID) return undefined;
  const pid = digitsAt(text, 0, text.length);
  return pid < 0 ? undefined : pid;
}
