import * as fs from 'node:fs';
import * as path from 'node:path';
import * as fc from 'fast-check';
import type { Alert } from '../../../src/contract/alert';
import { type Commit, QUEUE_FILE, QueueFile, type QueueOptions } from '../../../src/detector/delivery/queue-file';
import { encodeRecord } from '../../../src/detector/delivery/queue-record';
import { alertOf } from '../support/alerts';
import { afterTest, scratch } from '../support/scratch';

interface Reports {
  readonly damaged: { reason: string; lines: number }[];
  readonly failures: string[];
}

async function open(directory: string, change: Partial<QueueOptions> = {}): Promise<QueueFile & { reports: Reports }> {
  const reports: Reports = { damaged: [], failures: [] };
  const queue = await QueueFile.open({
    directory,
    limitBytes: () => 1024 * 1024,
    chunkMemory: 100,
    reporter: {
      damaged: (reason, lines) => reports.damaged.push({ reason, lines }),
      writeFailed: (code) => reports.failures.push(code),
    },
    ...change,
  });
  afterTest(() => queue.close());
  return Object.assign(queue, { reports });
}

function commitOf(change: Partial<Commit>): Commit {
  return { opened: [], joined: [], resolved: [], ...change };
}

/** Everything that waits for a receiver, oldest first. */
async function drain(queue: QueueFile, receiver: string): Promise<string[]> {
  const keys: string[] = [];
  for (let next = queue.nextFor(receiver); next !== undefined; next = queue.nextFor(receiver)) {
    keys.push(next.key);
    await queue.settle(next.key, receiver);
  }
  return keys;
}

test('what was committed and not delivered is there again after the process was killed', async () => {
  const directory = scratch();
  const queue = await open(directory);
  const opened = [
    { alert: alertOf('a1'), receivers: ['log', 'siem'] },
    { alert: alertOf('a2'), receivers: ['siem'] },
  ];
  expect(await queue.commit(commitOf({ chunkId: 'chunk-1', opened }))).toBe(true);
  await queue.settle('a1:firing', 'siem');

  // Another process opens what this one has not closed.
  const next = await open(directory);
  expect(next.knowsChunk('chunk-1')).toBe(true);
  expect(next.knowsChunk('chunk-2')).toBe(false);
  expect(next.openAlerts().map(({ id }) => id)).toEqual(['a1', 'a2']);
  expect(await drain(next, 'siem')).toEqual(['a2:firing']);
  expect(await drain(next, 'log')).toEqual(['a1:firing']);
});

test('a repeated delivery carries the same alert, with the count that it has by then', async () => {
  const directory = scratch();
  const queue = await open(directory);
  const alert = alertOf('a1');
  await queue.commit(commitOf({ opened: [{ alert, receivers: ['siem'] }] }));
  await queue.commit(commitOf({ joined: [{ ...alert, count: 7, lastTime: '2026-01-15T10:04:00Z' }] }));
  const next = await open(directory);
  expect(next.nextFor('siem')).toEqual({
    key: 'a1:firing',
    alert: { ...alert, count: 7, lastTime: '2026-01-15T10:04:00Z' },
  });
});

test('a resolved alert is delivered after the firing one, and is not open any more', async () => {
  const directory = scratch();
  const queue = await open(directory);
  const alert = alertOf('a1');
  await queue.commit(commitOf({ opened: [{ alert, receivers: ['siem'] }] }));
  await queue.commit(commitOf({ resolved: [{ alert: { ...alert, status: 'resolved' }, receivers: ['siem'] }] }));
  const next = await open(directory);
  expect(next.openAlerts()).toEqual([]);
  expect(await drain(next, 'siem')).toEqual(['a1:firing', 'a1:resolved']);
});

/** Few bytes, so that a cut at each of them takes little time. */
function small(id: string): Alert {
  return { id, status: 'firing', count: 1, summary: 'näme \u{1F512}' } as Alert;
}

