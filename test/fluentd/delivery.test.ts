/**
 * The promise of delivery, kept by real processes under load: what was written, what arrived, what arrived twice, what is
 * missing. Each scenario prints its account; docs/benchmarks.md has those of one run.
 */
import { HttpDestination } from '../../src/constructs/destinations/http';
import { outputOf } from '../support/outputs';
import { AuditLoad } from './support/audit-load';
import { stopFluentds } from './support/fluentd';
import type { RunningFluentd } from './support/fluentd';
import { hasNumber, ledgerOf, report } from './support/ledger';
import type { Ledger } from './support/ledger';
import { startReceiver } from './support/receiver';
import type { Receiver } from './support/receiver';
import { makeStack } from './support/stack';
import type { TestStack } from './support/stack';
import { removeTemporaryFolders, temporaryFolder } from './support/temporary';
import { waitFor } from './support/wait';

const PER_SECOND = 400;

let stack: TestStack;
let siem: Receiver;
let detector: Receiver;
let load: AuditLoad;

beforeEach(async () => {
  stack = await makeStack(temporaryFolder());
  siem = await startReceiver();
  detector = await startReceiver(stack.ports.ingest);
  load = new AuditLoad(stack.folder('audit'));
});

afterEach(async () => {
  load.stop();
  await stopFluentds();
  await Promise.all([siem.close(), detector.close()]);
});

afterAll(removeTemporaryFolders);

function startAggregator(options: { readonly detectorBufferBytes?: number } = {}): Promise<RunningFluentd> {
  return stack.startAggregator([outputOf(new HttpDestination({ endpoint: siem.url }))], options);
}

const seconds = (count: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, count * 1000));

const hasAll = (...receivers: Receiver[]): boolean => ledgerOf(receivers, load.sent).lost === 0;

/** Ends the load and waits until nothing is missing at either end. */
async function settled(scenario: string): Promise<Record<'siem' | 'detector', Ledger>> {
  load.stop();
  await waitFor('all at the SIEM', () => hasAll(siem), 90);
  await waitFor('all at the detector', () => hasAll(detector), 90);
  const accounts = { siem: ledgerOf([siem], load.sent), detector: ledgerOf([detector], load.sent) };
  report(scenario, accounts);
  return accounts;
}

test.each([
  { title: 'the agent is killed', agent: true, aggregator: false },
  { title: 'the aggregator is killed', agent: false, aggregator: true },
  { title: 'both are killed', agent: true, aggregator: true },
])('$title three times under load: nothing is lost', async ({ title, agent, aggregator }) => {
  let running = { aggregator: await startAggregator(), agent: await stack.startAuditAgent() };
  load.start(PER_SECOND);
  for (let round = 0; round < 3; round += 1) {
    await seconds(2);
    if (agent) await running.agent.stop('SIGKILL');
    if (aggregator) await running.aggregator.stop('SIGKILL');
    await seconds(1);
    running = {
      aggregator: aggregator ? await startAggregator() : running.aggregator,
      agent: agent ? await stack.startAuditAgent() : running.agent,
    };
  }
  const accounts = await settled(title);
  expect([accounts.siem.lost, accounts.detector.lost]).toEqual([0, 0]);
});

test('a destination that is away for a minute gets everything once, and the detector does not notice', async () => {
  await startAggregator();
  await stack.startAuditAgent();
  load.start(PER_SECOND);
  await seconds(2);
  const { port } = siem;
  const before = siem;
  await siem.close();
  await seconds(60);
  load.stop();
  await waitFor('all at the detector', () => hasAll(detector), 30);
  siem = await startReceiver(port);
  await waitFor('all at the SIEM', () => hasAll(before, siem), 90);
  const accounts = { siem: ledgerOf([before, siem], load.sent), detector: ledgerOf([detector], load.sent) };
  report('the destination is away for 60 s', accounts);
  expect(accounts.siem.lost).toBe(0);
  expect(accounts.detector).toMatchObject({ lost: 0, duplicated: 0 });
});

