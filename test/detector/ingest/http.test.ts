import * as net from 'node:net';
import { constants, deflateSync, gzipSync } from 'node:zlib';
import { CHUNK_ID_HEADER, DEFAULT_SETTINGS, INGEST_PATH } from '../../../src/contract/detector-config';
import { escalation, failedLogins } from '../support/records';
import { Running } from '../support/running';

const LIMITS = { ...DEFAULT_SETTINGS.limits, recordBytes: 64 * 1024, bodyBytes: 512 * 1024 };

/** Sends bytes as they are and returns everything that comes back until the connection ends. */
async function raw(port: number, send: (socket: net.Socket) => void): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk) => (received += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  send(socket);
  await new Promise((resolve) => socket.on('close', resolve));
  return received;
}

function head(headers: Record<string, string | number>): string {
  const lines = Object.entries({
    host: 'localhost',
    'content-type': 'application/x-ndjson',
    [CHUNK_ID_HEADER]: 'c1',
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${INGEST_PATH} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** The detector still takes records and finds what is in them. */
async function expectStillWorks(running: Running): Promise<void> {
  expect((await running.deliver('still-works', [escalation()])).text).toBe('{"records":1}\n');
  await running.until(() => running.logged('alert firing').length === 1);
}

describe('deliveries', () => {
  test('records become alerts, and the answer says how many were read', async () => {
    const running = await Running.start();
    const answer = await running.deliver('c1', [...failedLogins(6), escalation()]);
    expect([answer.status, answer.text]).toEqual([200, '{"records":7}\n']);
    await running.until(() => running.logged('alert firing').length === 2);
    expect(running.logged('alert firing').map(({ alert }) => (alert as { rule: { id: string } }).rule.id)).toEqual([
      'unauthorized-access',
      'privilege-escalation',
    ]);
  });

  test('a repeated chunk is answered 200 and changes nothing', async () => {
    const running = await Running.start();
    const lines = failedLogins(5);
    expect((await running.deliver('c1', lines)).status).toBe(200);
    expect((await running.deliver('c1', lines)).text).toBe('{"repeated":true}\n');
    expect(await running.metric('siem_chunks_repeated_total')).toBe(1);
    expect(await running.metric('siem_engine_events_total')).toBe(5);
    expect(running.logged('alert firing')).toEqual([]);
  });

  test('the same chunk twice at once counts once', async () => {
    const running = await Running.start();
    const lines = failedLogins(5);
    const answers = await Promise.all([running.deliver('c1', lines), running.deliver('c1', lines)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await running.metric('siem_engine_events_total')).toBe(5);
  });

  test('a gzip body of several members is read to its end', async () => {
    const running = await Running.start();
    const body = Buffer.concat(failedLogins(6).map((line) => gzipSync(`${line}\n`)));
    const answer = await running.deliver('c1', body, { 'content-encoding': 'gzip' });
    expect(answer.text).toBe('{"records":6}\n');
  });

  test('a last line without line feed counts, empty lines do not', async () => {
    const running = await Running.start();
    expect((await running.deliver('c1', `\n\r\n${escalation()}\r\n\n${escalation('a-2')}`)).text).toBe(
      '{"records":2}\n',
    );
  });
});

describe('bad input', () => {
  test.each([
    { title: 'a line that is no JSON and no log line', line: 'x'.repeat(500) },
    { title: 'a truncated line', line: escalation().slice(0, 400) },
    { title: 'a list', line: '[1,2,3]' },
    { title: 'an object that nobody knows', line: '{"raw":"hello"}' },
    { title: 'bytes that are no text', line: '\u0000\u0001\ufffd' },
    { title: 'JSON nested without end', line: '['.repeat(20_000) },
    {
      title: 'a line that its agent could not parse',
      line: '{"unmatched_line":"{\\"kind\\":","siem":{"source":"kubernetes-audit"}}',
    },
  ])('$title is counted and shown once, and the stream goes on', async ({ line }) => {
    const running = await Running.start({ limits: LIMITS });
    const answer = await running.deliver('c1', [line, line, line, ...failedLogins(6), line]);
    expect(answer.status).toBe(200);
    await running.until(() => running.logged('alert firing').length === 1);
    const kind = running.problems('record-malformed').length > 0 ? 'record-malformed' : 'record-unknown';
    expect(running.problems(kind)).toHaveLength(1);
    const [{ sample }] = running.problems(kind) as [{ sample: string }];
    expect(sample.length).toBeLessThanOrEqual(200);
    expect(await running.metric(`siem_input_problems_total{kind="${kind}"}`)).toBe(4);
  });

  test('a record over the limit is counted and skipped, and its neighbours are read', async () => {
    const running = await Running.start({ limits: LIMITS });
    const large = JSON.stringify({ message: 'x'.repeat(100_000) });
    const answer = await running.deliver('c1', [escalation('before'), large, large, escalation('after')]);
    expect(answer.text).toBe('{"records":4}\n');
    expect(running.problems('record-too-long')).toMatchObject([{ sample: large.slice(0, 200) }]);
    expect(await running.metric('siem_records_read_total{outcome="oversize"}')).toBe(2);
    expect(await running.metric('siem_records_read_total{outcome="events"}')).toBe(2);
  });

  test('an event of 20 MB is counted and skipped, and its neighbour is read', async () => {
    const running = await Running.start();
    const large = gzipSync(`${JSON.stringify({ message: 'x'.repeat(20_000_000) })}\n${escalation()}\n`);
    const answer = await running.deliver('c1', large, { 'content-encoding': 'gzip' });
    expect(answer.text).toBe('{"records":2}\n');
    expect(await running.metric('siem_input_problems_total{kind="record-too-long"}')).toBe(1);
  });

  test.each([
    { title: 'another path', status: 404, problem: 'unknown-path', path: '/v2/records' },
    { title: 'another method', status: 405, problem: 'wrong-method', method: 'PUT' },
    { title: 'another content type', status: 415, problem: 'wrong-content-type', type: 'text/plain' },
    { title: 'no content type', status: 415, problem: 'wrong-content-type', type: '' },
    { title: 'another encoding', status: 415, problem: 'wrong-encoding', encoding: 'br' },
    { title: 'no chunk id', status: 400, problem: 'missing-chunk-id', chunk: '' },
    { title: 'a chunk id that is none', status: 400, problem: 'missing-chunk-id', chunk: 'x'.repeat(129) },
  ])('$title is answered $status, counted and shown once', async (row) => {
    const running = await Running.start();
    const url = `http://127.0.0.1:${running.detector.ports.ingest}${row.path ?? INGEST_PATH}`;
    const headers = {
      'content-type': row.type ?? 'application/x-ndjson',
      [CHUNK_ID_HEADER]: row.chunk ?? 'c1',
      ...(row.encoding === undefined ? {} : { 'content-encoding': row.encoding }),
    };
    for (const body of ['{}\n', '{}\n']) {
      const response = await fetch(url, { method: row.method ?? 'POST', headers, body });
      expect(response.status).toBe(row.status);
    }
    expect(running.problems(row.problem)).toHaveLength(1);
    expect(await running.metric(`siem_input_problems_total{kind="${row.problem}"}`)).toBe(2);
  });

  test('405 names the method that is allowed', async () => {
    const running = await Running.start();
    const response = await fetch(`http://127.0.0.1:${running.detector.ports.ingest}${INGEST_PATH}`);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test('a gzip bomb is refused before the engine sees any of it', async () => {
    const running = await Running.start({ limits: LIMITS });
    const records = `${failedLogins(6).join('\n')}\n`;
    const bomb = gzipSync(records + `${'{}'.repeat(1000)}\n`.repeat(20_000), { level: constants.Z_BEST_COMPRESSION });
    expect(bomb.length).toBeLessThan(LIMITS.bodyBytes);
    const answer = await running.deliver('c1', bomb, { 'content-encoding': 'gzip' });
    expect(answer.status).toBe(413);
    expect(answer.headers.get('connection')).toBe('close');
    expect(running.problems('body-too-large')).toHaveLength(1);
    expect(await running.metric('siem_engine_events_total')).toBe(0);
    expect(await running.metric('siem_ingest_waiting_bytes')).toBe(0);
    // Nothing of the chunk counted, so the chunk can come again in a size that fits.
    expect((await running.deliver('c1', failedLogins(6))).text).toBe('{"records":6}\n');
    await running.until(() => running.logged('alert firing').length === 1);
  });

  test.each([
    { title: 'cut', body: gzipSync(`${escalation()}\n`).subarray(0, 60) },
    { title: 'of another format', body: deflateSync(`${escalation()}\n`) },
    { title: 'damaged', body: Buffer.from(gzipSync(`${escalation()}\n`)).fill(0xff, 200, 220) },
    { title: 'empty', body: Buffer.alloc(0) },
  ])('a gzip body that is $title is answered 400 and leaves no trace', async ({ body }) => {
    const running = await Running.start();
    const answer = await running.deliver('c1', body, { 'content-encoding': 'gzip' });
    expect(answer.status).toBe(400);
    expect(await running.metric('siem_engine_events_total')).toBe(0);
    expect(await running.metric('siem_ingest_waiting_bytes')).toBe(0);
    await expectStillWorks(running);
  });

  test('a body that is announced too large is refused before it is sent', async () => {
    const running = await Running.start({ limits: LIMITS });
    const answer = await raw(running.detector.ports.ingest, (socket) => {
      socket.write(head({ 'content-length': LIMITS.bodyBytes + 1 }));
    });
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    await expectStillWorks(running);
  });

  test('a body of unknown length is cut off at the limit', async () => {
    const running = await Running.start({ limits: LIMITS });
    const piece = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const answer = await raw(running.detector.ports.ingest, (socket) => {
      socket.write(head({ 'transfer-encoding': 'chunked' }));
      for (let n = 0; n < 20; n += 1) socket.write(piece);
    });
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    await expectStillWorks(running);
  });
});

describe('clients that misbehave', () => {
  const timing = { headersMs: 200, requestMs: 200 };

  test.each([
    {
      title: 'sends less than it announced, and ends',
      problem: 'bad-http',
      send: (socket: net.Socket) => socket.end(`${head({ 'content-length': 10_000 })}${escalation()}\n`),
    },
    {
      title: 'sends more than it announced',
      problem: 'bad-http',
      send: (socket: net.Socket) => socket.write(`${head({ 'content-length': 5 })}${'{}\n'.repeat(100)}`),
    },
    {
      title: 'announces two lengths',
      problem: 'bad-http',
      send: (socket: net.Socket) =>
        socket.write(head({ 'content-length': 5 }).replace('\r\n\r\n', '\r\ncontent-length: 6\r\n\r\n12345')),
    },
    {
      title: 'talks no HTTP',
      problem: 'bad-http',
      send: (socket: net.Socket) => socket.write('\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n'),
    },
    {
      title: 'sends headers without end',
      problem: 'bad-http',
      send: (socket: net.Socket) => socket.write(head({ 'x-padding': 'x'.repeat(40_000) })),
    },
    {
      title: 'stalls in its headers',
      problem: 'request-timeout',
      send: (socket: net.Socket) => socket.write(head({}).slice(0, 30)),
    },
    {
      title: 'stalls in its body',
      problem: 'request-timeout',
      send: (socket: net.Socket) => socket.write(`${head({ 'content-length': 10_000 })}{"a":`),
    },
  ])('a client that $title is cut off, and the others go on', async ({ problem, send }) => {
    const running = await Running.start({}, { timing });
    await raw(running.detector.ports.ingest, send);
    await running.until(() => running.problems(problem).length === 1);
    expect(await running.metric(`siem_input_problems_total{kind="${problem}"}`)).toBe(1);
    await expectStillWorks(running);
  });

  test('a client that is gone before the answer does not end the process', async () => {
    const running = await Running.start();
    const body = `${escalation()}\n`;
    for (let n = 0; n < 20; n += 1) {
      const socket = net.connect(running.detector.ports.ingest, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(
        `${head({ 'content-length': Buffer.byteLength(body), [CHUNK_ID_HEADER]: `gone-${n}` })}${body}`,
        () => socket.resetAndDestroy(),
      );
      await new Promise((resolve) => socket.on('close', resolve));
    }
    await running.until(() => running.logged('alert firing').length <= 1);
    expect((await running.deliver('c2', failedLogins(1))).status).toBe(200);
  });

  test('more connections than allowed are dropped and counted', async () => {
    const running = await Running.start({ limits: { ...LIMITS, queuedRequests: 1 } });
    const sockets = Array.from({ length: 70 }, () => net.connect(running.detector.ports.ingest, '127.0.0.1'));
    for (const socket of sockets) socket.on('error', () => undefined);
    await running.until(async () => (await running.metric('siem_input_problems_total{kind="connection-limit"}')) > 0);
    for (const socket of sockets) socket.destroy();
    expect(running.problems('connection-limit')).toHaveLength(1);
  });

  test('more requests than may wait are answered 429 with a time, and count nothing', async () => {
    const running = await Running.start({ limits: { ...LIMITS, queuedRequests: 2 } });
    const stalled = [1, 2].map(() => net.connect(running.detector.ports.ingest, '127.0.0.1'));
    for (const socket of stalled) socket.write(`${head({ 'content-length': 10_000 })}{`);
    await running.until(async () => (await running.deliver('c3', [escalation()])).status === 429);
    const answer = await running.deliver('c4', [escalation('a-4')]);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1']);
    for (const socket of stalled) socket.destroy();
    await running.until(async () => (await running.deliver('c4', [escalation('a-4')])).status === 200);
  });

  test('bodies that wait are bounded in sum', async () => {
    const running = await Running.start({ limits: LIMITS });
    const half = 'x'.repeat(LIMITS.bodyBytes - 10_000);
    const stalled = [1, 2].map(() => net.connect(running.detector.ports.ingest, '127.0.0.1'));
    for (const socket of stalled) socket.write(head({ 'content-length': LIMITS.bodyBytes }) + half);
    await running.until(async () => (await running.metric('siem_ingest_waiting_bytes')) === 2 * half.length);
    expect((await running.deliver('c3', `${'x'.repeat(40_000)}\n`)).status).toBe(429);
    for (const socket of stalled) socket.destroy();
    await running.until(async () => (await running.deliver('c4', `${'x'.repeat(40_000)}\n`)).status === 200);
  });
});
