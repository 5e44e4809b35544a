/** `siem doctor` and the detector's watch on a whole synthesized stack that runs. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Alert } from '../../src/contract/alert';
import { SiemCommand } from '../support/siem-command';
import { type Receiver, startReceiver } from './support/receiver';
import { SynthesizedStack } from './support/synthesized-stack';
import { removeTemporaryFolders, temporaryFolder } from './support/temporary';
import { waitFor } from './support/wait';

const AUDIT_LOG = fs.readFileSync(path.join(__dirname, '..', '..', 'examples', 'logs', 'audit-sample.jsonl'), 'utf8');
/** Where the metrics of this run are kept, for the unit tests of the doctor: `test/fixtures/metrics`. */
const KEEP = process.env['SIEM_KEEP_METRICS'];

const siem = new SiemCommand();
let destination: Receiver;
let hook: Receiver;
let stack: SynthesizedStack;

interface Report {
  readonly healthy: boolean;
  readonly hops: readonly {
    readonly hop: string;
    readonly verdict: string;
    readonly seen: string;
    readonly lost: string;
  }[];
}

beforeAll(async () => {
  destination = await startReceiver();
  hook = await startReceiver();
  // Canaries come every 30 s.
  const outside = { siemUrl: destination.url, hookUrl: hook.url, missingAfterSeconds: 40 };
  stack = await SynthesizedStack.create(temporaryFolder(), outside);
  await stack.start();
}, 120_000);

afterAll(async () => {
  await stack.stop();
  await Promise.all([destination.close(), hook.close()]);
  siem.remove();
  removeTemporaryFolders();
});

function addresses(): string[] {
  const { aggregator, detector, agents } = stack.metricsUrls;
  return ['--aggregator', aggregator, '--detector', detector, ...agents.flatMap((agent) => ['--agent', agent])];
}

async function report(): Promise<{ code: number | null; report: Report }> {
  const { code, stdout, stderr } = await siem.runBeside(['doctor', '--json', ...addresses()]);
  if (stdout === '') throw new Error(stderr);
  return { code, report: JSON.parse(stdout) as Report };
}

async function keep(name: string): Promise<void> {
  if (KEEP === undefined) return;
  const { aggregator, detector, agents } = stack.metricsUrls;
  const tiers = { aggregator, detector, agent: agents[0] ?? '' };
  for (const [tier, url] of Object.entries(tiers)) {
    fs.writeFileSync(path.join(KEEP, `${tier}-${name}.txt`), await (await fetch(`${url}/metrics`)).text());
  }
}

test('a stack that works is healthy, and the canaries of every source have passed every hop', async () => {
  stack.append('audit/audit.log', AUDIT_LOG);
  const sources = ['kubernetes-audit → detector', 'container → detector', 'host-auth → detector'];
  let last: Report | undefined;
  await waitFor('the canaries', async () => {
    last = (await report()).report;
    return sources.every((source) => last?.hops.some(({ hop }) => hop === source));
  });
  await waitFor('canaries at the destination', () => destination.canaries().length > 0);
  await keep('healthy');
  const { code, report: healthy } = await report();
  expect(healthy.hops.filter(({ verdict }) => verdict === 'problem')).toEqual([]);
  expect({ code, healthy: healthy.healthy }).toEqual({ code: 0, healthy: true });
  expect(healthy.hops.map(({ hop }) => hop)).toEqual(
    expect.arrayContaining([...sources, 'aggregator → http', 'aggregator → detector', 'detector → siem']),
  );
}, 120_000);

test('a destination that refuses is named, with what waits for it', async () => {
  destination.answerWith(503);
  stack.append('audit/audit.log', AUDIT_LOG);
  await waitFor('the doctor to see it', async () => {
    const { hops } = (await report()).report;
    return hops.some(({ hop, verdict }) => hop === 'aggregator → http' && verdict === 'problem');
  });
  await keep('refusing');
  const { code, stdout } = await siem.runBeside(['doctor', ...addresses()]);
  expect(code).toBe(1);
  expect(stdout).toContain('problem: aggregator → http: the next hop does not take records');
  expect(stdout).toContain('not healthy');
  await waitFor('the alert of the watch', () => told('siem-destination-stalled', 'firing'));
  destination.answerWith(200);
  await waitFor('its end', () => told('siem-destination-stalled', 'resolved'));
  expect(told('siem-canary-missing', 'firing')).toBe(false);
}, 180_000);

/** Whether the receiver of alerts was told. */
function told(rule: string, status: Alert['status']): boolean {
  const alerts = hook.requests.map(({ body }) => JSON.parse(body) as Alert);
  return alerts.some((alert) => alert.rule.id === rule && alert.status === status);
}
