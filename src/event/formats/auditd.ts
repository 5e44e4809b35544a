/**
 * Events of the Linux audit daemon → what they report. The daemon repeats what sshd, login, sudo and su say in lines of
 * their own, without the address or the name that sshd claims in full; so that one attempt is counted once, its records
 * about these are no logins here, while those about other programs are. One attempt of another program is one failed
 * USER_AUTH or one successful USER_LOGIN.
 */
import type { EventResult, JsonObject } from '../../contract/event';
import type { ProcessFacts } from '../../contract/event-facts';
import { parseIpAddress } from '../ip-address';
import { asNumber } from '../json';
import { isLoginProgram } from '../login-lines';
import type { AuditdEvent } from './auditd-events';
import type { AuditdRecord } from './auditd-record';
import type { Reading, ReadingFields } from './line-reader';
import { present } from './line-reader';

type Fields = AuditdRecord['fields'];

export function auditdReading({ records }: AuditdEvent): Reading | undefined {
  const [first] = records;
  if (first === undefined) return undefined;
  const base = first.node === undefined ? { timeUs: first.timeUs } : { timeUs: first.timeUs, node: first.node };
  return { ...base, fields: first.type === 'SYSCALL' ? callFields(first.fields, records) : recordFields(first) };
}

/** What a rule reads below `log.parsed`: the fields of the first record, then those that others add, with their type. */
export function auditdParsed({ records }: AuditdEvent): JsonObject {
  const [first, ...others] = records;
  const parsed: JsonObject = { type: first?.type ?? '', ...Object.fromEntries(first?.fields ?? []) };
  const paths = others.filter(({ type }) => type === 'PATH').map(({ fields }) => fields.get('name') ?? '');
  if (paths.length > 0) parsed['paths'] = paths;
  for (const { type, fields } of others) {
    if (type !== 'PATH') parsed[type.toLowerCase()] = Object.fromEntries(fields);
  }
  return parsed;
}

function recordFields({ type, fields }: AuditdRecord): ReadingFields {
  const result = resultIn(fields.get('res') ?? fields.get('success'));
  const program = baseName(fields.get('exe') ?? '');
  if (type === 'USER_CMD') return commandFields(fields, result);
  if (type !== 'USER_AUTH' && type !== 'USER_LOGIN') return { type: 'log', result, ...who(fields) };
  if (isLoginProgram(program)) return { type: 'log', result: 'unknown', ...who(fields) };
  const isAttempt = type === 'USER_AUTH' ? result === 'failure' : result === 'success';
  return isAttempt ? loginFields(fields, result, program) : { type: 'log', result: 'unknown', ...who(fields) };
}

function loginFields(fields: Fields, result: EventResult, program: string): ReadingFields {
  const isSuccess = result === 'success';
  const address = fields.get('addr') ?? '';
  const user = named(fields.get('acct')) ?? (isSuccess ? (named(fields.get('ID')) ?? loginName(fields)) : undefined);
  return present<ReadingFields>({
    type: 'authentication',
    action: 'login',
    result,
    reason: program === '' ? 'login' : `login to ${program}`,
    user,
    user_trust: user === undefined ? undefined : isSuccess ? 'authenticated' : 'client',
    source_ip: parseIpAddress(address) === undefined ? undefined : address,
  });
}

/** sudo's own line is the change of identity; this is the command that it ran. */
function commandFields(fields: Fields, result: EventResult): ReadingFields {
  return {
    type: 'process',
    action: 'start',
    result,
    ...who(fields),
    process: present<ProcessFacts>({
      command_line: fields.get('cmd'),
      executable: fields.get('exe'),
      pid: asNumber(fields.get('pid')),
      user: fields.get('UID') ?? fields.get('uid'),
    }),
  };
}

function callFields(call: Fields, records: readonly AuditdRecord[]): ReadingFields {
  const execve = records.find(({ type }) => type === 'EXECVE');
  const title = records.find(({ type }) => type === 'PROCTITLE')?.fields.get('proctitle');
  const name = call.get('SYSCALL') ?? (execve === undefined ? call.get('syscall') : 'execve');
  const isStart = execve !== undefined || name === 'execve' || name === 'execveat';
  const key = named(call.get('key'));
  return {
    type: 'process',
    action: isStart ? 'start' : 'call',
    result: resultIn(call.get('success')),
    ...who(call),
    ...(key === undefined ? {} : { signature: key.replaceAll('\u0001', ',') }),
    process: present<ProcessFacts>({
      name: call.get('comm'),
      executable: call.get('exe'),
      command_line: execve === undefined ? title?.replaceAll('\0', ' ') : commandLine(execve.fields),
      pid: asNumber(call.get('pid')),
      parent_pid: asNumber(call.get('ppid')),
      user: call.get('UID') ?? call.get('uid'),
      call: name,
      exit_code: asNumber(call.get('exit')),
    }),
  };
}

/** `a0`, `a1`, …; an argument that is long comes in pieces `a1[0]`, `a1[1]`, …. */
function commandLine(fields: Fields): string {
  const args: string[] = [];
  for (const [key, value] of fields) {
    const named = /^a(\d{1,6})(\[\d{1,6}\])?$/.exec(key);
    if (named === null) continue;
    if (named[2] === undefined || named[2] === '[0]') args.push(value);
    else args.push(`${args.pop() ?? ''}${value}`);
  }
  return args.join(' ');
}

/** The person who logged in, whatever the process became since. */
function who(fields: Fields): Pick<ReadingFields, 'user' | 'user_trust'> {
  const user = loginName(fields);
  return user === undefined ? {} : { user, user_trust: 'authenticated' };
}

function loginName(fields: Fields): string | undefined {
  const name = named(fields.get('AUID'));
  return name === 'unset' ? undefined : name;
}

function named(value: string | undefined): string | undefined {
  return value === undefined || value === '' || value === '?' || value === '(null)' || value === '(unknown)'
    ? undefined
    : value;
}

function resultIn(answer: string | undefined): EventResult {
  if (answer === 'success' || answer === 'yes' || answer === '1') return 'success';
  return answer === 'failed' || answer === 'no' || answer === '0' ? 'failure' : 'unknown';
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
