import { parser } from '@prometheus-io/lezer-promql';
import { Chart, Duration, Testing } from 'cdk8s';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { MetricsMonitoring } from '../../../src';
import type { MetricsMonitoringProps } from '../../../src';
import { metricAlerts } from '../../../src/constructs/monitoring/alert-rules';
import { dashboardPlan } from '../../../src/constructs/monitoring/dashboard';
import { Metrics } from '../../../src/detector/metrics';
import { objectsOf } from '../../support/manifests';

const PLACES = { namespaceName: 'siem', agentNamespaceName: 'siem-agents' };
const FIXTURES = path.join(__dirname, '..', '..', 'fixtures', 'metrics');

const alerts = metricAlerts(PLACES).flatMap((group) => group.alerts);
const expressions = [
  ...alerts.map(({ alert, expr }) => ({ title: alert, expr })),
  ...dashboardPlan(PLACES)
    .flatMap(({ panels }) => panels)
    .flatMap(({ title, queries }) => queries.map(({ expr }) => ({ title: `panel ${title}`, expr }))),
];

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Record<string, string> };
  readonly spec: Record<string, unknown>;
  readonly data: Record<string, string>;
}

function manifests(props: MetricsMonitoringProps = {}): Manifest[] {
  const chart = new Chart(Testing.app(), 'siem');
  new MetricsMonitoring(chart, 'Monitoring', props);
  return objectsOf(chart) as unknown as Manifest[];
}

function manifest(kind: string, props: MetricsMonitoringProps = {}): Manifest {
  const found = manifests(props).find((each) => each.kind === kind);
  if (found === undefined) throw new Error(`no ${kind}`);
  return found;
}

test.each(expressions)('the expression of $title is PromQL', ({ expr }) => {
  const errors: string[] = [];
  parser.parse(expr).iterate({
    enter: ({ type, from, to }) => {
      if (type.isError) errors.push(`${from}-${to}: ${expr.slice(from, to + 10)}`);
    },
  });
  expect(errors).toEqual([]);
});

test('the parser knows what is no PromQL', () => {
  let hasError = false;
  parser.parse('rate(up[5m]) >').iterate({
    enter: ({ type }) => {
      hasError ||= type.isError;
    },
  });
  expect(hasError).toBe(true);
});

/** Of kube-state-metrics and of Prometheus itself. */
const FOREIGN = [
  'up',
  'kube_daemonset_status_desired_number_scheduled',
  'kube_daemonset_status_number_ready',
  'kube_pod_container_status_ready',
];

test('every metric that is asked for is one of a real Fluentd, of our plugins, or of the detector', async () => {
  const fluentd = ['aggregator-refusing', 'agent-healthy'].map((name) =>
    fs.readFileSync(path.join(FIXTURES, `${name}.txt`), 'utf8'),
  );
  const plugins = fs.readFileSync(path.join(__dirname, '../../../fluentd-plugins/in_siem_refused.rb'), 'utf8');
  const registry = new Metrics();
  registry.observeWatch(() => ({ canaries: [], auditAgeSeconds: undefined, outputs: [], hops: [] }));
  const ours = await registry.registry.metrics();
  const engine = fs.readFileSync(path.join(FIXTURES, 'detector-healthy.txt'), 'utf8');
  const known = [...fluentd, plugins, ours, engine].join('\n');
  const asked = expressions.flatMap(({ expr }) =>
    [...expr.matchAll(/\b((?:siem|fluentd|kube)_\w+|up)\b(?=\{)/g)].map(([name]) => name),
  );
  expect(asked.length).toBeGreaterThan(40);
  const missing = [...new Set(asked)].filter(
    (name) => !FOREIGN.includes(name) && !new RegExp(`\\b${name}\\b`).test(known),
  );
  expect(missing).toEqual([]);
});

test('every alert says how bad it is, for how long it has to hold, and what to do', () => {
  for (const { alert, severity, for: duration, summary, runbook } of alerts) {
    expect(alert).toMatch(/^Siem[A-Z]\w+$/);
    expect(['critical', 'warning']).toContain(severity);
    expect(duration).toMatch(/^\d+m$/);
    expect(summary.length).toBeGreaterThan(20);
    expect(runbook.length).toBeGreaterThan(30);
  }
  expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
});

test('every alert stands in the page for operators, and no other', () => {
  const page = fs.readFileSync(path.join(__dirname, '../../../docs/operations.md'), 'utf8');
  const documented = [...page.matchAll(/^\| `(Siem\w+)` \| (\w+), (\d+m) \|/gm)].map(([, ...row]) => row);
  expect(documented).toEqual(alerts.map(({ alert, severity, for: duration }) => [alert, severity, duration]));
});

test('aggregator and detector are scraped through the Service, the agents pod by pod with the name of their node', () => {
  expect(manifest('ServiceMonitor').spec).toEqual({
    selector: { matchLabels: { 'siem.cdk8s.io/stack': 'siem', 'siem.cdk8s.io/component': 'aggregator' } },
    namespaceSelector: { matchNames: ['siem'] },
    endpoints: [
      { port: 'metrics', path: '/metrics', interval: '30s' },
      { port: 'detector-admin', path: '/metrics', interval: '30s' },
    ],
  });
  expect(manifest('PodMonitor').spec).toEqual({
    selector: {
      matchExpressions: [
        { key: 'siem.cdk8s.io/stack', operator: 'In', values: ['siem'] },
        { key: 'siem.cdk8s.io/component', operator: 'In', values: ['audit-agent', 'node-agent'] },
      ],
    },
    namespaceSelector: { matchNames: ['siem-agents'] },
    podMetricsEndpoints: [
      {
        port: 'metrics',
        path: '/metrics',
        interval: '30s',
        relabelings: [{ sourceLabels: ['__meta_kubernetes_pod_node_name'], targetLabel: 'node' }],
      },
    ],
  });
});

test('the rule holds every alert, and links to a runbook when there is one', () => {
  const { spec } = manifest('PrometheusRule', { options: { runbookUrl: 'https://runbooks.example.com/' } });
  const groups = spec['groups'] as { rules: { alert: string; annotations: Record<string, string> }[] }[];
  const rules = groups.flatMap((group) => group.rules);
  expect(rules.map(({ alert }) => alert)).toEqual(alerts.map(({ alert }) => alert));
  expect(rules[0]?.annotations['runbook_url']).toBe('https://runbooks.example.com/SiemFluentdDown');
});

test('labels by which Prometheus and Grafana find their objects are the reader’s', () => {
  const options = { monitorLabels: { release: 'prometheus' }, dashboardLabels: { dash: 'yes' } };
  for (const kind of ['ServiceMonitor', 'PodMonitor', 'PrometheusRule']) {
    expect(manifest(kind, { options }).metadata.labels).toMatchObject({
      release: 'prometheus',
      'siem.cdk8s.io/stack': 'siem',
    });
  }
  expect(manifest('ConfigMap', { options }).metadata.labels).toMatchObject({ dash: 'yes' });
  expect(manifest('ConfigMap').metadata.labels).toMatchObject({ grafana_dashboard: '1' });
});

test('alerts and dashboard can be left out, and another stack has its own names', () => {
  const props = { stackName: 'watch', options: { alertRules: false, dashboard: false } };
  expect(manifests(props).map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    'ServiceMonitor watch-metrics',
    'PodMonitor watch-metrics',
  ]);
  expect(JSON.stringify(manifests({ stackName: 'watch' }))).toContain('namespace=\\"watch\\"');
});

