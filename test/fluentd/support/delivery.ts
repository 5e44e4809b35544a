/** What every destination has to prove against its receiver, in one run. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ISiemDestination } from '../../../src/constructs/destinations/destination';
import { startDestination } from './destination';
import type { DestinationSetup, RunningDestination } from './destination';
import { waitFor } from './wait';

export interface DeliveryCase {
  readonly destination: ISiemDestination;
  /** Folder of its own. */
  readonly dir: string;
  readonly setup: Omit<DestinationSetup, 'dir'>;
  /** The same with a credential that the receiver refuses. */
  readonly refused?: Omit<DestinationSetup, 'dir'>;
  /** Texts that no log and no manifest may hold. */
  readonly secrets: readonly string[];
  /** Records that the receiver has. */
  readonly received: () => Promise<readonly Record<string, unknown>[]>;
  readonly stopReceiver: () => Promise<void>;
  readonly startReceiver: () => Promise<void>;
}

export interface DeliveryResult {
  readonly sent: number;
  readonly distinct: number;
  readonly arrivals: number;
  readonly last: RunningDestination;
}

const BATCH = 40;
const TEXTS = [
  'plain',
  'quotes " \' ` and \\ and \\n',
  '${tag} %{uuid_flush} %Y #{1 + 1} __TAG__',
  'line\nbreak\ttab\u0000nul\u2028',
  'Grüße 🦊 漢字',
  '  blanks around  ',
  '<34>1 not a header: 12 ',
];

/** Records whose texts a careless way would change. */
export function awkwardRecords(from: number, count = BATCH): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, index) => ({
    n: from + index,
    lastTime: new Date(Date.now() - 1000).toISOString(),
    partition: 'not a number',
    topic: 'elsewhere',
    message: TEXTS[(from + index) % TEXTS.length],
    empty: '',
    nested: { list: [1, 2.5, null, true, { deep: '' }] },
    siem: { source: 'container', cluster: 'prod-eu', node: 'node-1.example.com' },
  }));
}

/**
 * A refused credential keeps the records and shows in a metric; the right one delivers them, byte for byte; an outage loses
 * nothing; no secret stands in a log or manifest.
 */
export async function proveDelivery(delivery: DeliveryCase): Promise<DeliveryResult> {
  const { destination, dir, setup, refused } = delivery;
  const records = awkwardRecords(0);
  if (refused !== undefined) {
    const first = await startDestination(destination, { dir, ...refused });
    await first.send(records);
    await waitForRefusal(first);
    expect(await delivery.received()).toEqual([]);
    await first.fluentd.stop('SIGKILL');
  }
  const second = await startDestination(destination, { dir, ...setup });
  if (refused === undefined) await second.send(records);
  await waitForRecords(delivery, records);
  await delivery.stopReceiver();
  const more = awkwardRecords(BATCH);
  await second.send(more);
  await waitForRefusal(second);
  await delivery.startReceiver();
  await waitForRecords(delivery, [...records, ...more]);
  const log = fs.readFileSync(path.join(dir, 'fluentd.log'), 'utf8');
  for (const secret of delivery.secrets) {
    expect(log).not.toContain(secret);
    expect(second.manifests).not.toContain(secret);
  }
  const arrivals = await delivery.received();
  expect(distinct(arrivals)).toEqual([...records, ...more]);
  return { sent: 2 * BATCH, distinct: distinct(arrivals).length, arrivals: arrivals.length, last: second };
}

async function waitForRecords(delivery: DeliveryCase, records: readonly object[]): Promise<void> {
  await waitFor(
    `${records.length} records`,
    async () => distinct(await delivery.received()).length >= records.length,
    90,
  );
}

/** By number, without the field that the aggregator adds. */
function distinct(records: readonly Record<string, unknown>[]): object[] {
  const byNumber = new Map(records.map((record) => [Number(record['n']), withoutTime(record)]));
  return [...byNumber].sort(([a], [b]) => a - b).map(([, record]) => record);
}

function withoutTime(record: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== '@timestamp'));
}

/** Until the metrics say that a delivery failed. */
export async function waitForRefusal({ metricsUrl }: RunningDestination): Promise<void> {
  await waitFor('a refusal in the metrics', async () => (await metric(metricsUrl, /retry_count\{[^}]*out_\w+/)) > 0);
}

/** The value of the first metric whose line fits. */
export async function metric(url: string, pattern: RegExp): Promise<number> {
  const lines = (await (await fetch(url)).text()).split('\n');
  const line = lines.find((text) => pattern.test(text) && !text.startsWith('#') && !text.includes('out_detector'));
  return Number(line?.split(' ').pop() ?? 0);
}
