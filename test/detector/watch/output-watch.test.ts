import type { OutputState } from '../../../src/detector/watch/output-state';
import { OutputWatch } from '../../../src/detector/watch/output-watch';

const START_US = Date.UTC(2026, 0, 15, 10) * 1000;

function output(change: Partial<OutputState> = {}): OutputState {
  return {
    id: 'out_http',
    bufferedBytes: 0,
    queuedBytes: 0,
    queuedChunks: 0,
    isRetrying: false,
    retries: 0,
    deliveryMs: 50,
    records: 0,
    droppedChunks: 0,
    ...change,
  };
}

const WAITING = output({ bufferedBytes: 900, queuedBytes: 800, queuedChunks: 3, isRetrying: true, retries: 4 });

function questionAt(seconds: number) {
  return { nowUs: START_US + seconds * 1e6, cluster: 'prod-eu', missingAfterSeconds: 120 };
}

/** Looks every 15 s, from `from` on, `looks` times. */
function look(
  watch: OutputWatch,
  from: number,
  looks: number,
  state: (second: number) => OutputState | undefined,
): void {
  for (let n = 0; n < looks; n += 1) {
    const second = from + n * 15;
    const seen = state(second);
    watch.observe(seen === undefined ? undefined : [seen], START_US + second * 1e6);
  }
}

test('a destination that takes nothing for two minutes while records wait has stalled', () => {
  const watch = new OutputWatch();
  look(watch, 0, 9, () => WAITING);
  expect(watch.stalled(questionAt(120))).toEqual([]);
  expect(watch.stalled(questionAt(121))).toMatchObject([
    {
      rule: 'siem-destination-stalled',
      key: ['out_http'],
      summary: 'the destination http has taken nothing for 2 minutes while 900 bytes wait, hop aggregator → http',
      details: { destination: 'http', bufferedBytes: 900, queuedChunks: 3, retries: 4 },
    },
  ]);
});

test('attempts that fail are no deliveries, one that succeeds is', () => {
  const watch = new OutputWatch();
  look(watch, 0, 20, (second) => ({ ...WAITING, retries: second }));
  expect(watch.stalled(questionAt(300))).toHaveLength(1);
  look(watch, 300, 1, () => ({ ...WAITING, deliveryMs: 61 }));
  expect(watch.stalled(questionAt(300))).toEqual([]);
});

test('a slow destination that delivers now and then has not stalled', () => {
  const watch = new OutputWatch();
  look(watch, 0, 100, (second) => ({ ...WAITING, deliveryMs: Math.floor(second / 90) }));
  expect(watch.stalled(questionAt(1_485))).toEqual([]);
});

test('what is only being collected does not wait for the destination', () => {
  const watch = new OutputWatch();
  look(watch, 0, 40, () => output({ bufferedBytes: 10_000 }));
  expect(watch.stalled(questionAt(600))).toEqual([]);
});

test('a Fluentd that starts anew is given its time', () => {
  const watch = new OutputWatch();
  look(watch, 0, 10, () => WAITING);
  look(watch, 150, 1, () => ({ ...WAITING, deliveryMs: 0 }));
  expect(watch.stalled(questionAt(200))).toEqual([]);
});

test('what waits for the detector is no stalled destination', () => {
  const watch = new OutputWatch();
  look(watch, 0, 20, () => ({ ...WAITING, id: 'out_detector' }));
  expect(watch.stalled(questionAt(285))).toEqual([]);
  expect(watch.detectorBacklog(questionAt(285))).toEqual({ waits: true, hasLasted: true });
});

test('dropped chunks are told once, also those that a detector finds at its start', () => {
  const watch = new OutputWatch();
  look(watch, 0, 1, () => output({ droppedChunks: 3 }));
  expect(watch.takeDrops(questionAt(0))).toMatchObject([{ count: 3, finding: { rule: 'siem-records-dropped' } }]);
  look(watch, 15, 2, () => output({ droppedChunks: 5 }));
  expect(watch.takeDrops(questionAt(30))).toMatchObject([{ count: 2 }]);
  expect(watch.takeDrops(questionAt(31))).toEqual([]);
  const restarted = new OutputWatch();
  restarted.restore(watch.knownDrops);
  look(restarted, 45, 1, () => output({ droppedChunks: 5 }));
  expect(restarted.takeDrops(questionAt(45))).toEqual([]);
  look(restarted, 60, 1, () => output({ droppedChunks: 1 }));
  expect(restarted.takeDrops(questionAt(60))).toMatchObject([{ count: 1 }]);
});

test('a Fluentd that never answered is not missed; one that answered is', () => {
  const watch = new OutputWatch();
  look(watch, 0, 20, () => undefined);
  expect(watch.isSilent(questionAt(600))).toBe(false);
  look(watch, 300, 1, () => output());
  look(watch, 315, 1, () => undefined);
  expect(watch.isSilent(questionAt(435))).toBe(false);
  expect(watch.isSilent(questionAt(436))).toBe(true);
});
