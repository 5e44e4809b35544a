/** What arrives when something on the way refuses, dies, or is full; `delivery.test.ts` has the same under load. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { HttpDestination } from '../../src/constructs/destinations/http';
import type { OutputBuffer } from '../../src/model/pipeline/aggregator-config';
import { outputOf } from '../support/outputs';
import { stopFluentds } from './support/fluentd';
import type { RunningFluentd } from './support/fluentd';
import { startReceiver } from './support/receiver';
import type { Receiver } from './support/receiver';
import { makeStack } from './support/stack';
import type { TestStack } from './support/stack';
import { removeTemporaryFolders, temporaryFolder } from './support/temporary';
import { waitFor } from './support/wait';

let stack: TestStack;
let siem: Receiver;
let detector: Receiver;

beforeEach(async () => {
  stack = await makeStack(temporaryFolder());
  siem = await startReceiver();
  detector = await startReceiver(stack.ports.ingest);
});

afterEach(async () => {
  await stopFluentds();
  await Promise.all([siem.close(), detector.close()]);
});

afterAll(removeTemporaryFolders);

function startAggregator(buffer: OutputBuffer = {}): Promise<RunningFluentd> {
  return stack.startAggregator([outputOf(new HttpDestination({ endpoint: siem.url }), { buffer })]);
}

/** Appends audit events with these numbers as their ids. */
function appendEvents(from: number, to: number, name = 'audit.log'): void {
  const lines = Array.from({ length: to - from }, (_, index) => {
    const stageTimestamp = new Date(Date.UTC(2026, 2, 1) + index).toISOString();
    return `${JSON.stringify({ kind: 'Event', auditID: String(from + index), stageTimestamp, filler: 'x'.repeat(900) })}\n`;
  });
  fs.appendFileSync(path.join(stack.folder('audit'), name), lines.join(''));
}

const ids = (receiver: Receiver) => receiver.records().map(({ auditID }) => Number(auditID));
const sorted = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const distinct = (receiver: Receiver) => new Set(ids(receiver)).size;

test('killed at a bad moment, agent and aggregator lose nothing, rotation included', async () => {
  siem.answerWith(503);
  const aggregator = await startAggregator();
  const agent = await stack.startAuditAgent();
  appendEvents(0, 300);
  await waitFor('a refusal', () => siem.requests.length > 0);
  await Promise.all([aggregator.stop('SIGKILL'), agent.stop('SIGKILL')]);
  appendEvents(300, 400);
  const folder = stack.folder('audit');
  fs.renameSync(path.join(folder, 'audit.log'), path.join(folder, 'audit-2026-03-01T00-10-00.000.log'));
  appendEvents(400, 500);
  siem.answerWith(200);
  await startAggregator();
  await stack.startAuditAgent();
  await waitFor('all at the SIEM', () => distinct(siem) === 500);
  await waitFor('all at the detector', () => distinct(detector) === 500);
});

test('a full buffer of the SIEM holds the flow back instead of losing records', async () => {
  siem.answerWith(503);
  const aggregator = await startAggregator({ totalBytes: 200_000 });
  await stack.startAuditAgent();
  const isFull = () => aggregator.log().includes('failed to write data into buffer by buffer overflow');
  let count = 0;
  while (!isFull()) {
    appendEvents(count, count + 200);
    count += 200;
    await waitFor('these at the detector, or a refusal', () => isFull() || distinct(detector) === count);
  }
  expect(distinct(detector)).toBeLessThan(count);
  siem.answerWith(200);
  await waitFor('all at the SIEM', () => distinct(siem) === count);
  expect(sorted(ids(siem))).toEqual(upTo(count));
  await waitFor('all at the detector', () => distinct(detector) === count);
});

test('an aggregator whose SIEM refuses still ends when it is told to, and delivers after its start', async () => {
  siem.answerWith(503);
  const aggregator = await startAggregator();
  await stack.startAuditAgent();
  appendEvents(0, 100);
  await waitFor('a refusal', () => siem.requests.length > 0);
  expect(await aggregator.stop()).toBeLessThan(30_000);
  siem.answerWith(200);
  await startAggregator();
  await waitFor('all at the SIEM', () => distinct(siem) === 100);
});
