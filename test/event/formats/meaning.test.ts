/** What the readers make of what attackers, proxies and collectors do to lines. */
import type { JsonObject, SecurityEvent } from '../../../src/contract/event';
import { RecordReader } from '../../../src/event/record-reader';
import { RECEIVED_US, eventOf } from '../audit-events';
import { eventOfLine, eventsOfLines, sampleLines } from './source-lines';

const ISTIO_TAIL = 'outbound|80||web 10.244.0.4:1 10.244.0.4:8443 10.0.0.2:52014 shop.example.com -';
const envoy = (userAgent: string, forwarded = '203.0.113.9'): string =>
  `[2026-03-14T09:00:01.123Z] "GET /a"b?c=d HTTP/1.1" 200 - 0 154 12 11 "${forwarded}" "${userAgent}" "id" "host" "10.0.0.1:80"`;

describe('an access log', () => {
  test.each([
    { title: 'the peer, where nobody is trusted', forwarded: '203.0.113.9', trustedProxies: [], is: '10.0.0.2' },
    {
      title: 'the last hop before the proxy',
      forwarded: '1.1.1.1, 203.0.113.9',
      trustedProxies: ['10.0.0.0/8'],
      is: '203.0.113.9',
    },
    { title: 'a hop with its port', forwarded: '203.0.113.9:4711', trustedProxies: ['10.0.0.0/8'], is: '203.0.113.9' },
    { title: 'a hop of version 6', forwarded: '[2001:db8::1]:4711', trustedProxies: ['10.0.0.0/8'], is: '2001:db8::1' },
    {
      title: 'nobody, where the proxy was told words',
      forwarded: '1.1.1.1, unknown',
      trustedProxies: ['10.0.0.0/8'],
      is: undefined,
    },
  ])('names as client $title', ({ forwarded, trustedProxies, is }) => {
    const json = {
      response_code: 200,
      response_flags: '-',
      start_time: '2026-03-14T09:00:01.123Z',
      path: '/',
      x_forwarded_for: forwarded,
      downstream_remote_address: '10.0.0.2:52014',
    };
    expect(eventOfLine(JSON.stringify(json), { trustedProxies }).event.source_ip).toBe(is);
    const istio = `[2026-03-14T09:00:01.123Z] "GET / HTTP/1.1" 200 - via_upstream - "-" 0 1 2 1 "${forwarded}" "x" "id" "h" "10.0.0.1:80" ${ISTIO_TAIL}`;
    expect(eventOfLine(istio, { trustedProxies }).event.source_ip).toBe(is);
  });

  test('of Envoy with quotes in a header keeps what stands before it, and leaves the rest unknown', () => {
    expect(eventOfLine(envoy('curl')).event).toMatchObject({
      source_ip: '203.0.113.9',
      http: { path: '/a"b', query: 'c=d', status: 200 },
    });
    const { event, unrecorded } = eventOfLine(envoy('x" "forged" "forged.example.com" "10.9.9.9:1'));
    expect(event).toMatchObject({ result: 'success', http: { method: 'GET', path: '/a"b', status: 200 } });
    expect(unrecorded).toEqual(expect.arrayContaining(['event.source_ip', 'event.user_agent', 'event.http.host']));
    expect(event.user_agent).toBeUndefined();
  });

  test('of nginx that was told to write JSON, but not to escape for it, is read', () => {
    const line = String.raw`{"time":"2026-03-14T09:00:01+00:00","remote_addr":"203.0.113.9","status":404,"path":"/","http_user_agent":"a\x22b"}`;
    const record = { message: line, siem: { source: 'ingress', format: 'ingress-nginx' } };
    expect(eventOf(record).event).toMatchObject({ source_ip: '203.0.113.9', user_agent: 'a"b' });
  });

  test("has the runtime's time where its own is of whole seconds", () => {
    const [line = ''] = sampleLines('ingress-nginx.log');
    const record = { message: line, time: '2026-03-14T09:00:01.654321Z', siem: { source: 'ingress' } };
    expect(eventOf(record).event.time).toBe('2026-03-14T09:00:01.654321Z');
    expect(eventOfLine(line).event.time).toBe('2026-03-14T09:00:01.000000Z');
  });
});

