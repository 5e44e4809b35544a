/** Lines that no parser can take: they arrive, with why and from where, they are counted, and a flood of them is cut. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { HttpDestination } from '../../src/constructs/destinations/http';
import { QUARANTINE_MESSAGE_BYTES } from '../../src/contract/record';
import { QUARANTINED_PER_MINUTE } from '../../src/model/sources/quarantine';
import { outputOf } from '../support/outputs';
import { stopFluentds } from './support/fluentd';
import { startReceiver } from './support/receiver';
import type { Receiver } from './support/receiver';
import { CLUSTER, NODE_NAME, makeStack } from './support/stack';
import type { TestStack } from './support/stack';
import { removeTemporaryFolders, temporaryFolder } from './support/temporary';
import { waitFor } from './support/wait';

let stack: TestStack;
let siem: Receiver;

beforeEach(async () => {
  stack = await makeStack(temporaryFolder());
  siem = await startReceiver();
  await stack.startAggregator([outputOf(new HttpDestination({ endpoint: siem.url }))]);
});

afterEach(async () => {
  await stopFluentds();
  await siem.close();
});

afterAll(removeTemporaryFolders);

interface QuarantineRecord {
  readonly message: string;
  readonly siem: { readonly quarantine?: { readonly reason: string; readonly path?: string; readonly bytes?: number } };
}

const quarantined = (): QuarantineRecord[] =>
  (siem.records() as unknown as QuarantineRecord[]).filter((record) => record.siem.quarantine !== undefined);

/** Counters of the agent, by their names and labels. */
async function counters(agent: 'audit-agent' | 'node-agent'): Promise<Record<string, number>> {
  const conf = fs.readFileSync(path.join(stack.dir, agent, 'fluent.conf'), 'utf8');
  const port = /@id in_metrics\n(?:.*\n)*?\s+port (\d+)/.exec(conf)?.[1] ?? '';
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const lines = [...text.matchAll(/^(siem_quarantine\S*\{.*\}) ([\d.]+)$/gm)];
  return Object.fromEntries(lines.map(([, name = '', value]) => [name, Number(value)]));
}

const event = (stageTimestamp: unknown, extra: object = {}): string =>
  JSON.stringify({ kind: 'Event', auditID: '1', stage: 'ResponseComplete', stageTimestamp, ...extra });

test('an audit line that is no JSON, has a stamp that nobody can read, broken bytes, or no end', async () => {
  const file = path.join(stack.folder('audit'), 'audit.log');
  const good = event('2026-03-01T10:00:00.000001Z', { requestObject: { data: 'x'.repeat(1_500_000) } });
  const lines = [
    good,
    'torn {',
    event('yesterday'),
    event({}),
    Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]),
    `"${'y'.repeat(200_000)}"`,
    event('2026-03-01T10:00:00.000001Z', { requestObject: { data: 'z'.repeat(9 * 1024 * 1024) } }),
    '',
  ];
  fs.writeFileSync(file, Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')]).slice(0, -1)));
  await stack.startAuditAgent();
  await waitFor('six lines in quarantine and a good one', () => siem.records().length >= 7);
  expect(
    quarantined()
      .map(({ message, siem: { quarantine } }) => [quarantine?.reason, quarantine?.bytes, message.slice(0, 80)])
      .sort(),
  ).toEqual(
    [
      ['longer than the limit', undefined, ''],
      ['not JSON', 200_002, `"${'y'.repeat(79)}`],
      ['not JSON', 6, 'torn {'],
      ['not valid UTF-8', 9, '{"a":"\ufffd"}'],
      ['unreadable time stamp', event('yesterday').length, event('yesterday').slice(0, 80)],
      ['unreadable time stamp', event({}).length, event({}).slice(0, 80)],
    ].sort(),
  );
  const [torn] = quarantined().filter(({ message }) => message === 'torn {');
  expect(torn).toEqual({
    message: 'torn {',
    siem: {
      source: 'kubernetes-audit',
      cluster: CLUSTER,
      node: NODE_NAME,
      quarantine: { reason: 'not JSON', path: file, bytes: 6 },
    },
    '@timestamp': expect.any(String),
  });
  expect(Math.max(...quarantined().map(({ message }) => message.length))).toBe(QUARANTINE_MESSAGE_BYTES);
  const kept = siem.records().filter((record) => record['kind'] === 'Event');
  expect(kept).toMatchObject([{ requestObject: { data: 'x'.repeat(1_500_000) } }]);
  expect(await counters('audit-agent')).toEqual({
    'siem_quarantined_records_total{source="kubernetes-audit",reason="not JSON"}': 2,
    'siem_quarantined_records_total{source="kubernetes-audit",reason="not valid UTF-8"}': 1,
    'siem_quarantined_records_total{source="kubernetes-audit",reason="unreadable time stamp"}': 2,
    'siem_quarantined_records_total{source="kubernetes-audit",reason="longer than the limit"}': 1,
  });
});

test('a flood of lines that nobody can read is cut and counted, and holds up nothing', async () => {
  const folder = path.join(stack.folder('pods'), 'shop_web-0_4f0d7b1e-6c2a-4a8e-9a51-0d4c5e6f7a8b', 'app');
  fs.mkdirSync(folder, { recursive: true });
  const flood = Array.from({ length: 3 * QUARANTINED_PER_MINUTE }, (_, index) => `no format ${index}\n`).join('');
  fs.writeFileSync(path.join(folder, '0.log'), `${flood}2026-03-01T10:00:00.1Z stdout F after it\n`);
  await stack.startNodeAgent({});
  await waitFor('the line after the flood', () => siem.records().some(({ message }) => message === 'after it'));
  await waitFor('what is kept of the flood', () => quarantined().length >= QUARANTINED_PER_MINUTE);
  const counted = await counters('node-agent');
  const all = counted['siem_quarantined_records_total{source="container",reason="not in the CRI log format"}'];
  const leftOut = counted['siem_quarantine_left_out_records_total{source="container"}'] ?? 0;
  expect(all).toBe(3 * QUARANTINED_PER_MINUTE);
  // A minute of the agent's clock may have ended within the flood, once.
  expect([1, 2]).toContain((3 * QUARANTINED_PER_MINUTE - leftOut) / QUARANTINED_PER_MINUTE);
  await waitFor('all that were not left out', () => quarantined().length === 3 * QUARANTINED_PER_MINUTE - leftOut);
});
