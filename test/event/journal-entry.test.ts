import type { JsonObject } from '../../src/contract/event';
import { isJournalEntry, readJournalEntry } from '../../src/event/journal-entry';

const ENTRY: JsonObject = {
  MESSAGE: 'Failed password for root from 192.0.2.1 port 22 ssh2',
  SYSLOG_IDENTIFIER: 'sshd-session',
  _COMM: 'sshd-session',
  _PID: '4711',
  _HOSTNAME: 'worker-1',
  __REALTIME_TIMESTAMP: '1773478801738197',
  _SOURCE_REALTIME_TIMESTAMP: '1773478801738000',
};

const rename = (change: (name: string) => string): JsonObject =>
  Object.fromEntries(Object.entries(ENTRY).map(([name, value]) => [change(name), value]));
const without = (name: string): JsonObject => Object.fromEntries(Object.entries(ENTRY).filter(([key]) => key !== name));

describe('an entry of the journal', () => {
  test.each([
    { title: 'as stored', entry: ENTRY },
    { title: 'stripped of underscores', entry: rename((name) => name.replace(/^_+/, '')) },
    { title: 'in lower case', entry: rename((name) => name.toLowerCase()) },
    { title: 'stripped and in lower case', entry: rename((name) => name.replace(/^_+/, '').toLowerCase()) },
    { title: 'with numbers for digits', entry: { ...ENTRY, _PID: 4711, _SOURCE_REALTIME_TIMESTAMP: 1773478801738000 } },
  ])('is read $title', ({ entry }) => {
    expect(isJournalEntry(entry)).toBe(true);
    expect(readJournalEntry(entry, 5)).toEqual({
      timeUs: 1_773_478_801_738_000,
      host: 'worker-1',
      process: 'sshd-session',
      pid: 4711,
      message: ENTRY['MESSAGE'],
    });
  });

  test('has the time of its receipt by the journal where its sender did not say one, else of its receipt by us', () => {
    expect(readJournalEntry(without('_SOURCE_REALTIME_TIMESTAMP'), 5)?.timeUs).toBe(1_773_478_801_738_197);
    expect(readJournalEntry({ MESSAGE: 'x' }, 5)?.timeUs).toBe(5);
    for (const stamp of ['x', '99999999999999999999', '9999999999999999', -1, 1.5, {}]) {
      const entry = { ...ENTRY, _SOURCE_REALTIME_TIMESTAMP: stamp };
      expect([5, 1_773_478_801_738_197]).toContain(readJournalEntry(entry, 5)?.timeUs);
    }
  });

  test('takes the command for the program where there is no identifier', () => {
    expect(readJournalEntry({ ...without('SYSLOG_IDENTIFIER'), _COMM: 'su' }, 5)?.process).toBe('su');
    expect(readJournalEntry(without('_COMM'), 5)?.process).toBe('sshd-session');
  });

  test('is not believed where a program only calls itself one that logs people in', () => {
    expect(readJournalEntry({ ...ENTRY, SYSLOG_IDENTIFIER: 'sshd', _COMM: 'logger' }, 5)?.process).toBe('logger');
  });

  test('is read where journalctl wrote the bytes of its message', () => {
    const bytes = [...new TextEncoder().encode('Invalid user \u001b[31mä😀 from 192.0.2.1 port 9'), 0xff];
    expect(readJournalEntry({ ...ENTRY, MESSAGE: bytes }, 5)?.message).toBe(
      'Invalid user \u001b[31mä😀 from 192.0.2.1 port 9\uFFFD',
    );
  });

  test.each([undefined, null, 7, [], [70, 'a'], [70, 256], [70, -1], [70, 1.5], ['a']])(
    'has no line where its message is %j',
    (message) => {
      expect(readJournalEntry({ ...ENTRY, MESSAGE: message as never }, 5)).toBeUndefined();
    },
  );

  test('is told from a record that only has a message', () => {
    expect(isJournalEntry({ message: 'x' })).toBe(false);
    expect(isJournalEntry({ message: 'x', syslog_identifier: 'sshd' })).toBe(true);
    expect(isJournalEntry({ SYSLOG_IDENTIFIER: 'sshd' })).toBe(false);
  });
});
