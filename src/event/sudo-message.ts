/** Messages of sudo and su: somebody asked to be somebody else. */
import type { EventResult } from '../contract/event';
import type { LoginMessage } from './login-message';

const SEPARATOR = ' ; ';
const COMMAND = ' ; COMMAND=';
/** `KEY=` opens the first field of a command that was allowed; anything else there says why it was not. */
const SETTING = /^[A-Z]+=/;
/** Complaints about the host's configuration, written beside the verdict. */
const NO_VERDICT = ['unable to ', 'problem with ', 'parse error ', '(command continued)'];

/** `alice : [<refusal> ; ]TTY=… ; PWD=… ; USER=root ; COMMAND=…`; only the command's words are anybody's choice. */
export function parseSudoMessage(message: string): LoginMessage | undefined {
  const mark = message.indexOf(' : ');
  const user = message.slice(0, mark).trim();
  if (mark <= 0 || user.includes(' ') || !message.includes(COMMAND, mark)) return undefined;
  const details = message.slice(mark + ' : '.length).trimStart();
  if (NO_VERDICT.some((start) => details.startsWith(start))) return undefined;
  if (SETTING.test(details)) return escalation(user, 'success', 'command allowed');
  return escalation(user, 'failure', details.slice(0, details.indexOf(SEPARATOR)));
}

/** util-linux: `(to root) alice on pts/0`; shadow: `Successful su for root by alice`, beside a line with `+` or `-`. */
export function parseSuMessage(message: string): LoginMessage | undefined {
  if (message.startsWith('(to ')) return suTo(message, 'success');
  if (message.startsWith('FAILED SU (to ')) return suTo(message, 'failure');
  if (message.startsWith('Successful su for ')) return suBy(message, 'success');
  if (message.startsWith('FAILED su for ')) return suBy(message, 'failure');
  return undefined;
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
  return mark < 0 || user === '' || user.includes(' ') ? undefined : escalation(user, result, suReason(result));
}

function suReason(result: EventResult): string {
  return result === 'success' ? 'su allowed' : 'su refused';
}

function escalation(user: string, result: EventResult, reason: string): LoginMessage {
  return { kind: 'escalate', result, user, reason };
}
