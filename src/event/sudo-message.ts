/** Messages of sudo and su: somebody asked to be somebody else. */
import type { EventResult } from '../contract/event';
import type { LoginMessage } from './login-message';

const SEPARATOR = ' ; ';
const COMMAND = ' ; COMMAND=';
/** `KEY=` opens the first field of a command that was allowed; anything else there says why it was not. */
const SETTING = /^[A-Z]+=/;
/** Marks that no account name holds, but PAM's lines about what somebody typed do. */
const NO_NAME = /[():;=]/;
/** `+ /dev/pts/0 bob:root`: the terminal, who asked, and whom for. */
const SIGNS = /^([+-]) \S+ ([^\s:]+):\S+$/;
/** Complaints about the host's configuration, written beside the verdict. */
const NO_VERDICT = ['unable to ', 'problem with ', 'parse error ', '(command continued)'];

/** `alice : [<refusal> ; ]TTY=… ; PWD=… ; USER=root ; COMMAND=…`; only the command's words are anybody's choice. */
export function parseSudoMessage(message: string): LoginMessage | undefined {
  const mark = message.indexOf(' : ');
  const user = message.slice(0, mark).trim();
  if (mark <= 0 || NO_NAME.test(user) || user === '' || !message.includes(COMMAND, mark)) return undefined;
  const details = message.slice(mark + ' : '.length).trimStart();
  if (NO_VERDICT.some((start) => details.startsWith(start))) return undefined;
  if (SETTING.test(details)) return escalation(user, 'success', 'command allowed');
  return escalation(user, 'failure', details.slice(0, details.indexOf(SEPARATOR)));
}

/** util-linux: `(to root) alice on pts/0`; shadow: `Successful su for root by alice`, and then as BusyBox: `+ pts/0 alice:root`. */
export function parseSuMessage(message: string): LoginMessage | undefined {
  if (message.startsWith('(to ')) return suTo(message, 'success');
  if (message.startsWith('FAILED SU (to ')) return suTo(message, 'failure');
  if (message.startsWith('Successful su for ')) return suBy(message, 'success');
  if (message.startsWith('FAILED su for ')) return suBy(message, 'failure');
  const signs = SIGNS.exec(message);
  return signs === null ? undefined : suSigns(signs[1] === '+' ? 'success' : 'failure', signs[2] ?? '');
}

function suSigns(result: EventResult, user: string): LoginMessage {
  return { ...escalation(user, result, suReason(result)), su: 'signs' };
}

function suTo(message: string, result: EventResult): LoginMessage | undefined {
  const start = message.indexOf(') ');
  const end = message.lastIndexOf(' on ');
  if (start < 0 || end < start + 2) return undefined;
  return escalation(message.slice(start + 2, end), result, suReason(result));
}

/** Who asked stands last, behind a name that he may have typed. */
function suBy(message: string, result: EventResult): LoginMessage | undefined {
  const mark = message.lastIndexOf(' by ');
  const user = message.slice(mark + ' by '.length);
  if (mark < 0 || user === '' || user.includes(' ')) return undefined;
  return { ...escalation(user, result, suReason(result)), su: 'words' };
}

function suReason(result: EventResult): string {
  return result === 'success' ? 'su allowed' : 'su refused';
}

function escalation(user: string, result: EventResult, reason: string): LoginMessage {
  return { kind: 'escalate', result, user, reason };
}
