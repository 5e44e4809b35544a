import * as fs from 'node:fs';
import * as path from 'node:path';
import { DEFAULT_SETTINGS } from '../../src/contract/detector-config';
import { startDetector } from '../../src/detector/app';
import { ShiftedClock } from './support/clocks';
import { Receiver } from './support/receiver';
import { escalation, failedLogins } from './support/records';
import { filesOf, Running, writeSettings } from './support/running';

function webhook(receiver: Receiver, change: object = {}): { name: string; url: string } {
  return { name: 'pager', url: receiver.url().href, ...change };
}

describe('alerts on their way', () => {
  test('go to the log, the SIEM and every webhook, the same alert to each', async () => {
    const [siem, pager] = [await Receiver.start(200), await Receiver.start(204)];
    const running = await Running.start({ siemUrl: siem.url('/').href, webhooks: [webhook(pager)] });
    await running.deliver('c1', [escalation()]);
    await Promise.all([siem.until(1), pager.until(1)]);
    const [line] = running.logged('alert firing');
    expect(siem.requests[0]?.path).toBe('/siem.alert');
    expect(siem.alerts).toEqual(pager.alerts);
    expect(line?.['alert']).toEqual(siem.alerts[0]);
    expect(siem.alerts[0]).toMatchObject({
      status: 'firing',
      rule: { id: 'privilege-escalation' },
      user: 'mallory',
      plannedActions: [{ action: 'block', mode: 'dry-run' }],
    });
  });

  test('below the least severity of a webhook, they do not go to it', async () => {
    const [quiet, all] = [await Receiver.start(200), await Receiver.start(200)];
    const running = await Running.start({
      webhooks: [webhook(quiet, { minimumSeverity: 'high' }), webhook(all, { name: 'all' })],
    });
    await running.deliver('c1', [escalation()]);
    await all.until(1);
    expect(await running.metric('siem_notifications_pending{receiver="webhook/pager"}')).toBe(0);
    expect(quiet.requests).toEqual([]);
  });

  test('findings of one fingerprint notify once, also over several chunks', async () => {
    const pager = await Receiver.start(200);
    const running = await Running.start({ webhooks: [webhook(pager)] });
    await running.deliver('c1', failedLogins(8));
    await running.deliver('c2', failedLogins(8, '203.0.113.7', 1));
    await pager.until(1);
    expect(await running.metric('siem_engine_findings_total')).toBe(11);
    expect(pager.alerts.map(({ count }) => count)).toEqual([3]);
  });

  test('resolve once nothing came for long enough, under the same id, with the count of all findings', async () => {
    const pager = await Receiver.start(200);
    const clock = new ShiftedClock();
    const running = await Running.start({ webhooks: [webhook(pager)] }, { clock, timing: { tickMs: 10 } });
    await running.deliver('c1', failedLogins(8));
    await running.deliver('c2', failedLogins(8, '203.0.113.7', 1));
    clock.advance(599_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(pager.alerts.map(({ status }) => status)).toEqual(['firing']);
    clock.advance(2_000);
    await pager.until(2);
    const [firing, resolved] = pager.alerts;
    expect(resolved).toMatchObject({ id: firing?.id, status: 'resolved', count: 11 });
    expect(await running.metric('siem_alerts_open')).toBe(0);
  });

  test('a receiver that fails holds up no other, and gets everything once it answers', async () => {
    const [broken, pager] = [await Receiver.start(503), await Receiver.start(200)];
    const running = await Running.start({ webhooks: [webhook(broken, { name: 'broken' }), webhook(pager)] });
    await running.deliver('c1', [escalation(), ...failedLogins(6)]);
    await pager.until(2);
    await broken.until(2);
    expect(await running.metric('siem_notifications_pending{receiver="webhook/broken"}')).toBe(2);
    broken.answer(200);
    await running.until(
      async () => (await running.metric('siem_notifications_pending{receiver="webhook/broken"}')) === 0,
    );
    expect(broken.alerts.slice(-2)).toEqual(pager.alerts);
  });
});

describe('the queue file', () => {
  test('while too much waits, chunks are answered 503 and count nothing; then they are taken', async () => {
    const pager = await Receiver.start(503);
    const limits = { ...DEFAULT_SETTINGS.limits, queueBytes: 64 * 1024 };
    const running = await Running.start({ webhooks: [webhook(pager)], limits });
    let taken = 0;
    const chunk = (n: number): string[] => [escalation(`a-${n}`, `user-${n}`)];
    while ((await running.deliver(`c${taken}`, chunk(taken))).status === 200) taken += 1;
    const events = await running.metric('siem_engine_events_total');
    expect(events).toBe(taken);
    const answer = await running.deliver('again', chunk(taken));
    expect([answer.status, answer.text, answer.headers.get('retry-after')]).toEqual([503, 'queue-full\n', '1']);
    expect(await running.metric('siem_queue_refusals_total{reason="queue-full"}')).toBe(2);
    expect(running.logged('deliveries are refused; their sender keeps them')).toHaveLength(1);
    expect(await running.metric('siem_engine_events_total')).toBe(events);
    // A chunk that was taken before is still answered as taken.
    expect((await running.deliver('c0', chunk(0))).text).toBe('{"repeated":true}\n');

    pager.answer(200);
    writeSettings(running.files, { webhooks: [webhook(pager)], limits: { ...limits, queueBytes: 1024 * 1024 } });
    await running.until(async () => (await running.deliver('again', chunk(taken))).status === 200);
    await running.until(() => running.logged('deliveries are taken again').length === 1);
    await running.until(() => new Set(pager.alerts.map(({ id }) => id)).size === taken + 1);
  });
});

describe('a restart', () => {
  test('keeps chunks and open alerts: what comes again joins, and nothing is notified twice', async () => {
    const pager = await Receiver.start(200);
    const files = filesOf({ webhooks: [webhook(pager)] });
    const first = await Running.startOn(files);
    await first.deliver('c1', failedLogins(6));
    await pager.until(1);
    await first.detector.stop();
    const second = await Running.startOn(files);
    expect(await second.metric('siem_alerts_open')).toBe(1);
    expect((await second.deliver('c1', failedLogins(6))).text).toBe('{"repeated":true}\n');
    // Windows of failure counts died with the process, so six more are needed.
    await second.deliver('c2', failedLogins(6, '203.0.113.7', 2));
    expect(await second.metric('siem_engine_findings_total')).toBe(1);
    expect(pager.requests).toHaveLength(1);
  });

  test('delivers what was not delivered, with the same id', async () => {
    const pager = await Receiver.start(503);
    const files = filesOf({ webhooks: [webhook(pager)] });
    const first = await Running.startOn(files);
    await first.deliver('c1', [escalation()]);
    await pager.until(1);
    await first.detector.stop();
    const tried = pager.requests.length;
    pager.answer(200);
    await Running.startOn(files);
    await pager.until(tried + 1);
    expect(new Set(pager.alerts.map(({ id }) => id)).size).toBe(1);
  });

  test('resolves open alerts for which the bounds have no room any more', async () => {
    const pager = await Receiver.start(200);
    const files = filesOf({ webhooks: [webhook(pager)] });
    const first = await Running.startOn(files);
    await first.deliver(
      'c1',
      ['a', 'b', 'c'].map((user) => escalation(`id-${user}`, user)),
    );
    await pager.until(3);
    await first.detector.stop();
    writeSettings(files, { webhooks: [webhook(pager)], limits: { ...DEFAULT_SETTINGS.limits, stateKeys: 1 } });
    const second = await Running.startOn(files);
    await pager.until(5);
    expect(pager.alerts.slice(3).map(({ status }) => status)).toEqual(['resolved', 'resolved']);
    expect(await second.metric('siem_alerts_open')).toBe(1);
  });
});

describe('the admin listener', () => {
  test.each([
    { page: '/healthz', status: 200, text: 'ok\n' },
    { page: '/readyz', status: 200, text: 'ready\n' },
    { page: '/', status: 404, text: 'there are /healthz, /readyz and /metrics\n' },
    { page: '/constructor', status: 404, text: 'there are /healthz, /readyz and /metrics\n' },
  ])('$page is answered $status', async ({ page, status, text }) => {
    const running = await Running.start();
    expect(await running.admin(page)).toMatchObject({ status, text });
  });

  test('is not ready while every rule has an error, and is once a good one comes', async () => {
    const files = filesOf({}, 'rules:\n- name: Broken\n  condition: event.usr == "x"\n');
    const running = await Running.startOn(files);
    expect(await running.admin('/readyz')).toMatchObject({ status: 503, text: 'missing: rules\n' });
    fs.writeFileSync(path.join(files.rulesDir, 'rules.yaml'), 'rules:\n- name: Good\n  condition: event.user == "x"\n');
    await running.until(async () => (await running.admin('/readyz')).status === 200);
  });

  test('metrics are in Prometheus form', async () => {
    const running = await Running.start();
    const { text, headers } = await running.admin('/metrics');
    expect(headers.get('content-type')).toContain('text/plain; version=0.0.4');
    expect(text).toContain('# TYPE siem_rules_loaded gauge\nsiem_rules_loaded 2\n');
  });

  test('a counter of the engine does not grow by being read', async () => {
    const running = await Running.start();
    await running.deliver('c1', [escalation()]);
    await running.admin('/metrics');
    expect(await running.metric('siem_engine_events_total')).toBe(1);
  });
});

describe('start', () => {
  test('bad settings are refused with the place and the remedy', async () => {
    const files = filesOf();
    writeSettings(files, { failureWindowSeconds: 0 });
    await expect(startDetector(files)).rejects.toThrow(
      /detector\.json:\d+:\d+: C103: found 0, expected a whole number/,
    );
  });

  test('a port that is taken ends the start, and gives back what was opened before', async () => {
    const running = await Running.start();
    const files = filesOf();
    const taken = { host: '127.0.0.1', port: running.detector.ports.ingest };
    writeSettings(files, { listeners: { ingest: taken, admin: { host: '127.0.0.1', port: 0 } } });
    await expect(startDetector({ ...files, log: { write: () => undefined } })).rejects.toThrow(/EADDRINUSE/);
  });
});

describe('stop', () => {
  test('refuses new connections, answers the request in flight, and ends', async () => {
    const running = await Running.start();
    const { ingest } = running.detector.ports;
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(Buffer.from(`${failedLogins(3).join('\n')}\n`));
        await running.until(async () => (await running.metric('siem_ingest_waiting_bytes')) > 0);
        stopped = running.detector.stop();
        await expectRefused(ingest);
        controller.enqueue(Buffer.from(`${escalation()}\n`));
        controller.close();
      },
    });
    let stopped: Promise<void> | undefined;
    const request = {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson', 'x-chunk-id': 'c1' },
      body,
      duplex: 'half',
    };
    const response = await fetch(`http://127.0.0.1:${ingest}/v1/records`, request as RequestInit);
    expect([response.status, await response.text()]).toEqual([200, '{"records":4}\n']);
    await stopped;
    expect(running.logged('alert firing')).toHaveLength(1);
    expect(running.log.at(-1)?.['message']).toBe('detector stopped');
  });
});

async function expectRefused(port: number): Promise<void> {
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
}
