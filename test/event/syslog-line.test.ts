import fc from 'fast-check';
import { readSyslogLine } from '../../src/event/syslog-line';
import { formatTime, parseRfc3339 } from '../../src/event/time';

const CONTEXT = { receivedUs: parseRfc3339('2026-03-14T12:00:00Z')!, zoneMinutes: 0 };

function read(line: string): string {
  const result = readSyslogLine(line, CONTEXT);
  if (typeof result === 'string') return result;
  return [formatTime(result.timeUs), result.host, result.process, result.pid ?? '-', result.message].join('|');
}

describe('a syslog line', () => {
  const time = '2026-03-14T09:00:01.000000Z';
  test.each([
    { title: 'the classic form', line: 'Mar 14 09:00:01 web-1 sshd[77]: Hello', result: `${time}|web-1|sshd|77|Hello` },
    {
      title: 'a priority before it',
      line: '<38>Mar 14 09:00:01 web-1 sshd[77]: Hello',
      result: `${time}|web-1|sshd|77|Hello`,
    },
    { title: 'no process id', line: 'Mar 14 09:00:01 web-1 sudo:   bob : x', result: `${time}|web-1|sudo|-|bob : x` },
    { title: 'a process id that is none', line: 'Mar 14 09:00:01 web-1 x[main]: y', result: `${time}|web-1|x|-|y` },
    {
      title: 'a stamp of RFC 3339',
      line: '2026-03-14T10:00:01.738197+01:00 web-1 sshd[77]: Hello',
      result: '2026-03-14T09:00:01.738197Z|web-1|sshd|77|Hello',
    },
    {
      title: 'RFC 5424',
      line: '<34>1 2026-03-14T09:00:01Z web-1 sshd 77 ID47 - \uFEFFHello',
      result: `${time}|web-1|sshd|77|Hello`,
    },
    {
      title: 'structured data',
      line: '<34>1 2026-03-14T09:00:01Z h su - - [a x="]\\"]"][b] Hello',
      result: `${time}|h|su|-|Hello`,
    },
    {
      title: 'the facility and severity that BusyBox puts before the program',
      line: 'Mar 14 09:00:01 web-1 auth.info sshd[77]: Hello',
      result: `${time}|web-1|sshd|77|Hello`,
    },
    {
      title: 'a word with a dot that is no facility',
      line: 'Mar 14 09:00:01 web-1 auth.loud sshd[77]: Hello',
      result: 'no-program',
    },
    { title: 'no message', line: '<34>1 2026-03-14T09:00:01Z h su - - -', result: `${time}|h|su|-|` },
    { title: 'colons in the message', line: 'Mar 14 09:00:01 h sshd[7]: a: b', result: `${time}|h|sshd|7|a: b` },
    {
      title: 'a repetition without a program',
      line: 'Mar 14 09:00:01 h last message repeated 2 times',
      result: 'no-program',
    },
    { title: 'no program in RFC 5424', line: '<34>1 2026-03-14T09:00:01Z h - - - - x', result: 'no-program' },
    { title: 'words before the colon', line: 'Mar 14 09:00:01 h some program: x', result: 'no-program' },
    { title: 'an open bracket', line: 'Mar 14 09:00:01 h sshd[7: x', result: 'no-program' },
    { title: 'nothing behind the host', line: 'Mar 14 09:00:01 h', result: 'no-program' },
    { title: 'nothing behind the stamp', line: 'Mar 14 09:00:01', result: 'no-syslog' },
    { title: 'data that never ends', line: '<34>1 2026-03-14T09:00:01Z h su - - [a x="', result: 'no-syslog' },
    { title: 'a broken priority', line: '<3a>Mar 14 09:00:01 h sshd[7]: x', result: 'no-syslog' },
    { title: 'no stamp', line: 'sshd[7]: Failed password for root from 1.2.3.4 port 5 ssh2', result: 'no-syslog' },
    {
      title: 'a container runtime for its host',
      line: '2026-03-14T09:00:01.123456789Z stderr F sshd[7]: x',
      result: 'no-syslog',
    },
    { title: 'nothing', line: '', result: 'no-syslog' },
  ])('with $title', ({ line, result }) => {
    expect(read(line)).toBe(result);
  });

  test('is read without throwing, and in time that grows with it', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void read(`<34>1 ${text}`)));
    for (const part of ['[', 'x ', ':', '<', 'a[b]: ', '\\"]']) {
      read(`Mar 14 09:00:01 ${part.repeat(500_000)}`);
      read(`<34>1 2026-03-14T09:00:01Z h su - - [${part.repeat(500_000)}`);
    }
  });
});
