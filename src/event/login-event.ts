/** A login attempt on a host → the normalised event. */
import type { EventFields, EventSource, JsonObject, SecurityEvent } from '../contract/event';
import { cut } from './json';
import type { LoginAttempt } from './login-lines';
import { withParsedMessage } from './parsed-log';
import type { ProgramLine } from './syslog-line';
import { formatTime } from './time';

/** What the record says beside the line. */
export interface LoginRecord {
  readonly source: EventSource;
  readonly cluster?: string | undefined;
  readonly node?: string | undefined;
  /** The record as it came in, with the line as `message`. */
  readonly log: JsonObject;
}

const REASON_LIMIT = 200;
const LABEL_LIMIT = 200;
/** Account names are short; what an attacker sends as one need not be. */
const USER_LIMIT = 256;

const NOTHING: readonly string[] = [];
const PEER_UNKNOWN: readonly string[] = ['event.user', 'event.source_ip'];

export function loginEvent(attempt: LoginAttempt, line: ProgramLine, record: LoginRecord): SecurityEvent {
  const isLogin = attempt.kind === 'login';
  const time = formatTime(line.timeUs);
  const event: EventFields = {
    time,
    source: record.source,
    id: lineId(time, line),
    type: isLogin ? 'authentication' : 'authorization',
    action: isLogin ? 'login' : 'escalate',
    result: attempt.result,
    reason: cut(attempt.reason, REASON_LIMIT),
  };
  const node = record.node ?? line.host;
  if (node !== '') event.node = node;
  if (record.cluster !== undefined) event.cluster = record.cluster;
  if (attempt.user !== undefined) {
    event.user = cut(attempt.user, USER_LIMIT);
    event.user_trust = isLogin && attempt.result === 'failure' ? 'client' : 'authenticated';
  }
  if (attempt.address !== undefined) event.source_ip = attempt.address;
  return {
    timeUs: line.timeUs,
    occurrences: attempt.occurrences,
    hasStableId: false,
    unrecorded: attempt.isPeerUnknown === true ? PEER_UNKNOWN : NOTHING,
    event,
    log: record.log,
    host: hostFacts(line),
  };
}

/** A line of a host that reports nothing in particular. */
export function hostEvent(line: ProgramLine, record: LoginRecord): SecurityEvent {
  const time = formatTime(line.timeUs);
  const event: EventFields = { time, source: record.source, id: lineId(time, line), type: 'log', result: 'unknown' };
  const node = record.node ?? line.host;
  if (node !== '') event.node = node;
  if (record.cluster !== undefined) event.cluster = record.cluster;
  const { log, unrecorded } = withParsedMessage(record.log);
  return { timeUs: line.timeUs, occurrences: 1, hasStableId: false, unrecorded, event, log, host: hostFacts(line) };
}

function lineId(time: string, line: ProgramLine): string {
  return cut(`${time} ${line.host} ${line.process}[${line.pid ?? '-'}] ${line.message}`, LABEL_LIMIT);
}

function hostFacts(line: ProgramLine): JsonObject {
  const host: JsonObject = { name: line.host, process: line.process };
  if (line.pid !== undefined) host['pid'] = line.pid;
  return host;
}
