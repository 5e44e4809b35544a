/** Messages of login(1), of util-linux and of shadow. One line is one attempt. */
import { parseIpAddress } from './ip-address';
import type { LoginMessage } from './login-message';

const FAILED = /^(?:FAILED LOGIN|TOO MANY LOGIN TRIES)(?: SESSION| \d{1,9}| \(\d{1,9}\))? /;
const LONGEST_HOST = 255;

export function parseConsoleMessage(message: string): LoginMessage | undefined {
  const failed = FAILED.exec(message);
  if (failed !== null) return failure(message.slice(failed[0].length));
  if (message.startsWith('LOGIN ON ')) return success(message.slice('LOGIN ON '.length));
  if (message.startsWith('ROOT LOGIN ')) return rootSuccess(message.slice('ROOT LOGIN '.length));
  if (message.startsWith("'")) return shadowSuccess(message);
  return undefined;
}

/**
 * `FROM tty1 FOR alice, <reason>` or `on '/dev/tty1' [from 'host'] FOR 'alice'[, <reason>]`. The place comes first and
 * holds no blank; the name, which anybody at the prompt can type, ends at the last comma.
 */
function failure(text: string): LoginMessage | undefined {
  const mark = text.indexOf(' FOR ');
  const place = text.slice(0, mark);
  if (mark < 0 || mark > 2 * LONGEST_HOST || !/^(?:FROM \S+|on '\S+'(?: from '\S+')?)$/.test(place)) return undefined;
  const rest = text.slice(mark + ' FOR '.length);
  const isQuoted = /^['`]/.test(rest);
  const end = rest.lastIndexOf(isQuoted ? "', " : ', ');
  const claimed = end < 0 ? rest : rest.slice(0, isQuoted ? end + 1 : end);
  return {
    kind: 'login',
    result: 'failure',
    user: unquote(claimed),
    reason: end < 0 ? 'too many login tries' : rest.slice(rest.indexOf(' ', end) + 1),
    ...addressOf(place),
  };
}

/** `tty1 BY alice[ FROM host]`. */
function success(text: string): LoginMessage | undefined {
  const [terminal = '', by, user = '', from, host = ''] = text.split(' ', 6);
  if (terminal === '' || by !== 'BY' || user === '') return undefined;
  return loggedIn(user, from === 'FROM' ? `FROM ${host}` : '');
}

/** `ON tty1[ FROM host]`, or of shadow ` on '/dev/tty1'[ from 'host']`. */
function rootSuccess(text: string): LoginMessage | undefined {
  return /^ ?on '|^ON /.test(text) ? loggedIn('root', text) : undefined;
}

/** `'alice' logged in  on '/dev/tty1'[ from 'host']`. */
function shadowSuccess(message: string): LoginMessage | undefined {
  const end = message.indexOf("' logged in ");
  return end <= 1 ? undefined : loggedIn(message.slice(1, end), message.slice(end));
}

function loggedIn(user: string, place: string): LoginMessage {
  return { kind: 'login', result: 'success', user, reason: 'console login', ...addressOf(place) };
}

function unquote(text: string): string {
  return text.length > 1 && /^['`]/.test(text) && text.endsWith("'") ? text.slice(1, -1) : text;
}

/** The host at the end of the place, where it is an address. */
function addressOf(place: string): { address?: string } {
  const host = unquote(place.slice(place.lastIndexOf(' ') + 1));
  return parseIpAddress(host) === undefined ? {} : { address: host };
}
