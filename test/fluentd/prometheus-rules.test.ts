/** The alerts of Prometheus in Prometheus itself: `promtool` of the Debian package `prometheus`. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { stringify } from 'yaml';
import { metricAlerts } from '../../src/constructs/monitoring/alert-rules';
import { removeTemporaryFolders, temporaryFolder } from './support/temporary';

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
const testWithPromtool = hasPromtool ? test : test.skip;
const GROUPS = metricAlerts({ namespaceName: 'siem', agentNamespaceName: 'siem-agents' });

/** Series by what they are written in: `name{labels}` to Prometheus' notation of values, a minute apart. */
type Series = Readonly<Record<string, string>>;

interface Case {
  readonly alert: string;
  /** Minute at which it is asked. */
  readonly at: number;
  readonly fires: Series;
  /** The near miss. */
  readonly quiet: Series;
}

const AGENT = 'namespace="siem-agents",pod="siem-node-agent-x",node="node-1"';
const OUTPUT = 'namespace="siem",pod="siem-aggregator-0",plugin_id="out_http",type="http"';
const DETECTOR = 'namespace="siem",pod="siem-aggregator-0",endpoint="detector-admin"';
const output = (metric: string, values: string): Series => ({ [`fluentd_output_status_${metric}{${OUTPUT}}`]: values });
const detector = (metric: string, values: string, labels = ''): Series => ({
  [`siem_${metric}{${DETECTOR}${labels === '' ? '' : `,${labels}`}}`]: values,
});

const CASES: readonly Case[] = [
  {
    alert: 'SiemFluentdDown',
    at: 8,
    fires: { 'up{namespace="siem",endpoint="metrics",pod="a"}': '1 0x10' },
    quiet: { 'up{namespace="other",endpoint="metrics",pod="a"}': '0x10' },
  },
  { alert: 'SiemDetectorDown', at: 8, fires: {}, quiet: { [`up{${DETECTOR}}`]: '1x10' } },
  {
    alert: 'SiemDetectorNotReady',
    at: 12,
    fires: { 'kube_pod_container_status_ready{namespace="siem",container="detector",pod="a"}': '0x20' },
    quiet: { 'kube_pod_container_status_ready{namespace="siem",container="detector",pod="a"}': '0x8 1x10' },
  },
  {
    alert: 'SiemAgentMissingOnNode',
    at: 12,
    fires: daemonSet('5x20', '4x20'),
    quiet: daemonSet('5x20', '5x20'),
  },
  {
    alert: 'SiemNoRecordsFromNode',
    at: 20,
    fires: { [`fluentd_output_status_emit_records{${AGENT},plugin_id="out_pods"}`]: '500x30' },
    quiet: { [`fluentd_output_status_emit_records{${AGENT},plugin_id="out_pods"}`]: '500+2x30' },
  },
  {
    alert: 'SiemBufferFilling',
    at: 8,
    fires: output('buffer_available_space_ratio', '39x10'),
    quiet: output('buffer_available_space_ratio', '40x10'),
  },
  {
    alert: 'SiemBufferNearlyFull',
    at: 5,
    fires: output('buffer_available_space_ratio', '14x10'),
    quiet: output('buffer_available_space_ratio', '15x10'),
  },
  {
    alert: 'SiemDeliveryStalled',
    at: 20,
    // Attempts go on and count as writes; no time of a successful one is added.
    fires: {
      ...output('flush_time_count', '110x30'),
      ...output('write_count', '5+2x30'),
      ...output('buffer_queue_byte_size', '900x30'),
    },
    quiet: { ...output('flush_time_count', '110+3x30'), ...output('buffer_queue_byte_size', '900x30') },
  },
  { alert: 'SiemDeliveryErrors', at: 20, fires: output('num_errors', '0+1x30'), quiet: output('num_errors', '7x30') },
  { alert: 'SiemRetryWaitHigh', at: 8, fires: output('retry_wait', '30x10'), quiet: output('retry_wait', '16x10') },
  {
    alert: 'SiemSlowDelivery',
    at: 35,
    fires: output('slow_flush_count', '0+1x40'),
    quiet: output('slow_flush_count', '3x40'),
  },
  {
    alert: 'SiemOldestChunk',
    at: 15,
    fires: detector('output_waiting_seconds', '0+60x20', 'output="out_http"'),
    quiet: {
      ...detector('output_waiting_seconds', '0x20', 'output="out_s3"'),
      ...output('buffer_oldest_timekey', '0x20'),
    },
  },
  {
    alert: 'SiemRecordsDropped',
    at: 8,
    fires: detector('output_dropped_chunks_total', '0x5 3x5', 'output="out_loki"'),
    quiet: detector('output_dropped_chunks_total', '3x10', 'output="out_loki"'),
  },
  {
    alert: 'SiemRecordsRefused',
    at: 8,
    fires: { 'siem_destination_refused_records_total{namespace="siem",destination="out_http"}': '0x4 9x6' },
    quiet: { 'siem_destination_refused_records_total{namespace="siem",destination="out_http"}': '9x10' },
  },
  {
    alert: 'SiemCanaryMissing',
    at: 5,
    fires: detector('canary_nodes_missing', '0 1x10', 'source="container"'),
    quiet: detector('canary_nodes_missing', '0 1 1 0x10', 'source="container"'),
  },
  {
    alert: 'SiemCanaryLate',
    at: 8,
    fires: detector('canary_delay_seconds', '400x10', 'source="container"'),
    quiet: detector('canary_delay_seconds', '300x10', 'source="container"'),
  },
  {
    alert: 'SiemHopDown',
    at: 5,
    fires: detector('hop_up', '1 0x10', 'hop="aggregator-destination",to="http"'),
    quiet: detector('hop_up', '1x10', 'hop="aggregator-destination",to="http"'),
  },
  {
    alert: 'SiemAuditSilent',
    at: 8,
    fires: detector('audit_age_seconds', '0+60x20'),
    quiet: detector('audit_age_seconds', '299x20'),
  },
  { alert: 'SiemUnknownRecords', at: 35, fires: outcomes('unknown', '0+2x40'), quiet: outcomes('unknown', '0x40') },
  {
    alert: 'SiemBrokenRecords',
    at: 35,
    fires: outcomes('malformed', '0+2x40'),
    quiet: outcomes('malformed', '0x20 1x20'),
  },
  {
    alert: 'SiemRuleUndecided',
    at: 35,
    fires: detector('engine_unknown_outcomes_total', '0+60x40', 'rule="a",field="event.action"'),
    quiet: detector('engine_unknown_outcomes_total', '0+3x40', 'rule="a",field="event.action"'),
  },
  { alert: 'SiemNoRules', at: 8, fires: detector('rules_loaded', '0x10'), quiet: detector('rules_loaded', '0x2 2x10') },
  {
    alert: 'SiemConfigNotCurrent',
    at: 8,
    fires: detector('config_current', '1 0x10', 'part="rules"'),
    quiet: detector('config_current', '1 0 0 1x10', 'part="rules"'),
  },
  {
    alert: 'SiemAlertsNotDelivered',
    at: 20,
    fires: detector('notifications_pending', '2x30', 'receiver="siem"'),
    quiet: detector('notifications_pending', '2x8 0 2x20', 'receiver="siem"'),
  },
  {
    alert: 'SiemAlertsRefused',
    at: 8,
    fires: detector('notifications_refused_total', '0x4 1x6', 'receiver="siem",reason="status-400"'),
    quiet: detector('notifications_refused_total', '1x10', 'receiver="siem",reason="status-400"'),
  },
  {
    alert: 'SiemQueueRefuses',
    at: 15,
    fires: detector('queue_refusals_total', '0+1x20', 'reason="queue-full"'),
    quiet: detector('queue_refusals_total', '0 1x20', 'reason="queue-full"'),
  },
  {
    alert: 'SiemStateEvicted',
    at: 30,
    fires: detector('engine_evictions_total', '0x10 1x30', 'state="failures"'),
    quiet: detector('engine_evictions_total', '5x40', 'state="failures"'),
  },
];