describe('the audit daemon', () => {
  const SSHD = 'Mar 14 09:00:00 node-1 sshd[2101]: Failed password for mallory from 203.0.113.77 port 40160 ssh2';
  const [auth = '', login = ''] = sampleLines('auditd.log');
  const call = (type: string, serial: number, rest = '', millis = 100): string =>
    `type=${type} msg=audit(1773478800.${millis}:${serial}): ${rest}`;
  const logins = (events: readonly SecurityEvent[]): SecurityEvent[] =>
    events.filter(({ event }) => event.type === 'authentication');

  test('and sshd report one attempt, which counts once', () => {
    expect(logins(eventsOfLines([auth, SSHD, login]))).toHaveLength(1);
    expect(logins(eventsOfLines([auth, login]))).toHaveLength(0);
  });

  test('mixes the records of two events, which come apart by their serial', () => {
    const events = eventsOfLines([
      call('SYSCALL', 1, 'syscall=59 success=yes pid=11 comm="a"'),
      call('SYSCALL', 2, 'syscall=59 success=no pid=12 comm="b"'),
      call('EXECVE', 2, 'argc=2 a0="b" a1="two"'),
      call('EXECVE', 1, 'argc=2 a0="a" a1[0]="on" a1[1]="e"'),
      call('PROCTITLE', 1, 'proctitle="a"'),
      call('PROCTITLE', 2, 'proctitle="b"'),
      call('EOE', 2),
    ]);
    expect(events.map(({ event }) => [event.process?.pid, event.process?.command_line, event.result])).toEqual([
      [11, 'a one', 'success'],
      [12, 'b two', 'failure'],
    ]);
    expect(events[0]?.log?.['message']).toContain('type=EXECVE msg=audit(1773478800.100:1)');
    expect(events[0]?.log?.['parsed']).toMatchObject({ type: 'SYSCALL', comm: 'a', execve: { argc: '2' } });
  });

  test('keeps the events of two hosts with the same serial apart', () => {
    const reader = new RecordReader();
    const read = (node: string, line: string): number => {
      const record = { message: line, siem: { source: 'security-event', format: 'auditd', node } };
      const result = reader.readValue(record, RECEIVED_US);
      return result.kind === 'events' ? result.events.length : 0;
    };
    expect(read('node-1', call('SYSCALL', 1, 'comm="a"'))).toBe(0);
    expect(read('node-2', call('PROCTITLE', 1, 'proctitle="b"'))).toBe(0);
    expect(read('node-1', call('PROCTITLE', 1, 'proctitle="a"'))).toBe(1);
  });

  test('that loses the end of an event delays it and does not lose it', () => {
    const reader = new RecordReader();
    const open = call('SYSCALL', 1, 'success=yes comm="a"');
    expect(reader.read(open, RECEIVED_US).kind).toBe('ignored');
    const later = call('SYSCALL', 2, 'comm="b"').replace('1773478800', '1773478806');
    expect(reader.read(later, RECEIVED_US)).toMatchObject({ events: [{ event: { process: { name: 'a' } } }] });
    expect(reader.end()).toMatchObject([{ event: { process: { name: 'b' } } }]);
    expect(reader.end()).toEqual([]);
  });

  test('keeps a bounded number of events open, and closes the oldest for one more', () => {
    const reader = new RecordReader();
    let closed = 0;
    for (let serial = 0; serial < 3_000; serial++) {
      const result = reader.read(call('SYSCALL', serial, 'comm="a"'), RECEIVED_US);
      if (result.kind === 'events') closed += result.events.length;
    }
    expect(closed).toBe(2_000);
    expect(reader.end()).toHaveLength(1_000);
  });
});

describe('a message in JSON', () => {
  const record = (message: string): JsonObject => ({ message, siem: { source: 'container', cluster: 'c' } });

  test('can be read below log.parsed, and is not kept twice in what is shown of the record', () => {
    const { log, unrecorded } = eventOf(record('{"level":"error","user":{"name":"alice"}}\n'));
    expect(log?.['parsed']).toEqual({ level: 'error', user: { name: 'alice' } });
    expect(JSON.stringify(log)).not.toContain('parsed');
    expect(unrecorded).toEqual([]);
  });

  test.each([
    { title: 'broken', message: '{"level":}' },
    { title: 'a list', message: '[1]' },
    { title: 'no JSON', message: 'hello' },
    { title: 'empty', message: '' },
  ])('that is $title has nothing there', ({ message }) => {
    const { log, unrecorded } = eventOf(record(message));
    expect(log?.['parsed']).toBeUndefined();
    expect(unrecorded).toEqual([]);
  });

  test('that is too long is unknown, not absent', () => {
    const { log, unrecorded } = eventOf(record(`{"a":"${'x'.repeat(300 * 1024)}"}`));
    expect(log?.['parsed']).toBeUndefined();
    expect(unrecorded).toEqual(['log.parsed']);
  });
});

test('many flows in one record count as many', () => {
  expect(eventsOfLines(sampleLines('calico.jsonl')).map(({ occurrences }) => occurrences)).toEqual([3, 4, 1]);
});

test('an entry of the journal that is no login is an event of type log, where the journal was asked for', () => {
  const entry = (source: string): JsonObject => ({
    MESSAGE: '{"level":"warn"}',
    SYSLOG_IDENTIFIER: 'kubelet',
    _COMM: 'kubelet',
    siem: { source, cluster: 'c', node: 'node-1' },
  });
  const { event, host, log } = eventOf(entry('journal'));
  expect(event).toMatchObject({ type: 'log', source: 'journal', node: 'node-1' });
  expect(host).toMatchObject({ process: 'kubelet' });
  expect(log?.['parsed']).toEqual({ level: 'warn' });
  expect(new RecordReader().readValue(entry('host-auth'), RECEIVED_US).kind).toBe('ignored');
});
