import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Alert } from '../../src/contract/alert';
import { DEFAULT_SETTINGS } from '../../src/contract/detector-config';
import { QUEUE_FILE, QueueFile } from '../../src/detector/delivery/queue-file';
import { Intake } from '../../src/detector/intake';
import { Pipeline } from '../../src/detector/pipeline';
import { Telemetry } from '../../src/detector/telemetry';
import type { SplitLine } from '../../src/event/line-splitter';
import { loadRules } from '../../src/rule';
import { alertOf } from './support/alerts';
import { ShiftedClock } from './support/clocks';
import { escalation, failedLogins } from './support/records';
import { RULES } from './support/running';
import { afterTest, scratch } from './support/scratch';

interface Parts {
  readonly intake: Intake;
  readonly queue: QueueFile;
  readonly pipeline: Pipeline;
  readonly directory: string;
}

/** An intake with room for one open alert; alerts go to 'siem'. */
async function intakeOf(open: readonly Alert[] = []): Promise<Parts> {
  const directory = scratch();
  const telemetry = new Telemetry({ write: () => undefined });
  const queue = await QueueFile.open({ directory, limitBytes: () => 1e9, chunkMemory: 10, reporter: telemetry });
  afterTest(() => queue.close());
  await queue.commit({ opened: open.map((alert) => ({ alert, receivers: [] })), joined: [], resolved: [] });
  const settings = { ...DEFAULT_SETTINGS, limits: { ...DEFAULT_SETTINGS.limits, stateKeys: 1 } };
  const { ruleSet } = loadRules([{ path: 'rules.yaml', text: RULES }]);
  const pipeline = new Pipeline(ruleSet, settings, telemetry);
  const intake = new Intake({
    pipeline,
    queue,
    clock: new ShiftedClock(),
    telemetry,
    receiversOf: ({ status }) => (status === 'firing' ? ['siem'] : []),
    onQueued: () => undefined,
  });
  await intake.restore();
  return { intake, queue, pipeline, directory };
}

async function* lines(...texts: readonly string[]): AsyncGenerator<readonly SplitLine[]> {
  for (const [index, text] of texts.entries()) yield [{ kind: 'line', text, number: index + 1 }];
  await Promise.resolve();
}

async function* failing(text: string): AsyncGenerator<readonly SplitLine[]> {
  yield* lines(text);
  throw new Error('the body could not be unpacked');
}

test('a chunk whose write fails is not acknowledged; its repetition is, and its alert stands in the queue once', async () => {
  // The chunk's alert ends this one, for which there is no room beside it; so the file wants to be rewritten.
  const large = alertOf('large', { summary: 'x'.repeat(3_000_000) });
  const { intake, queue, pipeline, directory } = await intakeOf([large]);
  const blocker = path.join(directory, `${QUEUE_FILE}.new`);
  fs.symlinkSync('/dev/full', blocker);
  const refused = { kind: 'unavailable', reason: 'queue-write-failed' };
  expect(await intake.takeChunk('c1', lines(escalation()))).toEqual(refused);
  expect(pipeline.counters().events).toBe(1);
  // While nothing can be written, the engine sees nothing.
  expect(await intake.takeChunk('c2', lines(escalation('other')))).toEqual(refused);
  expect(pipeline.counters().events).toBe(1);
  fs.unlinkSync(blocker);
  expect(await intake.takeChunk('c1', lines(escalation()))).toEqual({ kind: 'repeated' });
  expect(queue.pendingKeys('siem')).toHaveLength(1);
  expect(await intake.takeChunk('c2', lines(escalation('other')))).toEqual({ kind: 'stored', records: 1 });
  expect(pipeline.counters().events).toBe(2);
});

test('what a chunk that breaks off had found is kept, and the chunk is not known', async () => {
  const { intake, queue } = await intakeOf();
  await expect(intake.takeChunk('c1', failing(escalation()))).rejects.toThrow('unpacked');
  expect(queue.pendingKeys('siem')).toHaveLength(1);
  expect(queue.knowsChunk('c1')).toBe(false);
  expect(await intake.takeChunk('c1', lines(escalation()))).toEqual({ kind: 'stored', records: 1 });
  expect(queue.pendingKeys('siem')).toHaveLength(1);
});

test('chunks pass one after the other, so that two cannot mix in the windows', async () => {
  const { intake, queue } = await intakeOf();
  const logins = failedLogins(6);
  const results = await Promise.all([
    intake.takeChunk('c1', lines(...logins)),
    intake.takeChunk('c1', lines(...logins)),
    intake.takeChunk('c2', lines(escalation())),
  ]);
  expect(results.map(({ kind }) => kind)).toEqual(['stored', 'repeated', 'stored']);
  expect(queue.pendingKeys('siem')).toHaveLength(2);
});

test('after the stop everything is refused, and what was let in before is durable', async () => {
  const { intake, queue } = await intakeOf();
  const before = intake.takeChunk('c1', lines(escalation()));
  await new Promise((resolve) => setImmediate(resolve));
  await intake.stop();
  expect(queue.knowsChunk('c1')).toBe((await before).kind === 'stored');
  expect(await intake.takeChunk('c2', lines(escalation()))).toEqual({ kind: 'unavailable', reason: 'stopping' });
});