test('a file cut at any byte gives back every whole commit before the cut, and nothing else', async () => {
  const directory = scratch();
  const queue = await open(directory);
  const file = path.join(directory, QUEUE_FILE);
  // Length of the file after each commit, and what is known by then.
  const marks: { bytes: number; alerts: string[]; chunks: string[] }[] = [];
  const mark = (alerts: string[], chunks: string[]): void => {
    marks.push({ bytes: fs.statSync(file).size, alerts, chunks });
  };
  const empty = { opened: [], joined: [], resolved: [] };
  mark([], []);
  const [first, second] = [small('first'), small('second')];
  await queue.commit({ ...empty, chunkId: 'c1', opened: [{ alert: first, receivers: ['siem'] }] });
  mark(['first:firing'], ['c1']);
  await queue.commit({ ...empty, chunkId: 'c2', joined: [{ ...first, count: 2 }] });
  mark(['first:firing'], ['c1', 'c2']);
  await queue.commit({
    ...empty,
    chunkId: 'c3',
    opened: [{ alert: second, receivers: ['siem'] }],
    resolved: [{ alert: { ...first, status: 'resolved' }, receivers: ['siem'] }],
  });
  mark(['first:firing', 'second:firing', 'first:resolved'], ['c1', 'c2', 'c3']);

  const whole = fs.readFileSync(file);
  expect(marks.at(-1)!.bytes).toBe(whole.length);
  const cutAt = async (length: number): Promise<void> => {
    const cut = fs.mkdtempSync(path.join(directory, 'cut-'));
    fs.writeFileSync(path.join(cut, QUEUE_FILE), whole.subarray(0, length));
    const recovered = await open(cut);
    const { alerts, chunks } = marks.filter(({ bytes }) => bytes <= length).at(-1) ?? { alerts: [], chunks: [] };
    const found = {
      alerts: recovered.pendingKeys('siem'),
      chunks: ['c1', 'c2', 'c3'].filter((id) => recovered.knowsChunk(id)),
    };
    expect({ length, ...found }).toEqual({ length, alerts, chunks });
    await recovered.close();
  };
  const lengths = Array.from({ length: whole.length + 1 }, (_, length) => length);
  // Side by side, because each waits for the disk.
  for (let at = 0; at < lengths.length; at += 32) await Promise.all(lengths.slice(at, at + 32).map(cutAt));
}, 30_000);

test('damage anywhere never throws, and never invents an alert or a chunk', async () => {
  const directory = scratch();
  const queue = await open(directory);
  for (let n = 0; n < 5; n += 1) {
    const opened = [{ alert: alertOf(`a${n}`), receivers: ['siem'] }];
    await queue.commit(commitOf({ chunkId: `c${n}`, opened }));
  }
  const whole = fs.readFileSync(path.join(directory, QUEUE_FILE));
  const known = new Set(['a0', 'a1', 'a2', 'a3', 'a4']);
  const damage = fc.array(fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) }), {
    minLength: 1,
    maxLength: 8,
  });
  await fc.assert(
    fc.asyncProperty(damage, async (changes) => {
      const bytes = Buffer.from(whole);
      for (const { at, byte } of changes) bytes[at] = byte;
      const damaged = scratch();
      fs.writeFileSync(path.join(damaged, QUEUE_FILE), bytes);
      const recovered = await open(damaged);
      for (const alert of recovered.openAlerts()) {
        expect(known).toContain(alert.id);
        expect(alert).toEqual(alertOf(alert.id));
      }
    }),
    { seed: 3, numRuns: 60 },
  );
});

test('damaged lines are counted', async () => {
  const directory = scratch();
  const queue = await open(directory);
  await queue.commit(commitOf({ chunkId: 'c1' }));
  await queue.close();
  fs.appendFileSync(path.join(directory, QUEUE_FILE), 'garbage\n0123456789abcdef {"kind":"commit"}\ntorn');
  const next = await open(directory);
  expect(next.knowsChunk('c1')).toBe(true);
  expect(next.reports.damaged).toEqual([{ reason: 'no record of ours', lines: 3 }]);
});

test('a file of another format is set aside whole', async () => {
  const directory = scratch();
  const other = `${encodeRecord({ kind: 'header', format: 2 })}{"whatever": 1}\n`;
  fs.writeFileSync(path.join(directory, QUEUE_FILE), other);
  const queue = await open(directory);
  expect(queue.openAlerts()).toEqual([]);
  expect(fs.readFileSync(path.join(directory, `${QUEUE_FILE}.format-2`), 'utf8')).toBe(other);
  expect(queue.reports.damaged).toEqual([{ reason: 'format 2 is not 1', lines: 0 }]);
});

test('is full while more waits than the limit allows, and takes again once it is delivered', async () => {
  const queue = await open(scratch(), { limitBytes: () => 2_000 });
  for (let n = 0; !queue.isFull; n += 1) {
    await queue.commit(commitOf({ opened: [{ alert: alertOf(`a${n}`), receivers: ['siem'] }] }));
    await queue.commit(
      commitOf({ resolved: [{ alert: alertOf(`a${n}`, { status: 'resolved' }), receivers: ['siem'] }] }),
    );
    expect(n).toBeLessThan(10);
  }
  await drain(queue, 'siem');
  expect(queue.isFull).toBe(false);
});