function daemonSet(desired: string, ready: string): Series {
  const labels = 'namespace="siem-agents",daemonset="siem-node-agent"';
  return {
    [`kube_daemonset_status_desired_number_scheduled{${labels}}`]: desired,
    [`kube_daemonset_status_number_ready{${labels}}`]: ready,
  };
}

function outcomes(name: string, values: string): Series {
  return {
    ...detector('records_read_total', '0+100x40', 'outcome="events"'),
    ...detector('records_read_total', values, `outcome="${name}"`),
  };
}

afterAll(removeTemporaryFolders);

function rulesFile(folder: string): string {
  const groups = GROUPS.map(({ name, alerts }) => ({
    name,
    rules: alerts.map(({ alert, expr, for: duration, severity, summary, runbook }) => ({
      alert,
      expr,
      for: duration,
      labels: { severity },
      annotations: { summary, description: runbook },
    })),
  }));
  const file = path.join(folder, 'rules.yaml');
  fs.writeFileSync(file, stringify({ groups }));
  return file;
}

function promtool(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('promtool', [...args], { encoding: 'utf8' });
  return status === 0 ? 'SUCCESS' : `${stdout}${stderr}`;
}

/** What `promtool test rules` says of one case: the alert fires once, or not at all. */
function asked({ alert, at }: Case, series: Series, fires: boolean): string {
  const folder = temporaryFolder();
  const rules = rulesFile(folder);
  const file = path.join(folder, 'test.yaml');
  const input = Object.entries(series).map(([name, values]) => ({ series: name, values }));
  // Of what fires only the number is compared: labels and texts are those of the rules.
  const expression = {
    expr: `count(ALERTS{alertname="${alert}",alertstate="firing"}) or vector(0)`,
    eval_time: `${at}m`,
  };
  const samples = [{ labels: '{}', value: fires ? 1 : 0 }];
  const tests = [{ interval: '1m', input_series: input, promql_expr_test: [{ ...expression, exp_samples: samples }] }];
  fs.writeFileSync(file, stringify({ rule_files: [rules], evaluation_interval: '1m', tests }));
  return promtool('test', 'rules', file);
}

const skipReason = hasPromtool ? '' : ' (skipped: no promtool; apt-get install prometheus)';

testWithPromtool(`Prometheus takes the rules${skipReason}`, () => {
  expect(promtool('check', 'rules', rulesFile(temporaryFolder()))).toBe('SUCCESS');
});

test('every alert has a case', () => {
  const names = GROUPS.flatMap(({ alerts }) => alerts.map(({ alert }) => alert));
  expect(CASES.map(({ alert }) => alert)).toEqual(names);
});

describe.each(CASES)(`$alert${skipReason}`, (each) => {
  testWithPromtool('fires when it should', () => {
    expect(asked(each, each.fires, true)).toBe('SUCCESS');
  });

  testWithPromtool('does not fire at a near miss', () => {
    expect(asked(each, each.quiet, false)).toBe('SUCCESS');
  });
});
