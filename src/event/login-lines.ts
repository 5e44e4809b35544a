/** Lines of a host's auth log → logins and changes of identity: one attempt, one event. */
import { BoundedMap } from './bounded-map';
import { parseConsoleMessage } from './console-message';
import { cut } from './json';
import type { LoginMessage } from './login-message';
import { parseSshdMessage } from './sshd-message';
import { parseSuMessage, parseSudoMessage } from './sudo-message';
import type { ProgramLine } from './syslog-line';

export interface LoginAttempt extends LoginMessage {
  /** Attempts that the line reports. */
  readonly occurrences: number;
}

type MessageParser = (message: string) => LoginMessage | undefined;

/** Programs whose lines count. OpenSSH 9.8 split its server into three. PAM's lines, which repeat theirs, do not. */
const PARSERS: ReadonlyMap<string, MessageParser> = new Map([
  ['sshd', parseSshdMessage],
  ['sshd-session', parseSshdMessage],
  ['sshd-auth', parseSshdMessage],
  ['login', parseConsoleMessage],
  ['sudo', parseSudoMessage],
  ['su', parseSuMessage],
]);

export function isLoginProgram(process: string): boolean {
  return PARSERS.has(process);
}

/** rsyslog's shorthand for `N` more lines that are equal to the last of this process. */
const REPEATED = /^message repeated (\d{1,9}) times: \[ /;
const MOST_REPEATS = 1_000_000;

/** sshd cuts a name after 100 bytes, each of which may be escaped. */
const LONGEST_NAME = 400;

const DEFAULT_STATE_KEYS = 100_000;

/**
 * Reads lines in their order. sshd reports one attempt of a name it does not know twice: `Invalid user …`, which
 * counts, and then `Failed … for invalid user …`, of which the first one behind it does not. At most `stateKeys` such
 * attempts are kept in mind; the oldest is forgotten first, and counted.
 */
export class LoginLines {
  private readonly announced: BoundedMap<true>;
  private forgotten = 0;

  public constructor(stateKeys: number = DEFAULT_STATE_KEYS) {
    this.announced = new BoundedMap(stateKeys);
  }

  /** Announced attempts that were forgotten for want of room; each may make one attempt count twice. */
  public get evictions(): number {
    return this.forgotten;
  }

  /** What a line reports; undefined for one that reports no attempt, or only one that was counted before. */
  public read(line: ProgramLine): LoginAttempt | undefined {
    const parse = PARSERS.get(line.process);
    if (parse === undefined) return undefined;
    const { text, times } = unfold(line.message);
    const message = parse(text);
    if (message === undefined) return undefined;
    const occurrences = times - this.countedBefore(line, message);
    return occurrences > 0 ? { ...message, occurrences } : undefined;
  }

  private countedBefore(line: ProgramLine, message: LoginMessage): number {
    if (message.su !== undefined) return this.saidBefore(line, message);
    if (message.invalidUser === undefined) return 0;
    const attempt = `${line.host} ${line.pid ?? ''} ${cut(message.user ?? '', LONGEST_NAME)}`;
    const key = `${message.port ?? ''} ${attempt}`;
    if (message.invalidUser === 'announced') {
      if (this.announced.set(key, true) !== undefined) this.forgotten++;
      return 0;
    }
    // Old servers announce without a port.
    return this.announced.delete(key) || this.announced.delete(` ${attempt}`) ? 1 : 0;
  }

  /** Shadow's su says what it did in words, and right behind that in signs. */
  private saidBefore(line: ProgramLine, message: LoginMessage): number {
    const key = `su ${line.host} ${line.pid ?? ''} ${message.result} ${cut(message.user ?? '', LONGEST_NAME)}`;
    if (message.su === 'signs') return this.announced.delete(key) ? 1 : 0;
    if (this.announced.set(key, true) !== undefined) this.forgotten++;
    return 0;
  }
}

function unfold(message: string): { text: string; times: number } {
  const repeated = REPEATED.exec(message);
  if (repeated === null || !message.endsWith(']')) return { text: message, times: 1 };
  const text = message.slice(repeated[0].length, -1).trim();
  return { text, times: Math.min(Number(repeated[1]), MOST_REPEATS) };
}