test('the file stays small while alerts come and go', async () => {
  const directory = scratch();
  const queue = await open(directory);
  const summary = 'x'.repeat(20_000);
  let largest = 0;
  for (let n = 0; n < 200; n += 1) {
    const alert = alertOf(`a${n}`, { summary });
    await queue.commit(commitOf({ chunkId: `c${n}`, opened: [{ alert, receivers: ['siem'] }] }));
    await queue.commit(commitOf({ resolved: [{ alert: { ...alert, status: 'resolved' }, receivers: [] }] }));
    await drain(queue, 'siem');
    largest = Math.max(largest, fs.statSync(path.join(directory, QUEUE_FILE)).size);
  }
  expect(largest).toBeLessThan(1_500_000);
  const next = await open(directory);
  expect([next.openAlerts(), next.nextFor('siem'), next.knowsChunk('c199')]).toEqual([[], undefined, true]);
});

test('remembers a bounded number of chunks, and forgets the oldest first', async () => {
  const directory = scratch();
  const queue = await open(directory, { chunkMemory: 3 });
  for (const id of ['c1', 'c2', 'c3', 'c4']) await queue.commit(commitOf({ chunkId: id }));
  const next = await open(directory, { chunkMemory: 3 });
  expect(['c1', 'c2', 'c3', 'c4'].filter((id) => next.knowsChunk(id))).toEqual(['c2', 'c3', 'c4']);
});

/** Makes every rewrite of the file end with ENOSPC, as on a full volume; returns what makes room again. */
function fillVolume(directory: string): () => void {
  const file = path.join(directory, `${QUEUE_FILE}.new`);
  fs.symlinkSync('/dev/full', file);
  return () => {
    fs.unlinkSync(file);
  };
}

test('a failed write acknowledges nothing, and is made good once the volume takes writes again', async () => {
  const directory = scratch();
  const queue = await open(directory);
  const makeRoom = fillVolume(directory);
  // Large enough that the file wants to be rewritten.
  const alert = alertOf('a1', { summary: 'x'.repeat(3_000_000) });
  await queue.commit(commitOf({ opened: [{ alert, receivers: ['siem'] }] }));
  const resolved = [{ alert: alertOf('a1', { status: 'resolved' }), receivers: [] }];
  await queue.settle('a1:firing', 'siem');
  expect(await queue.commit(commitOf({ chunkId: 'c1', resolved }))).toBe(false);
  expect(await queue.commit(commitOf({ chunkId: 'c2' }))).toBe(false);
  expect(await queue.repair()).toBe(false);
  expect(new Set(queue.reports.failures)).toEqual(new Set(['ENOSPC']));
  makeRoom();
  expect(await queue.repair()).toBe(true);
  expect(await queue.commit(commitOf({ chunkId: 'c3' }))).toBe(true);
  const next = await open(directory);
  expect(['c1', 'c2', 'c3'].filter((id) => next.knowsChunk(id))).toEqual(['c1', 'c2', 'c3']);
});

test('opens on a full volume, keeps what was there, and acknowledges nothing until there is room', async () => {
  const directory = scratch();
  const first = await open(directory);
  await first.commit(commitOf({ chunkId: 'c1', opened: [{ alert: alertOf('a1'), receivers: ['siem'] }] }));
  await first.close();
  const makeRoom = fillVolume(directory);
  const queue = await open(directory);
  expect(queue.nextFor('siem')?.key).toBe('a1:firing');
  expect(await queue.commit(commitOf({ chunkId: 'c2' }))).toBe(false);
  makeRoom();
  expect(await queue.repair()).toBe(true);
  expect((await open(directory)).knowsChunk('c2')).toBe(true);
});

test('forgets what waits for a receiver that is gone', async () => {
  const directory = scratch();
  const queue = await open(directory);
  const opened = [
    { alert: alertOf('a1'), receivers: ['webhook/old', 'siem'] },
    { alert: alertOf('a2'), receivers: ['webhook/old'] },
  ];
  await queue.commit(commitOf({ opened }));
  expect(await queue.forget('webhook/old')).toBe(2);
  const next = await open(directory);
  expect(next.receivers()).toEqual(['siem']);
});
