import { watchFingerprint, type WatchFinding } from '../../../src/alert/watch-finding';
import { DEFAULT_SETTINGS, DEFAULT_WATCH } from '../../../src/contract/detector-config';
import type { EventSource } from '../../../src/contract/event';
import type { OutputState } from '../../../src/detector/watch/output-state';
import { SelfWatch } from '../../../src/detector/watch/self-watch';
import { loadRules } from '../../../src/rule';
import { RULES } from '../support/running';

const START_US = Date.UTC(2026, 0, 15, 10) * 1000;
const TICK_SECONDS = 5;
const { ruleSet } = loadRules([{ path: 'rules.yaml', text: RULES }]);

type Senders = readonly (readonly [node: string, ...sources: EventSource[]])[];

/** Seconds pass one tick after the other; every 30 s, those who send do. */
class Cluster {
  public readonly watch: SelfWatch;
  /** Open alerts by fingerprint, as the book would have them. */
  public readonly open = new Map<string, WatchFinding>();
  public readonly givenUp: string[] = [];
  public second = 0;
  public outputs: readonly OutputState[] | undefined;
  public isMonitored = false;
  /** Seconds between two audit events; 0: there are none. */
  public auditEvery = 10;

  public constructor() {
    this.watch = new SelfWatch(
      () => ({ ...DEFAULT_SETTINGS, cluster: 'prod-eu', watch: DEFAULT_WATCH }),
      () => ruleSet.rules,
    );
  }

  public get nowUs(): number {
    return START_US + this.second * 1e6;
  }

  public pass(seconds: number, senders: Senders): void {
    for (const end = this.second + seconds; this.second < end;) {
      this.second += TICK_SECONDS;
      if (this.second % 30 === 0) this.send(senders);
      if (this.auditEvery > 0 && this.second % this.auditEvery === 0) this.watch.seeAuditEvent(this.nowUs);
      if (this.isMonitored && this.second % 15 === 0) this.watch.seeOutputs(this.outputs, this.nowUs);
      this.judge();
    }
  }

  public get summaries(): string[] {
    return [...this.open.values()].map(({ summary }) => summary).sort();
  }

  private send(senders: Senders): void {
    for (const [node, ...sources] of senders) {
      for (const source of sources) this.watch.hearCanary({ source, node, sentUs: this.nowUs - 2e6 }, this.nowUs);
    }
  }

  private judge(): void {
    const verdict = this.watch.judge(this.nowUs, (fingerprint) => this.open.has(fingerprint));
    const wrong = new Map(verdict.wrong.map((finding) => [watchFingerprint(finding), finding]));
    for (const [fingerprint, { rule }] of this.open) {
      if (wrong.has(fingerprint) || verdict.isUndecided(rule, fingerprint)) continue;
      this.open.delete(fingerprint);
      const why = verdict.givenUp.get(fingerprint);
      if (why !== undefined) this.givenUp.push(why);
    }
    for (const [fingerprint, finding] of wrong) if (!this.open.has(fingerprint)) this.open.set(fingerprint, finding);
  }
}

const NODES: Senders = [
  ['node-1', 'container', 'journal'],
  ['node-2', 'container', 'journal'],
  ['cp-1', 'container', 'journal', 'kubernetes-audit'],
];

function without(node: string): Senders {
  return NODES.filter(([name]) => name !== node);
}

function nodes(count: number): Senders {
  return Array.from({ length: count }, (_, n) => [`node-${String(n).padStart(3, '0')}`, 'container']);
}

const IDLE = {
  bufferedBytes: 0,
  queuedBytes: 0,
  queuedChunks: 0,
  isRetrying: false,
  retries: 0,
  deliveryMs: 5,
  records: 1,
  droppedChunks: 0,
};

test('while every canary comes there is no alert, and none at the start', () => {
  const cluster = new Cluster();
  cluster.pass(600, NODES);
  expect(cluster.open.size).toBe(0);
});

test('a node that falls silent is one alert, which names hop, sources and blind rules, and ends when it is back', () => {
  const cluster = new Cluster();
  cluster.pass(120, NODES);
  cluster.pass(115, without('node-2'));
  expect(cluster.summaries).toEqual([]);
  cluster.pass(30, without('node-2'));
  expect(cluster.summaries).toEqual([
    'no canary of container, journal from node node-2 for 2 minutes, hop agent → aggregator; ' +
      'blind meanwhile: privilege-escalation, unauthorized-access',
  ]);
  const [alert] = cluster.open.values();
  expect(alert?.details).toMatchObject({
    hop: 'agent → aggregator',
    node: 'node-2',
    sources: ['container', 'journal'],
    blindRuleCount: 2,
  });
  cluster.pass(30, NODES);
  expect(cluster.open.size).toBe(0);
});

