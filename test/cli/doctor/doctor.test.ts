import * as fs from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as path from 'node:path';
import { DEFAULT_WATCH } from '../../../src/contract/detector-config';
import { Running } from '../../detector/support/running';
import { SiemCommand } from '../../support/siem-command';

const FIXTURES = path.join(__dirname, '..', '..', 'fixtures', 'metrics');
const siem = new SiemCommand();
const servers: http.Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

afterAll(() => {
  siem.remove();
});

async function serve(answer: http.RequestListener): Promise<string> {
  const server = http.createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Answers with what a real tier answered once, changed by `change`. */
function fixture(name: string, change: (text: string) => string = (text) => text): Promise<string> {
  const text = change(fs.readFileSync(path.join(FIXTURES, `${name}.txt`), 'utf8'));
  return serve((request, response) => {
    if (request.url === '/metrics') response.end(text);
    else response.writeHead(404).end();
  });
}

async function run(...args: readonly string[]): ReturnType<SiemCommand['runBeside']> {
  return siem.runBeside(['doctor', ...args]);
}

test('tiers that work are healthy', async () => {
  const { code, stdout } = await run(
    ...['--aggregator', await fixture('aggregator-healthy')],
    ...['--detector', await fixture('detector-healthy')],
    ...['--agent', await fixture('agent-healthy')],
  );
  expect(code).toBe(0);
  expect(stdout).toMatch(/aggregator → http\s+│ \d+ records/);
  expect(stdout).toMatch(/container → detector\s+│ canary \d+ s ago on 1 nodes/);
  expect(stdout).toMatch(/agent 127\.0\.0\.1:\d+ → aggregator/);
  expect(stdout.trimEnd()).toMatch(/healthy$/);
  expect(stdout).not.toContain('problem');
});

test('a destination that refuses is a problem of its hop, with what waits and what to do', async () => {
  const aggregator = await fixture('aggregator-refusing');
  const { code, stdout } = await run('--aggregator', aggregator, '--json');
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    healthy: false,
    hops: [
      { hop: 'aggregator → detector', verdict: 'ok', remedies: [] },
      {
        hop: 'aggregator → http',
        verdict: 'problem',
        buffered: '36.7 KiB, 100% free',
        retried: expect.stringContaining('5 failures, next in up to'),
        remedies: [expect.stringContaining('does not take records')],
      },
    ],
  });
});

test.each([
  {
    title: 'silent nodes',
    change: /(siem_canary_nodes_missing\{source="container"\}) 0/,
    to: '$1 2',
    says: 'problem: container → detector: 2 of 3 nodes are silent',
  },
  {
    title: 'a silent audit log',
    change: /^siem_audit_age_seconds .*$/m,
    to: 'siem_audit_age_seconds 4000',
    says: 'problem: kubernetes-audit → detector: no audit event comes although the canary does',
  },
  {
    title: 'bad rules',
    change: /(siem_config_current\{part="rules"\}) 1/,
    to: '$1 0',
    says: 'problem: detector rules: the mounted rules have an error',
  },
  {
    title: 'alerts that wait',
    change: /(siem_notifications_pending\{receiver="webhook\/oncall"\}) 0/,
    to: '$1 3',
    says: 'problem: detector → webhook/oncall: alerts wait',
  },
])('$title are told with the remedy', async ({ change, to, says }) => {
  const detector = await fixture('detector-healthy', (text) => {
    expect(text).toMatch(change);
    return text.replace(change, to);
  });
  const { code, stdout } = await run('--detector', detector);
  expect(code).toBe(1);
  expect(stdout).toContain(says);
});

test('dropped chunks, which only the detector knows, stand at the hop of the aggregator', async () => {
  const dropped = /(siem_output_dropped_chunks_total\{output="out_http"\}) 0/;
  const detector = await fixture('detector-healthy', (text) => text.replace(dropped, '$1 7'));
  const { stdout } = await run('--aggregator', await fixture('aggregator-healthy'), '--detector', detector);
  expect(stdout).toContain('7 chunks dropped');
  expect(stdout).toContain('problem: aggregator → http: chunks were dropped');
});

