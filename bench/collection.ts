/**
 * The node agent against plain Fluentd as the daemonset image configures it (its tail source with the `cri` parser, a
 * buffer in memory, no acknowledgement), on the same file, to the same receiver, by turns.
 */
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { freePort } from '../scripts/support/free-port';
import { FLUENTD_PORTS } from '../src/contract/detector-config';
import { renderNodeAgent } from '../src/model/pipeline/agent-config';
import { installFluentd } from '../test/fluentd/install';
import { relocate, startFluentd, stopFluentds } from '../test/fluentd/support/fluentd';
import type { RunningFluentd } from '../test/fluentd/support/fluentd';
import { waitFor } from '../test/fluentd/support/wait';
import { median, round3 } from './interleaved';

const LINES = 300_000;
const ROUNDS = 3;
/** Clock ticks a second in `/proc/<pid>/stat`; Linux has had this value on every platform of ours. */
const TICKS = 100;

interface Run {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
}

/** One JSON line; where Fluentd cannot be had, it says why. */
export async function collection(): Promise<object> {
  const installation = await installFluentd();
  if (installation.kind === 'missing') return { case: 'collection', cannotRun: installation.reason };
  process.env['SIEM_FLUENTD_HOME'] = installation.gemHome;
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'siem-bench-'));
  try {
    const bytes = await writePodLog(dir);
    const plain: Run[] = [];
    const ours: Run[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      plain.push(await measured(path.join(dir, `plain-${round}`), (ports) => plainConfig(dir, ports, round)));
      ours.push(await measured(path.join(dir, `ours-${round}`), (ports) => agentConfig(dir, ports, round)));
    }
    return { case: 'collection', lines: LINES, ...compared(plain, ours, bytes) };
  } finally {
    await stopFluentds();
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

function compared(plain: readonly Run[], ours: readonly Run[], bytes: number): object {
  const of = (runs: readonly Run[], what: keyof Run): number => median(runs.map((run) => run[what]));
  const ratios = ours.map(({ seconds }, index) => (plain[index]?.seconds ?? NaN) / seconds);
  const per1000 = (runs: readonly Run[]): number => round3((of(runs, 'cpuSeconds') * 1e6) / LINES);
  return {
    baseline: 'plain Fluentd with the tail source of the daemonset image',
    throughputRatio: round3(median(ratios)),
    spread: [round3(Math.min(...ratios)), round3(Math.max(...ratios))],
    recordsPerSecond: Math.round(LINES / of(ours, 'seconds')),
    mebibytesPerSecond: round3(bytes / 2 ** 20 / of(ours, 'seconds')),
    cpuMillisecondsPer1000: per1000(ours),
    baselineCpuMillisecondsPer1000: per1000(plain),
    peakMiB: round3(of(ours, 'peakMiB')),
    baselinePeakMiB: round3(of(plain, 'peakMiB')),
  };
}

/** Writes the log of one container as a CRI runtime does; gives its size. */
async function writePodLog(dir: string): Promise<number> {
  const pod = path.join(dir, 'pods', 'shop_web-0_1b4e28ba-2fa1-11d2-883f-0016d3cca427', 'app');
  fs.mkdirSync(pod, { recursive: true });
  fs.mkdirSync(path.join(dir, 'containers'));
  const file = path.join(pod, '0.log');
  const stream = fs.createWriteStream(file);
  for (let index = 0; index < LINES; index += 1) {
    if (!stream.write(line(index))) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
  fs.symlinkSync(file, path.join(dir, 'containers', 'web-0_shop_app-0123456789ab.log'));
  return fs.statSync(file).size;
}

function line(index: number): string {
  const stamp = new Date(Date.UTC(2026, 2, 1) + index).toISOString().replace('Z', '123456Z');
  const stream = index % 5 === 0 ? 'stderr' : 'stdout';
  const text = `level=info msg="request done" method=GET path=/api/v1/items/${index} status=200 duration=${index % 97}ms`;
  return `${stamp} ${stream} F ${text} trace=${(index * 2_654_435_761) % 4_294_967_296} user=alice@example.com\n`;
}

interface Ports {
  readonly forward: number;
  readonly metrics: number;
}

/** From the start of the agent until the receiver has every line. */
async function measured(dir: string, config: (ports: Ports) => string): Promise<Run> {
  const ports = { forward: await freePort(), metrics: await freePort() };
  const monitor = await freePort();
  await startFluentd({ conf: receiverConfig(ports.forward, monitor), dir: path.join(dir, 'receiver') });
  const begun = performance.now();
  const env = { K8S_NODE_NAME: 'node-1' };
  const agent = await startFluentd({ conf: config(ports), dir: path.join(dir, 'agent'), env });
  await waitFor('every line', async () => (await received(monitor)) >= LINES, 300);
  const run = { seconds: (performance.now() - begun) / 1000, ...usage(agent) };
  await stopFluentds();
  return run;
}

async function received(monitor: number): Promise<number> {
  const state = await fetch(`http://127.0.0.1:${monitor}/api/plugins.json`);
  const { plugins } = (await state.json()) as { plugins: { plugin_id: string; emit_records?: number }[] };
  return plugins.find((plugin) => plugin.plugin_id === 'sink')?.emit_records ?? 0;
}

function usage({ pid }: RunningFluentd): Omit<Run, 'seconds'> {
  const fields = fs
    .readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  const peak = /VmHWM:\s+(\d+) kB/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  // The 12th and 13th after the name: ticks in user and in kernel mode.
  return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS, peakMiB: Number(peak) / 1024 };
}

function receiverConfig(forward: number, monitor: number): string {
  return `<source>
  @type forward
  bind 127.0.0.1
  port ${forward}
</source>
<source>
  @type monitor_agent
  bind 127.0.0.1
  port ${monitor}
</source>
<label @FLUENT_LOG>
  <match **>
    @type null
  </match>
</label>
<match **>
  @type null
  @id sink
</match>
`;
}

function agentConfig(dir: string, ports: Ports, round: number): string {
  const text = renderNodeAgent({
    cluster: 'prod-eu',
    aggregator: { host: '127.0.0.1', port: ports.forward },
    transport: { kind: 'plaintext' },
    stateDirectory: path.join(dir, `state-${round}`),
    pods: {
      runtime: 'containerd',
      podLogDirectory: path.join(dir, 'pods'),
      excludedNamespaces: ['siem', 'siem-agents'],
      containers: {},
    },
  });
  return relocate(text, { [FLUENTD_PORTS.metrics]: ports.metrics });
}

/** `kubernetes.conf`, `prometheus.conf` and `fluent.conf` of the image's variant `forward`, without the metadata filter. */
function plainConfig(dir: string, ports: Ports, round: number): string {
  return `<label @FLUENT_LOG>
  <match fluent.**>
    @type null
  </match>
</label>
<source>
  @type prometheus
  bind 0.0.0.0
  port ${ports.metrics}
</source>
<source>
  @type prometheus_output_monitor
</source>
<source>
  @type tail
  path ${dir}/containers/*.log
  pos_file ${dir}/plain-${round}.pos
  tag kubernetes.*
  read_from_head true
  <parse>
    @type cri
    time_format %Y-%m-%dT%H:%M:%S.%N%z
  </parse>
</source>
<match **>
  @type forward
  <server>
    host 127.0.0.1
    port ${ports.forward}
  </server>
  <buffer>
    flush_interval 1s
  </buffer>
</match>
`;
}
