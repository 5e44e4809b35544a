/** The alerts of Prometheus on this stack, as values. */
import { ADMIN_PORT_NAME } from '../detection/detector-container';
import { METRICS_PORT_NAME } from '../private/fluentd-container';

/** Where the stack's pods run: what its series are told by. */
export interface MonitoredPlaces {
  readonly namespaceName: string;
  readonly agentNamespaceName: string;
}

export interface MetricAlert {
  readonly alert: string;
  readonly expr: string;
  /** How long it has to hold, as Prometheus writes durations. */
  readonly for: string;
  readonly severity: 'critical' | 'warning';
  readonly summary: string;
  /** What to do. */
  readonly runbook: string;
}

export interface MetricAlertGroup {
  readonly name: string;
  readonly alerts: readonly MetricAlert[];
}

/** Names of the ports of Fluentd and of the detector, which Prometheus gives as the label `endpoint`. */
export const FLUENTD_ENDPOINT = METRICS_PORT_NAME;
export const DETECTOR_ENDPOINT = ADMIN_PORT_NAME;

/** Every alert, in groups of one subject each. */
export function metricAlerts(places: MonitoredPlaces): MetricAlertGroup[] {
  return [
    { name: 'siem-tiers', alerts: tierAlerts(places) },
    { name: 'siem-buffers', alerts: [...bufferAlerts(places), ...deliveryAlerts(places), ...lossAlerts(places)] },
    { name: 'siem-canaries', alerts: canaryAlerts(places) },
    { name: 'siem-detection', alerts: [...recordAlerts(places), ...ruleAlerts(places), ...receiverAlerts(places)] },
  ];
}

function tierAlerts({ namespaceName, agentNamespaceName }: MonitoredPlaces): MetricAlert[] {
  const fluentd = `namespace=~"${namespaceName}|${agentNamespaceName}",endpoint="${FLUENTD_ENDPOINT}"`;
  const detector = `namespace="${namespaceName}",endpoint="${DETECTOR_ENDPOINT}"`;
  const daemonSets = `namespace="${agentNamespaceName}"`;
  return [
    {
      alert: 'SiemFluentdDown',
      expr: `up{${fluentd}} == 0`,
      for: '5m',
      severity: 'critical',
      summary: 'Fluentd in {{ $labels.pod }} does not answer',
      runbook:
        'See the state and the log of the pod. Agents keep their place in the logs; the aggregator keeps its buffers.',
    },
    {
      alert: 'SiemDetectorDown',
      expr: `up{${detector}} == 0 or absent(up{${detector}})`,
      for: '5m',
      severity: 'critical',
      summary: 'The detector does not answer: nothing is detected',
      runbook: 'See the state and the log of its container; records wait in the buffer out_detector meanwhile.',
    },
    {
      alert: 'SiemDetectorNotReady',
      expr: `kube_pod_container_status_ready{namespace="${namespaceName}",container="detector"} == 0`,
      for: '10m',
      severity: 'critical',
      summary: 'The detector in {{ $labels.pod }} is not ready',
      runbook: 'Its /readyz says what is missing. Without rules every rule file has an error: the log names it.',
    },
    {
      alert: 'SiemAgentMissingOnNode',
      expr: `kube_daemonset_status_desired_number_scheduled{${daemonSets}} - kube_daemonset_status_number_ready{${daemonSets}} > 0`,
      for: '10m',
      severity: 'warning',
      summary: '{{ $value }} nodes have no ready pod of {{ $labels.daemonset }}',
      runbook: 'kubectl -n with the namespace of the agents: get pods -o wide, and describe those that are not ready.',
    },
    {
      alert: 'SiemNoRecordsFromNode',
      expr:
        'sum by (namespace, pod, node) (increase(fluentd_output_status_emit_records' +
        `{namespace="${agentNamespaceName}",plugin_id=~"out_.+"}[10m])) == 0`,
      for: '5m',
      severity: 'warning',
      summary: 'The agent {{ $labels.pod }} on {{ $labels.node }} reads nothing, not even its own canaries',
      runbook: 'Its log says why. A full forward buffer stops reading: see SiemBufferNearlyFull.',
    },
  ];
}

const WHERE = '{{ $labels.plugin_id }} of {{ $labels.pod }}';

function outputsOf({ namespaceName, agentNamespaceName }: MonitoredPlaces): string {
  return `{namespace=~"${namespaceName}|${agentNamespaceName}",plugin_id=~"out_.+"}`;
}