test('one silent source of a node that is well is told by itself', () => {
  const cluster = new Cluster();
  cluster.pass(120, NODES);
  cluster.pass(180, [...without('cp-1'), ['cp-1', 'container', 'journal']]);
  expect(cluster.summaries).toEqual([
    'no canary of kubernetes-audit from node cp-1 for 2 minutes, hop agent → aggregator; ' +
      'blind meanwhile: privilege-escalation, unauthorized-access',
  ]);
});

test('sources of a node that fall silent one after the other within a minute are one alert', () => {
  const cluster = new Cluster();
  cluster.pass(120, NODES);
  cluster.pass(30, [...without('node-1'), ['node-1', 'container']]);
  let most = 0;
  for (let n = 0; n < 40; n += 1) {
    cluster.pass(5, without('node-1'));
    most = Math.max(most, cluster.open.size);
  }
  expect(most).toBe(1);
  expect(cluster.summaries[0]).toContain('no canary of container, journal from node node-1');
});

test('hundreds of nodes that fall silent at once are one alert, of the hop into the aggregator', () => {
  const cluster = new Cluster();
  cluster.pass(120, nodes(300));
  let most = 0;
  for (let n = 0; n < 60; n += 1) {
    cluster.pass(5, []);
    most = Math.max(most, cluster.open.size);
  }
  expect(most).toBe(1);
  expect(cluster.summaries).toEqual([
    'nothing arrives from 300 nodes for 2 minutes, hop agents → aggregator; no rule reads them',
  ]);
  cluster.pass(30, nodes(300));
  expect(cluster.open.size).toBe(0);
});

test('of many silent nodes ten have an alert of their own, and all others one', () => {
  const cluster = new Cluster();
  cluster.pass(120, nodes(100));
  cluster.pass(180, nodes(50));
  expect(cluster.open.size).toBe(11);
  expect(cluster.summaries[0]).toContain('canaries of 40 further nodes are missing');
});

test('a node that does not come back is given up after an hour, and said so', () => {
  const cluster = new Cluster();
  cluster.pass(120, NODES);
  cluster.pass(3_500, without('node-2'));
  expect(cluster.open.size).toBe(1);
  cluster.pass(200, without('node-2'));
  expect(cluster.open.size).toBe(0);
  expect(cluster.givenUp).toEqual(['given up, not mended: no canary for 1 hour, so it is taken to be gone']);
  expect(cluster.watch.knowledge.sources).not.toContainEqual(['container', 'node-2']);
});

test('while nothing arrives at all, nobody is given up', () => {
  const cluster = new Cluster();
  cluster.pass(120, NODES);
  cluster.pass(3 * 3_600, []);
  expect(cluster.summaries).toHaveLength(1);
  expect(cluster.watch.knowledge.sources).toHaveLength(7);
});

test('where records wait for the detector, the hop into the detector is named', () => {
  const cluster = new Cluster();
  cluster.isMonitored = true;
  cluster.outputs = [{ ...IDLE, id: 'out_detector' }];
  cluster.pass(120, NODES);
  cluster.outputs = [{ ...IDLE, id: 'out_detector', queuedBytes: 900, isRetrying: true }];
  cluster.pass(200, []);
  expect(cluster.summaries).toEqual([expect.stringContaining('hop aggregator → detector')]);
});

test('an aggregator that does not answer any more is named, also where no agent sends canaries', () => {
  const cluster = new Cluster();
  cluster.isMonitored = true;
  cluster.outputs = [{ ...IDLE, id: 'out_detector' }];
  cluster.pass(60, []);
  cluster.outputs = undefined;
  cluster.pass(200, []);
  expect(cluster.summaries).toEqual([expect.stringContaining('nothing arrives for 2 minutes, hop aggregator;')]);
});

test('an alert of a destination stays as it is while Fluentd does not answer, and ends when it delivers', () => {
  const cluster = new Cluster();
  const stuck = { ...IDLE, id: 'out_http', queuedBytes: 900, bufferedBytes: 900, isRetrying: true };
  cluster.isMonitored = true;
  cluster.outputs = [stuck];
  cluster.pass(180, NODES);
  expect(cluster.summaries).toEqual([expect.stringContaining('the destination http has taken nothing')]);
  cluster.outputs = undefined;
  cluster.pass(60, NODES);
  expect(cluster.open.size).toBe(1);
  cluster.outputs = [{ ...stuck, deliveryMs: 90 }];
  cluster.pass(30, NODES);
  expect(cluster.open.size).toBe(0);
});