test('records that nobody understood are a warning, which is no failure', async () => {
  const detector = await fixture(
    'detector-healthy',
    (text) => `${text}\nsiem_records_read_total{outcome="unknown"} 4\n`,
  );
  const { code, stdout } = await run('--detector', detector);
  expect(code).toBe(0);
  expect(stdout).toContain('warning: detector reads: records were of no known shape');
});

test('a real detector is read', async () => {
  const detector = await Running.start({ watch: DEFAULT_WATCH });
  const canary = { siem: { source: 'container', cluster: 'prod-eu', node: 'node-1', canary: true } };
  await detector.deliver('c1', [JSON.stringify(canary)]);
  const { code, stdout } = await run('--detector', `http://127.0.0.1:${detector.detector.ports.admin}`, '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    hops: expect.arrayContaining([
      expect.objectContaining({
        hop: 'container → detector',
        verdict: 'ok',
        seen: expect.stringMatching(/^canary \d s ago on 1 nodes$/) as string,
      }),
      expect.objectContaining({ hop: 'detector → log', verdict: 'ok' }),
    ]),
  });
  expect(code).toBe(0);
});

test('what does not answer, or is something else, is a problem with its reason', async () => {
  const silent = await serve(() => undefined);
  const other = await serve((_, response) => response.end('<html>hello</html>'));
  const broken = await serve((_, response) => response.writeHead(500).end());
  const endless = await serve((_, response) => {
    const line = `${'# '.repeat(30_000)}\n`;
    const more = (): void => {
      while (response.write(line));
      response.once('drain', more);
    };
    more();
  });
  const { code, stdout } = await run(
    ...['--aggregator', silent, '--aggregator', other, '--detector', broken, '--agent', endless, '--timeout', '2'],
  );
  expect(code).toBe(1);
  expect(stdout).toContain('does not answer within 2 s');
  expect(stdout).toContain('what answers is no aggregator of ours');
  expect(stdout).toContain('answers with status 500');
  expect(stdout).toMatch(/more than \d+ bytes|not answer within/);
}, 20_000);

test('hostile names do not reach the terminal as they are', async () => {
  const evil = 'out_\u001b[2Jx\u202e';
  const line = `fluentd_output_status_emit_records{plugin_id="${evil}${'y'.repeat(5_000)}"} 1\n`;
  const { stdout } = await run('--aggregator', await serve((_, response) => response.end(line)));
  expect(stdout).toContain('\ufffd[2Jx\ufffd');
  expect(stdout).not.toMatch(/[\u001b\u202e]/);
  expect(stdout.length).toBeLessThan(3_000);
});

test('without an address the commands that forward the ports are printed, and it is wrong use', async () => {
  const { code, stdout, stderr } = await run('--stack', 'watch');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('kubectl -n watch port-forward service/watch-aggregator 24231:24231 8090:8090 &');
  expect(stderr).toContain('siem doctor --aggregator http://127.0.0.1:24231 --detector http://127.0.0.1:8090');
});

test.each([
  { title: 'no address', args: ['--aggregator', 'here'], says: "--aggregator 'here' is no address" },
  { title: 'a file', args: ['--agent', 'file:///etc/passwd'], says: 'is no address' },
  { title: 'a password', args: ['--detector', 'http://a:b@127.0.0.1'], says: 'holds a user or password' },
  { title: 'a wrong time', args: ['--timeout', 'soon'], says: '0.1 to 60 seconds' },
  { title: 'a stack that is no name', args: ['--stack', 'a; rm -rf'], says: 'lower-case letters' },
])('$title is wrong use', async ({ args, says }) => {
  const { code, stderr } = await run(...args);
  expect(code).toBe(2);
  expect(stderr).toContain(says);
});

test('a test log is described with what should come of it', async () => {
  const { code, stdout } = await run('--test-log');
  expect(code).toBe(0);
  expect(stdout).toContain("logger -p auth.info -t 'sshd[4242]'");
  expect(stdout).toContain('siem_records_read_total{outcome="events"}');
});
