/** What every notifier promises; each implementation runs it against a real receiver. */
import type { ServerResponse } from 'node:http';
import * as net from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Alert } from '../../src/contract/alert';
import { DeliveryLoop } from '../../src/detector/delivery/delivery-loop';
import { QueueFile } from '../../src/detector/delivery/queue-file';
import type { Notifier, SendOutcome } from '../../src/detector/notify/notifier';
import { Telemetry } from '../../src/detector/telemetry';
import { DEFAULT_TIMING } from '../../src/detector/timing';
import { alertOf } from '../detector/support/alerts';
import { TestClock } from '../detector/support/clocks';
import { Receiver } from '../detector/support/receiver';
import { afterTest, scratch } from '../detector/support/scratch';

export interface NotifierCase {
  readonly name: string;
  /** Path at the receiver; part of it is a secret. */
  readonly path: string;
  /** What must not show up in an outcome, a log line or a metric. */
  readonly secrets: readonly string[];
  readonly make: (url: URL, options: { clock: TestClock; timeoutMs: number }) => Notifier;
}

const NEVER = new AbortController().signal;

export function notifierConformance({ name, path, secrets, make }: NotifierCase): void {
  const clock = new TestClock();

  function send(url: URL, alert: Alert = alertOf('a1'), signal = NEVER): Promise<SendOutcome> {
    return make(url, { clock, timeoutMs: 300 }).send(alert, signal);
  }

  async function sendTo(...answers: Parameters<typeof Receiver.start>): Promise<SendOutcome> {
    return send((await Receiver.start(...answers)).url(path));
  }

  describe(`${name}: what an answer means`, () => {
    test.each([
      { title: '200 is delivered', status: 200, outcome: { kind: 'delivered' } },
      { title: '202 is delivered', status: 202, outcome: { kind: 'delivered' } },
      { title: '204 is delivered', status: 204, outcome: { kind: 'delivered' } },
      { title: '400 is refused', status: 400, outcome: { kind: 'refused', reason: 'status-400' } },
      { title: '413 is refused', status: 413, outcome: { kind: 'refused', reason: 'status-413' } },
      { title: '422 is refused', status: 422, outcome: { kind: 'refused', reason: 'status-422' } },
      {
        title: '401 is retried: a credential can be mended',
        status: 401,
        outcome: { kind: 'retry', reason: 'status-401' },
      },
      { title: '403 is retried', status: 403, outcome: { kind: 'retry', reason: 'status-403' } },
      { title: '404 is retried: a path can be mended', status: 404, outcome: { kind: 'retry', reason: 'status-404' } },
      { title: '408 is retried', status: 408, outcome: { kind: 'retry', reason: 'status-408' } },
      { title: '425 is retried', status: 425, outcome: { kind: 'retry', reason: 'status-425' } },
      { title: '429 is retried', status: 429, outcome: { kind: 'retry', reason: 'status-429' } },
      { title: '500 is retried', status: 500, outcome: { kind: 'retry', reason: 'status-500' } },
      { title: '502 is retried', status: 502, outcome: { kind: 'retry', reason: 'status-502' } },
      { title: '503 is retried', status: 503, outcome: { kind: 'retry', reason: 'status-503' } },
    ])('$title', async ({ status, outcome }) => {
      expect(await sendTo(status)).toEqual(outcome);
    });

    test.each([
      { title: 'seconds', value: '7', afterMs: 7_000 },
      { title: 'a date', value: new Date(clock.nowUs() / 1000 + 9_000).toUTCString(), afterMs: 9_000 },
      { title: 'a date that is over', value: 'Thu, 01 Jan 2026 00:00:00 GMT', afterMs: 0 },
      { title: 'nonsense', value: 'soon', afterMs: undefined },
      { title: 'a number without end', value: '9'.repeat(400), afterMs: undefined },
    ])('Retry-After with $title', async ({ value, afterMs }) => {
      const outcome = await sendTo((response) => response.writeHead(429, { 'retry-after': value }).end());
      expect(outcome).toEqual({ kind: 'retry', reason: 'status-429', ...(afterMs === undefined ? {} : { afterMs }) });
    });

    test('a redirect is not followed', async () => {
      const other = await Receiver.start(200);
      const outcome = await sendTo((response) => response.writeHead(307, { location: other.url().href }).end());
      expect(outcome).toEqual({ kind: 'retry', reason: 'status-307' });
      expect(other.requests).toEqual([]);
    });
  });

  describe(`${name}: a receiver that misbehaves`, () => {
    test('does not answer: given up after the timeout', async () => {
      expect(await sendTo(undefined)).toEqual({ kind: 'retry', reason: 'timeout' });
    });

    test('is not there: retried', async () => {
      const server = net.createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as net.AddressInfo;
      await new Promise((resolve) => server.close(resolve));
      expect(await send(new URL(path, `http://127.0.0.1:${port}`))).toEqual({ kind: 'retry', reason: 'econnrefused' });
    });

    test('hangs up without an answer: retried', async () => {
      const outcome = await sendTo((response) => response.socket?.destroy());
      expect(outcome).toEqual({ kind: 'retry', reason: 'econnreset' });
    });

    test('talks no HTTP: retried', async () => {
      const server = net.createServer((socket) => {
        socket
          .on('error', () => undefined)
          .resume()
          .end('220 mail ready\r\n');
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      afterTest(() => new Promise((resolve) => server.close(resolve)));
      const { port } = server.address() as net.AddressInfo;
      expect((await send(new URL(path, `http://127.0.0.1:${port}`))).kind).toBe('retry');
    });

    test('never ends its answer: delivered all the same, because the status said so', async () => {
      const outcome = await sendTo((response) => {
        response.writeHead(200);
        response.write('thanks, and by the way');
      });
      expect(outcome).toEqual({ kind: 'delivered' });
    });

    test('answers without bounds: only a bounded part is read', async () => {
      let written = 0;
      const receiver = await Receiver.start((response) => {
        response.writeHead(200);
        const piece = Buffer.alloc(64 * 1024, 'a');
        const more = (): void => {
          while (!response.destroyed && written < 512 * 1024 * 1024 && response.write(piece)) written += piece.length;
        };
        response.on('drain', more).on('error', () => undefined);
        more();
      });
      // Time is plenty, so that only the bound can end it.
      const sending = make(receiver.url(path), { clock, timeoutMs: 60_000 }).send(alertOf('a1'), NEVER);
      expect(await sending).toEqual({ kind: 'delivered' });
      expect(written).toBeLessThan(64 * 1024 * 1024);
    });

    test('a stop ends the attempt at once', async () => {
      const receiver = await Receiver.start(undefined);
      const stopping = new AbortController();
      const sending = make(receiver.url(path), { clock, timeoutMs: 60_000 }).send(alertOf('a1'), stopping.signal);
      await receiver.until(1);
      stopping.abort();
      expect(await sending).toEqual({ kind: 'retry', reason: 'stopped' });
    });
  });

  describe(`${name}: what is sent`, () => {
    test.each([
      { title: 'line breaks and control characters', text: 'a\r\nx-injected: 1\r\n\r\n\u0000\u001b[31m' },
      { title: 'quotes and braces', text: `"'\`\${process.env}#{1+1}{{ .Values }}</script>` },
      { title: 'text beyond the basic plane and half a pair', text: 'näme \u{1F512} \ud800' },
      { title: 'a megabyte', text: 'x'.repeat(1024 * 1024) },
    ])('$title arrive as they are', async ({ text }) => {
      const receiver = await Receiver.start(200);
      const alert = alertOf('a1', { summary: text, user: text, rule: { id: 'r1', name: text } });
      expect(await send(receiver.url(path), alert)).toEqual({ kind: 'delivered' });
      expect(receiver.alerts).toEqual([JSON.parse(JSON.stringify(alert))]);
      expect(receiver.requests[0]).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/json' } });
      expect(receiver.requests[0]?.headers).not.toHaveProperty('x-injected');
    });
  });

  describe(`${name}: repetition`, () => {
    interface Delivery {
      readonly receiver: Receiver;
      readonly pausesMs: readonly number[];
      readonly log: string;
      readonly metrics: string;
    }

    /** Delivers the alerts, one attempt after the other, until none waits. */
    async function deliver(alerts: readonly Alert[], ...answers: Parameters<typeof Receiver.start>): Promise<Delivery> {
      const receiver = await Receiver.start(...answers);
      const time = new TestClock();
      const lines: string[] = [];
      const telemetry = new Telemetry({ write: (line) => lines.push(line) });
      const reporter = telemetry;
      const queue = await QueueFile.open({ directory: scratch(), limitBytes: () => 1e9, chunkMemory: 1, reporter });
      afterTest(() => queue.close());
      const notifier = make(receiver.url(path), { clock: time, timeoutMs: 300 });
      const opened = alerts.map((alert) => ({ alert, receivers: [notifier.name] }));
      await queue.commit({ opened, joined: [], resolved: [] });
      const timing = { ...DEFAULT_TIMING, backoffMs: 1_000, backoffLimitMs: 10_000, retryAfterLimitMs: 60_000 };
      const loop = new DeliveryLoop({ notifier, queue, clock: time, timing, random: () => 0.5, telemetry });
      while (queue.pendingCount(notifier.name) > 0) await nextTurn();
      await loop.stop();
      const metrics = await telemetry.metrics.registry.metrics();
      return { receiver, pausesMs: time.pausesMs, log: lines.join(''), metrics };
    }

    test('pauses grow up to a limit, and the alert that arrives is the one of the first attempt', async () => {
      const { receiver, pausesMs } = await deliver([alertOf('a1')], 503, 503, 503, 503, 503, 503, 200);
      expect(pausesMs).toEqual([750, 1_500, 3_000, 6_000, 7_500, 7_500]);
      expect(new Set(receiver.requests.map(({ body }) => body)).size).toBe(1);
      expect(receiver.requests).toHaveLength(7);
    });

    test('a receiver that names a time is not asked sooner, nor waited for without end', async () => {
      const after =
        (seconds: string) =>
        (response: ServerResponse): unknown =>
          response.writeHead(429, { 'retry-after': seconds }).end();
      const { pausesMs } = await deliver([alertOf('a1')], after('20'), after('86400'), 200);
      expect(pausesMs).toEqual([20_000, 60_000]);
    });

    test('what is refused for good does not hold up the next alert', async () => {
      const { receiver, pausesMs, metrics } = await deliver([alertOf('a1'), alertOf('a2')], 400, 200);
      expect(receiver.alerts.map(({ id }) => id)).toEqual(['a1', 'a2']);
      expect(pausesMs).toEqual([]);
      expect(metrics).toMatch(/siem_notifications_refused_total\{receiver="[^"]+",reason="status-400"\} 1/);
    });

    test('a failure is logged when it begins and when it ends, and counted in between', async () => {
      const { log, metrics } = await deliver([alertOf('a1')], 503, 503, 503, 200);
      expect(log.match(/receiver does not take alerts/g)).toHaveLength(1);
      expect(log.match(/receiver takes alerts again/g)).toHaveLength(1);
      expect(metrics).toMatch(/siem_notifications_retried_total\{receiver="[^"]+",reason="status-503"\} 3/);
    });

    test('no secret shows up in logs or metrics', async () => {
      const { log, metrics } = await deliver(
        [alertOf('a1')],
        500,
        (response) => response.socket?.destroy(),
        undefined,
        (response) => response.writeHead(302, { location: `http://127.0.0.1${path}` }).end(),
        400,
      );
      for (const secret of secrets) {
        expect(log).not.toContain(secret);
        expect(metrics).not.toContain(secret);
      }
      expect(log).toContain('status-400');
    });
  });
}