function bufferAlerts(places: MonitoredPlaces): MetricAlert[] {
  const outputs = outputsOf(places);
  return [
    {
      alert: 'SiemBufferFilling',
      expr: `fluentd_output_status_buffer_available_space_ratio${outputs} < 40`,
      for: '5m',
      severity: 'warning',
      summary: `The buffer of ${WHERE} has {{ $value }}% left`,
      runbook: 'The next hop takes less than arrives. Mend it, or give the buffer more room.',
    },
    {
      alert: 'SiemBufferNearlyFull',
      expr: `fluentd_output_status_buffer_available_space_ratio${outputs} < 15`,
      for: '2m',
      severity: 'critical',
      summary: `The buffer of ${WHERE} has {{ $value }}% left`,
      runbook: 'Full, the first destination and the agents pause; every other output drops its oldest chunks.',
    },
  ];
}

function deliveryAlerts(places: MonitoredPlaces): MetricAlert[] {
  const outputs = outputsOf(places);
  return [
    {
      alert: 'SiemDeliveryStalled',
      // Failed attempts count in write_count; the time that successful ones took is what stands still.
      expr:
        `increase(fluentd_output_status_flush_time_count${outputs}[10m]) == 0 ` +
        `and fluentd_output_status_buffer_queue_byte_size${outputs} > 0`,
      for: '5m',
      severity: 'critical',
      summary: `${WHERE} has delivered nothing for 10 minutes while records wait`,
      runbook: 'Is the next hop up, is the credential valid, may the pod reach it? The log of Fluentd has its answers.',
    },
    {
      alert: 'SiemDeliveryErrors',
      expr: `rate(fluentd_output_status_num_errors${outputs}[5m]) > 0`,
      for: '10m',
      severity: 'warning',
      summary: `Deliveries of ${WHERE} fail again and again`,
      runbook: 'They are repeated and nothing is lost yet. The log of Fluentd has the answers of the next hop.',
    },
    {
      alert: 'SiemRetryWaitHigh',
      expr: `fluentd_output_status_retry_wait${outputs} > 20`,
      for: '5m',
      severity: 'warning',
      summary: `${WHERE} failed so often that it waits {{ $value }} s between attempts`,
      runbook: 'The next hop has been down for minutes. After it is up, the next attempt comes within 30 s.',
    },
    {
      alert: 'SiemSlowDelivery',
      expr: `increase(fluentd_output_status_slow_flush_count${outputs}[15m]) > 0`,
      for: '15m',
      severity: 'warning',
      summary: `Single deliveries of ${WHERE} take longer than 20 s`,
      runbook: 'The next hop is slow. Smaller deliveries (deliveryRecords) or a stronger destination help.',
    },
  ];
}

function lossAlerts(places: MonitoredPlaces): MetricAlert[] {
  const { namespaceName } = places;
  const outputs = outputsOf(places);
  return [
    {
      alert: 'SiemOldestChunk',
      expr:
        `siem_output_waiting_seconds{namespace="${namespaceName}"} > 600 or ` +
        `(time() - fluentd_output_status_buffer_oldest_timekey${outputs} > 7200 ` +
        `and fluentd_output_status_buffer_oldest_timekey${outputs} > 0)`,
      for: '1m',
      severity: 'warning',
      summary:
        'The oldest records for {{ or $labels.output $labels.plugin_id }} wait for {{ humanizeDuration $value }}',
      runbook: 'See SiemDeliveryStalled. How long the buffer lasts at the expected rate is shown at synth.',
    },
    {
      alert: 'SiemRecordsDropped',
      expr: `increase(siem_output_dropped_chunks_total{namespace="${namespaceName}"}[10m]) > 0`,
      for: '0m',
      severity: 'critical',
      summary: '{{ $labels.output }} has dropped its oldest chunks: its records are lost to it',
      runbook: 'Its buffer was full. Mend the destination; give it a larger buffer if that takes longer than it lasts.',
    },
    {
      alert: 'SiemRecordsRefused',
      expr: `increase(siem_destination_refused_records_total{namespace="${namespaceName}"}[10m]) > 0`,
      for: '0m',
      severity: 'warning',
      summary: 'The destination {{ $labels.destination }} refuses records for what they hold',
      runbook: 'They lie in the backup directory of the aggregator. The log says why: a mapping, a size, a field.',
    },
  ];
}