test.each([
  { title: 'too often', interval: Duration.seconds(1) },
  { title: 'too seldom', interval: Duration.minutes(10) },
])('scraping $title is refused', ({ interval }) => {
  expect(() => manifests({ options: { scrapeInterval: interval } })).toThrow(/whole seconds from 5 to 300/);
});

test('the dashboard has the form that Grafana reads: every panel placed, with a data source, units and targets', () => {
  const [text = ''] = Object.values(manifest('ConfigMap').data);
  const dashboard = JSON.parse(text) as Dashboard;
  expect(Object.keys(dashboard).sort()).toEqual([
    'annotations',
    'editable',
    'graphTooltip',
    'links',
    'panels',
    'refresh',
    'schemaVersion',
    'tags',
    'templating',
    'time',
    'timezone',
    'title',
    'uid',
    'version',
  ]);
  expect(dashboard.schemaVersion).toBe(39);
  expect(dashboard.uid).toMatch(/^[\w-]{1,40}$/);
  expect(dashboard.templating.list.map(({ name, type }) => `${name} ${type}`)).toEqual(['datasource datasource']);
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  for (const panel of dashboard.panels.filter(({ type }) => type !== 'row')) {
    expect(['stat', 'timeseries']).toContain(panel.type);
    expect(panel.datasource).toEqual({ type: 'prometheus', uid: '${datasource}' });
    expect(panel.fieldConfig?.defaults.unit).toMatch(/^(none|s|bytes|percent|reqps)$/);
    expect(panel.fieldConfig?.defaults.thresholds.steps[0]).toEqual({ color: 'green', value: null });
    expect(panel.targets?.map(({ refId }) => refId)).toEqual(panel.targets?.map((_, n) => 'ABCDEFGH'[n]));
    expect(panel.targets?.length).toBeGreaterThan(0);
  }
});

test('no two panels of the dashboard lie over each other', () => {
  const [text = ''] = Object.values(manifest('ConfigMap').data);
  const taken = new Set<string>();
  for (const { gridPos } of (JSON.parse(text) as Dashboard).panels) {
    expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        expect(taken.has(`${x},${y}`)).toBe(false);
        taken.add(`${x},${y}`);
      }
    }
  }
});

interface Dashboard {
  readonly schemaVersion: number;
  readonly uid: string;
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
  readonly panels: readonly {
    readonly id: number;
    readonly type: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly datasource?: object;
    readonly fieldConfig?: {
      readonly defaults: { readonly unit: string; readonly thresholds: { readonly steps: readonly object[] } };
    };
    readonly targets?: readonly { readonly refId: string }[];
  }[];
}
