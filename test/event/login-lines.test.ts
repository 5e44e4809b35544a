import { LoginLines } from '../../src/event/login-lines';
import type { ProgramLine } from '../../src/event/syslog-line';

const line = (message: string, more: Partial<ProgramLine> = {}): ProgramLine => ({
  timeUs: 0,
  host: 'web-1',
  process: 'sshd',
  pid: 100,
  message,
  ...more,
});

/** Attempts that lines report, in all. */
function count(lines: readonly ProgramLine[], logins = new LoginLines()): number {
  return lines.reduce((sum, each) => sum + (logins.read(each)?.occurrences ?? 0), 0);
}

const invalid = (user = 'bob', port = 22): string => `Invalid user ${user} from 192.0.2.1 port ${port}`;
const failed = (user = 'bob', port = 22): string =>
  `Failed password for invalid user ${user} from 192.0.2.1 port ${port} ssh2`;
const known = 'Failed password for root from 192.0.2.1 port 22 ssh2';
const repeated = (times: number, message: string): string => `message repeated ${times} times: [ ${message}]`;

describe('attempts are counted once', () => {
  test.each([
    { title: 'a failed password', lines: [line(known)], count: 1 },
    { title: 'three of them', lines: [line(known), line(known), line(known)], count: 3 },
    { title: 'an announced name', lines: [line(invalid())], count: 1 },
    { title: 'an announced name that then fails', lines: [line(invalid()), line(failed())], count: 1 },
    {
      title: 'one that then fails three times',
      lines: [line(invalid()), line(failed()), line(failed()), line(failed())],
      count: 3,
    },
    {
      title: 'one announced twice that then fails',
      lines: [line(invalid()), line(invalid()), line(failed())],
      count: 2,
    },
    {
      title: 'two announced that then fail, in turn',
      lines: [line(invalid()), line(failed()), line(invalid()), line(failed())],
      count: 2,
    },
    { title: 'one that fails unannounced', lines: [line(failed())], count: 1 },
    { title: 'one that fails before it is announced', lines: [line(failed()), line(invalid())], count: 2 },
    { title: 'another name', lines: [line(invalid('bob')), line(failed('eve'))], count: 2 },
    { title: 'another port', lines: [line(invalid('bob', 22)), line(failed('bob', 23))], count: 2 },
    { title: 'another process', lines: [line(invalid()), line(failed(), { pid: 101 })], count: 2 },
    { title: 'another host', lines: [line(invalid()), line(failed(), { host: 'web-2' })], count: 2 },
    {
      title: 'with other lines between',
      lines: [line(invalid()), line(known), line('pam_unix(sshd:auth): check pass; user unknown'), line(failed())],
      count: 2,
    },
    {
      title: 'by an old server that announces without a port',
      lines: [line('Invalid user bob from 192.0.2.1'), line(failed()), line(failed())],
      count: 2,
    },
    {
      title: 'by the split server',
      lines: [line(invalid(), { process: 'sshd-session' }), line(failed(), { process: 'sshd-auth' })],
      count: 1,
    },
    { title: 'a repeated line, as often as it says', lines: [line(known), line(repeated(4, known))], count: 5 },
    {
      title: 'a repeated line of an announced name, less the first',
      lines: [line(invalid()), line(repeated(3, failed()))],
      count: 3,
    },
    {
      title: 'a single repetition of an announced name',
      lines: [line(invalid()), line(repeated(1, failed()))],
      count: 1,
    },
    {
      title: 'a repeated announcement, and the first failure behind it not',
      lines: [line(repeated(3, invalid())), line(failed())],
      count: 3,
    },
    {
      title: "shadow's su, which says the same in words and in signs",
      lines: [
        'Successful su for root by bob',
        '+ /dev/pts/0 bob:root',
        'FAILED su for root by bob',
        '- pts/0 bob:root',
      ].map((message) => line(message, { process: 'su' })),
      count: 2,
    },
    {
      title: "BusyBox's su, which says it in signs only",
      lines: [
        line('- /dev/pts/0 bob:root', { process: 'su', pid: 7 }),
        line('+ /dev/pts/0 bob:root', { process: 'su', pid: 7 }),
      ],
      count: 2,
    },
    {
      title: 'the signs of another process',
      lines: [
        line('FAILED su for root by bob', { process: 'su' }),
        line('- /dev/pts/0 bob:root', { process: 'su', pid: 101 }),
      ],
      count: 2,
    },
  ])('$title', (row) => {
    expect(count(row.lines)).toBe(row.count);
  });

  test.each([
    {
      title: 'of PAM',
      message: 'pam_unix(sshd:auth): authentication failure; logname= uid=0 rhost=192.0.2.1 user=root',
    },
    {
      title: 'of PAM about several',
      message: 'PAM 2 more authentication failures; logname= uid=0 rhost=192.0.2.1 user=root',
    },
    { title: 'of a disconnection', message: 'Disconnected from invalid user bob 192.0.2.1 port 22 [preauth]' },
    { title: 'of a closed connection', message: 'Connection closed by invalid user bob 192.0.2.1 port 22 [preauth]' },
    { title: 'of a repetition that ends nowhere', message: 'message repeated 3 times: [ Failed password for root' },
    { title: 'of a repetition of a repetition', message: repeated(2, repeated(3, known)) },
    { title: 'of a repetition of something else', message: repeated(2, 'Connection closed by 192.0.2.1 port 22') },
  ])('and lines $title never', ({ message }) => {
    expect(count([line(message)])).toBe(0);
  });

  test('and not at all in the words of another program', () => {
    for (const process of ['cron', 'sshd-keygen', 'SSHD', '__proto__', ''])
      expect(count([line(known, { process })])).toBe(0);
  });

  test('and a number of repetitions beyond reason is bounded', () => {
    expect(count([line(repeated(999_999_999, known))])).toBe(1_000_000);
  });

  test('and the oldest announcement is forgotten first where there is no room, and counted', () => {
    const logins = new LoginLines(2);
    const names = ['a', 'b', 'c'];
    for (const name of names) count([line(invalid(name))], logins);
    expect(logins.evictions).toBe(1);
    expect(names.map((name) => count([line(failed(name))], logins))).toEqual([1, 0, 0]);
  });

  test('and an attempt carries what its line says', () => {
    expect(new LoginLines().read(line(known))).toEqual({
      kind: 'login',
      result: 'failure',
      user: 'root',
      address: '192.0.2.1',
      port: '22',
      reason: 'failed password',
      occurrences: 1,
    });
  });
});
