/** The watch inside a running detector: canaries by HTTP, a monitor that answers as Fluentd does, alerts at a receiver. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { DEFAULT_WATCH, type DetectorSettings, MONITOR_PATH } from '../../../src/contract/detector-config';
import type { WatchKnowledge } from '../../../src/detector/watch/self-watch';
import { ShiftedClock } from '../support/clocks';
import { Receiver } from '../support/receiver';
import { escalation } from '../support/records';
import { filesOf, Running } from '../support/running';

const FAST = { tickMs: 5, pollMs: 10 };
let chunk = 0;

function canary(node: string, source = 'container'): string {
  return JSON.stringify({ siem: { source, cluster: 'prod-eu', node, canary: true }, sent: new Date().toISOString() });
}

async function send(detector: Running, ...lines: readonly string[]): Promise<void> {
  chunk += 1;
  expect((await detector.deliver(`chunk-${chunk}`, lines)).status).toBe(200);
}

/** Time passes in steps that the detector notices one by one. */
async function pass(
  detector: Running,
  clock: ShiftedClock,
  seconds: number,
  ...lines: readonly string[]
): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 20) {
    clock.advance(20_000);
    if (lines.length > 0) await send(detector, ...lines);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function monitor(): Promise<{ url: string; receiver: Receiver; show: (plugin: object) => void }> {
  const receiver = await Receiver.start(503);
  const show = (plugin: object): void => {
    const plugins = [
      { plugin_id: 'out_detector', buffer_total_queued_size: 0 },
      { plugin_id: 'out_http', ...plugin },
    ];
    receiver.answer((response) => response.end(JSON.stringify({ plugins })));
  };
  return { url: receiver.url('').href, receiver, show };
}

function watched(pager: Receiver, monitorUrl?: string): Partial<DetectorSettings> {
  return {
    webhooks: [{ name: 'pager', url: pager.url().href }],
    watch: { ...DEFAULT_WATCH, ...(monitorUrl === undefined ? {} : { monitorUrl }) },
  };
}

test('a node that falls silent opens an alert at the receivers, which resolves when its canary comes again', async () => {
  const pager = await Receiver.start(200);
  const clock = new ShiftedClock();
  const detector = await Running.start(watched(pager), { clock, timing: FAST });
  await pass(detector, clock, 60, canary('node-1'), canary('node-2'));
  await pass(detector, clock, 180, canary('node-1'));
  await pager.until(1);
  expect(pager.alerts[0]).toMatchObject({
    status: 'firing',
    rule: { id: 'siem-canary-missing' },
    severity: 'high',
    watch: { hop: 'agent → aggregator', node: 'node-2', sources: ['container'] },
  });
  expect(await detector.metric('siem_canary_nodes_missing{source="container"}')).toBe(1);
  await pass(detector, clock, 20, canary('node-1'), canary('node-2'));
  await pager.until(2);
  expect(pager.alerts[1]).toMatchObject({ status: 'resolved', id: pager.alerts[0]?.id });
  expect(await detector.metric('siem_records_read_total{outcome="canary"}')).toBeGreaterThan(0);
  expect(await detector.metric('siem_records_read_total{outcome="unknown"}')).toBe(0);
});

test('a destination that takes nothing is an alert, and so are the chunks that it loses', async () => {
  const pager = await Receiver.start(200);
  const clock = new ShiftedClock();
  const { url, receiver, show } = await monitor();
  const stuck = { buffer_total_queued_size: 900, buffer_queue_byte_size: 900, retry: { steps: 3 } };
  show(stuck);
  const detector = await Running.start(watched(pager, url), { clock, timing: FAST });
  await receiver.until(1);
  expect(receiver.requests[0]).toMatchObject({ method: 'GET', path: MONITOR_PATH });
  await pass(detector, clock, 180, escalation());
  await pager.until(2);
  expect(pager.alerts.map(({ rule }) => rule.id).sort()).toEqual(['privilege-escalation', 'siem-destination-stalled']);
  expect(await detector.metric('siem_hop_up{hop="aggregator-destination",to="http"}')).toBe(0);
  show({ ...stuck, drop_oldest_chunk_count: 7 });
  await pager.until(3);
  expect(pager.alerts[2]).toMatchObject({ rule: { id: 'siem-records-dropped' }, count: 7, severity: 'critical' });
  expect(await detector.metric('siem_output_dropped_chunks_total{output="out_http"}')).toBe(7);
  show({ flush_time_count: 40, drop_oldest_chunk_count: 7 });
  await pager.until(4);
  expect(pager.alerts[3]).toMatchObject({ rule: { id: 'siem-destination-stalled' }, status: 'resolved' });
});

test('an alert of the watch outlives a restart, and ends when its hop is back', async () => {
  const pager = await Receiver.start(200);
  const clock = new ShiftedClock();
  const files = filesOf(watched(pager));
  const first = await Running.startOn(files, { clock, timing: FAST });
  await pass(first, clock, 60, canary('node-1'), canary('node-2'));
  await pass(first, clock, 180, canary('node-1'));
  await pager.until(1);
  await first.detector.stop();
  const { sources } = JSON.parse(fs.readFileSync(path.join(files.stateDir, 'watch.json'), 'utf8')) as WatchKnowledge;
  expect([...sources].sort()).toEqual([
    ['container', 'node-1'],
    ['container', 'node-2'],
  ]);
  const second = await Running.startOn(files, { clock, timing: FAST });
  await pass(second, clock, 60, canary('node-1'));
  expect(pager.requests).toHaveLength(1);
  await pass(second, clock, 120, canary('node-1'), canary('node-2'));
  await pager.until(2);
  expect(pager.alerts[1]).toMatchObject({ status: 'resolved', id: pager.alerts[0]?.id });
});

test('a detector without the setting raises no alert, and takes canaries as canaries all the same', async () => {
  const pager = await Receiver.start(200);
  const clock = new ShiftedClock();
  const detector = await Running.start(
    { webhooks: [{ name: 'pager', url: pager.url().href }] },
    { clock, timing: FAST },
  );
  await pass(detector, clock, 60, canary('node-1'), canary('node-2'));
  await pass(detector, clock, 200);
  expect(pager.requests).toEqual([]);
  expect(await detector.metric('siem_records_read_total{outcome="canary"}')).toBe(6);
});

test('damaged knowledge is no knowledge, and no reason not to start', async () => {
  const pager = await Receiver.start(200);
  const files = filesOf(watched(pager));
  fs.writeFileSync(path.join(files.stateDir, 'watch.json'), '{"format":1,"sources":[["container"');
  const detector = await Running.startOn(files);
  await send(detector, canary('node-1'));
  expect(await detector.metric('siem_canary_nodes_heard{source="container"}')).toBe(1);
});