test('a destination that answers 429, 503 and nonsense by turns gets everything', async () => {
  const answers = [429, 503, 200, 500];
  let asked = 0;
  siem.answerWith(() => {
    asked += 1;
    const status = answers[asked % answers.length] ?? 200;
    return { status, headers: { 'retry-after': 'soon' }, body: '\u0000<html>{"errors":' };
  });
  await startAggregator();
  await stack.startAuditAgent();
  load.start(PER_SECOND);
  await seconds(12);
  siem.answerWith(200);
  const accounts = await settled('the destination answers 429, 503, 500 and nonsense');
  expect(asked).toBeGreaterThan(3);
  expect(accounts).toMatchObject({ siem: { lost: 0, duplicated: 0 }, detector: { lost: 0, duplicated: 0 } });
});

test('a destination that takes two seconds for every delivery gets everything, and holds up nobody', async () => {
  siem.delayBy(2000);
  await startAggregator();
  await stack.startAuditAgent();
  load.start(PER_SECOND);
  await seconds(10);
  const behind = ledgerOf([siem], load.sent).lost;
  expect(ledgerOf([detector], load.sent).lost).toBeLessThan(Math.max(behind, 4 * PER_SECOND));
  siem.delayBy(0);
  const accounts = await settled('the destination takes 2 s for a delivery');
  expect([accounts.siem.lost, accounts.detector.lost]).toEqual([0, 0]);
});

test.each([
  {
    title: 'rotation by renaming',
    rotate: () => {
      load.rotate();
    },
  },
  {
    title: 'rotation by copying and truncating',
    rotate: () => {
      load.copyAndTruncate();
    },
  },
])('$title under load, also while the agent is away: nothing is lost', async ({ title, rotate }) => {
  await startAggregator();
  let agent = await stack.startAuditAgent();
  load.start(PER_SECOND);
  for (let round = 0; round < 4; round += 1) {
    await seconds(2);
    const isAway = round === 2;
    if (isAway) await agent.stop('SIGKILL');
    rotate();
    if (isAway) agent = await stack.startAuditAgent();
  }
  const accounts = await settled(title);
  expect([accounts.siem.lost, accounts.detector.lost]).toEqual([0, 0]);
});

test('an agent whose buffer is full stops reading and goes on where it stopped', async () => {
  const agent = await stack.startAuditAgent({ bufferBytes: 200_000 });
  load.start(PER_SECOND);
  await waitFor('a full buffer', () => /buffer by buffer overflow|BufferOverflowError/.test(agent.log()), 60);
  await startAggregator();
  const accounts = await settled("the agent's buffer is full");
  expect([accounts.siem.lost, accounts.detector.lost]).toEqual([0, 0]);
});

test('a detector that is away costs the SIEM nothing; what its buffer could not hold is counted', async () => {
  detector.answerWith(503);
  await startAggregator({ detectorBufferBytes: 1_500_000 });
  await stack.startAuditAgent();
  load.start(PER_SECOND);
  await seconds(10);
  load.stop();
  await waitFor('all at the SIEM', () => hasAll(siem), 60);
  detector.answerWith(200);
  await waitFor('the last one at the detector', () => hasNumber(detector, load.sent - 1));
  const accounts = { siem: ledgerOf([siem], load.sent), detector: ledgerOf([detector], load.sent) };
  const droppedChunks = await droppedBy('out_detector');
  report('the detector is away and its buffer is full', { ...accounts, droppedChunks });
  expect(accounts.siem).toMatchObject({ lost: 0, duplicated: 0 });
  expect(accounts.detector.lost).toBeGreaterThan(0);
  expect(droppedChunks).toBeGreaterThan(0);
});

async function droppedBy(id: string): Promise<number> {
  const state = await fetch(`http://127.0.0.1:${stack.ports.monitor}/api/plugins.json`);
  const { plugins } = (await state.json()) as { plugins: { plugin_id: string; drop_oldest_chunk_count?: number }[] };
  return plugins.find((plugin) => plugin.plugin_id === id)?.drop_oldest_chunk_count ?? 0;
}