test('an audit log that falls silent while its canary comes is an alert of its own', () => {
  const cluster = new Cluster();
  cluster.pass(300, NODES);
  cluster.auditEvery = 0;
  cluster.pass(295, NODES);
  expect(cluster.summaries).toEqual([]);
  cluster.pass(10, NODES);
  expect(cluster.summaries).toEqual([expect.stringContaining('no audit event came for 5 minutes')]);
  cluster.auditEvery = 10;
  cluster.pass(15, NODES);
  expect(cluster.open.size).toBe(0);
});

test('an audit agent that finds nothing to read is told, when its canary comes and no event ever does', () => {
  const cluster = new Cluster();
  cluster.auditEvery = 0;
  cluster.pass(400, NODES);
  expect(cluster.summaries).toEqual([expect.stringContaining('no audit event came for 5 minutes')]);
});

test('a cluster without an audit log is not told that it is silent', () => {
  const cluster = new Cluster();
  cluster.auditEvery = 0;
  cluster.pass(1_200, nodes(2));
  expect(cluster.open.size).toBe(0);
});

test('where the canary of the audit log is missing, its alert says why no audit event comes', () => {
  const cluster = new Cluster();
  cluster.pass(300, NODES);
  cluster.auditEvery = 0;
  cluster.pass(900, without('cp-1'));
  expect(cluster.summaries).toEqual([expect.stringContaining('from node cp-1')]);
});

test('what an earlier process knew is missed after a restart, but not before its time', () => {
  const cluster = new Cluster();
  cluster.pass(120, NODES);
  const restarted = new Cluster();
  restarted.watch.restore(cluster.watch.knowledge, restarted.nowUs);
  restarted.pass(120, without('node-2'));
  expect(restarted.summaries).toEqual([]);
  restarted.pass(30, without('node-2'));
  expect(restarted.summaries).toEqual([expect.stringContaining('from node node-2')]);
});

test('an alert that was open before a restart stays until it can be judged', () => {
  const cluster = new Cluster();
  cluster.pass(120, NODES);
  cluster.pass(180, without('node-2'));
  const restarted = new Cluster();
  for (const [fingerprint, finding] of cluster.open) restarted.open.set(fingerprint, finding);
  restarted.watch.restore(cluster.watch.knowledge, restarted.nowUs);
  for (let n = 0; n < 60; n += 1) {
    restarted.pass(5, without('node-2'));
    expect(restarted.open.size).toBe(1);
  }
});

test.each([
  { title: 'asleep for an hour', jump: 3_600 },
  { title: 'put back by an hour', jump: -3_600 },
])('a detector whose clock was $title raises no alert for that', ({ jump }) => {
  const cluster = new Cluster();
  cluster.pass(300, NODES);
  cluster.second += jump;
  cluster.pass(300, NODES);
  expect(cluster.open.size).toBe(0);
});

test('without the setting nothing is wrong, and what was open ends', () => {
  const cluster = new Cluster();
  cluster.pass(120, NODES);
  cluster.pass(180, without('node-2'));
  const off = new SelfWatch(
    () => DEFAULT_SETTINGS,
    () => [],
  );
  const verdict = off.judge(cluster.nowUs, () => true);
  expect(verdict).toMatchObject({ wrong: [], happened: [] });
  for (const [fingerprint, { rule }] of cluster.open) expect(verdict.isUndecided(rule, fingerprint)).toBe(false);
});

test('figures are by source, and say which hop is up', () => {
  const cluster = new Cluster();
  cluster.isMonitored = true;
  cluster.outputs = [{ ...IDLE, id: 'out_http', droppedChunks: 2 }];
  cluster.pass(120, NODES);
  cluster.pass(150, without('node-2'));
  const { canaries, hops, outputs } = cluster.watch.figures(cluster.nowUs);
  expect(canaries).toEqual([
    { source: 'kubernetes-audit', heard: 1, missing: 0, ageSeconds: 0, delaySeconds: 2 },
    { source: 'container', heard: 2, missing: 1, ageSeconds: 150, delaySeconds: 2 },
    { source: 'journal', heard: 2, missing: 1, ageSeconds: 150, delaySeconds: 2 },
  ]);
  expect(hops).toEqual([
    { hop: 'agents-aggregator', to: 'aggregator', isUp: true },
    { hop: 'aggregator-detector', to: 'detector', isUp: true },
    { hop: 'aggregator-destination', to: 'http', isUp: true },
  ]);
  expect(outputs).toMatchObject([{ state: { droppedChunks: 2 }, waitingSeconds: 0 }]);
});