function canaryAlerts({ namespaceName }: MonitoredPlaces): MetricAlert[] {
  const here = `namespace="${namespaceName}"`;
  return [
    {
      alert: 'SiemCanaryMissing',
      expr: `siem_canary_nodes_missing{${here}} > 0`,
      for: '2m',
      severity: 'warning',
      summary: 'No canary of {{ $labels.source }} comes from {{ $value }} nodes',
      runbook:
        'The alert siem-canary-missing names the nodes and the rules that are blind. Is the agent there running?',
    },
    {
      alert: 'SiemCanaryLate',
      expr: `siem_canary_delay_seconds{${here}} > 300`,
      for: '5m',
      severity: 'warning',
      summary: 'Records of {{ $labels.source }} take {{ humanizeDuration $value }} to the detector',
      runbook: 'A backlog is being worked off, or the clock of a node is wrong.',
    },
    {
      alert: 'SiemHopDown',
      expr: `siem_hop_up{${here}} == 0`,
      for: '1m',
      severity: 'critical',
      summary: 'Nothing passes the hop {{ $labels.hop }} to {{ $labels.to }}',
      runbook: 'Run `siem doctor`: it says what waits there and why.',
    },
    {
      alert: 'SiemAuditSilent',
      expr: `siem_audit_age_seconds{${here}} > 300`,
      for: '1m',
      severity: 'critical',
      summary: 'No audit event has come for {{ humanizeDuration $value }}',
      runbook:
        'Has someone changed the audit flags or the policy (T1562)? Does `auditLogPath` name the file that is written?',
    },
  ];
}

function recordAlerts({ namespaceName }: MonitoredPlaces): MetricAlert[] {
  const here = `namespace="${namespaceName}"`;
  const share = (outcomes: string): string =>
    `sum(rate(siem_records_read_total{${here},outcome=~"${outcomes}"}[15m])) / ` +
    `sum(rate(siem_records_read_total{${here}}[15m])) > 0.01`;
  return [
    {
      alert: 'SiemUnknownRecords',
      expr: share('unknown'),
      for: '15m',
      severity: 'warning',
      summary: '{{ humanizePercentage $value }} of the records are of no known shape',
      runbook: 'The log of the detector shows a sample of each kind. Which source writes them?',
    },
    {
      alert: 'SiemBrokenRecords',
      expr: share('malformed|oversize|failed'),
      for: '15m',
      severity: 'warning',
      summary: '{{ humanizePercentage $value }} of the records are malformed, too long, or in quarantine',
      runbook: 'The log of the detector shows a sample of each kind; the quarantine names file and reason.',
    },
  ];
}

function ruleAlerts({ namespaceName }: MonitoredPlaces): MetricAlert[] {
  const here = `namespace="${namespaceName}"`;
  return [
    {
      alert: 'SiemRuleUndecided',
      expr: `sum by (rule, field) (rate(siem_engine_unknown_outcomes_total{${here}}[15m])) > 0.1`,
      for: '15m',
      severity: 'warning',
      summary: 'The rule {{ $labels.rule }} cannot be decided: {{ $labels.field }} is not recorded',
      runbook: 'Raise the audit level of what the rule reads, or change the rule.',
    },
    {
      alert: 'SiemNoRules',
      expr: `siem_rules_loaded{${here}} == 0`,
      for: '5m',
      severity: 'critical',
      summary: 'The detector has no rule',
      runbook: 'The log names the rule file that is wrong; `siem check` shows line and remedy.',
    },
    {
      alert: 'SiemConfigNotCurrent',
      expr: `siem_config_current{${here}} == 0`,
      for: '5m',
      severity: 'critical',
      summary: 'The mounted {{ $labels.part }} have an error, and the ones before still run',
      runbook: 'The log names the error. Mend it and apply again.',
    },
  ];
}

function receiverAlerts({ namespaceName }: MonitoredPlaces): MetricAlert[] {
  const here = `namespace="${namespaceName}"`;
  return [
    {
      alert: 'SiemAlertsNotDelivered',
      expr: `min_over_time(siem_notifications_pending{${here}}[10m]) > 0`,
      for: '5m',
      severity: 'critical',
      summary: '{{ $value }} alerts wait for {{ $labels.receiver }}',
      runbook: 'siem_notifications_retried_total says why it does not take them.',
    },
    {
      alert: 'SiemAlertsRefused',
      expr: `increase(siem_notifications_refused_total{${here}}[10m]) > 0`,
      for: '0m',
      severity: 'warning',
      summary: '{{ $labels.receiver }} refused alerts for good ({{ $labels.reason }})',
      runbook: 'The log of the detector names each of them.',
    },
    {
      alert: 'SiemQueueRefuses',
      expr: `increase(siem_queue_refusals_total{${here}}[5m]) > 0`,
      for: '5m',
      severity: 'critical',
      summary: 'The detector refuses deliveries ({{ $labels.reason }})',
      runbook: 'Its volume is full or cannot be written, or too many alerts wait for a receiver.',
    },
    {
      alert: 'SiemStateEvicted',
      expr: `increase(siem_engine_evictions_total{${here}}[1h]) > 0`,
      for: '0m',
      severity: 'warning',
      summary: 'The detector forgot {{ $labels.state }} for want of room',
      runbook: 'Counts and alerts may be too low. Somebody floods it with names, or the cluster outgrew the bound.',
    },
  ];
}
