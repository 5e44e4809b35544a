/** The dashboard of the way of the records, as Grafana's JSON model. */
import type { MonitoredPlaces } from './alert-rules';

/** Version of Grafana's schema of a dashboard; Grafana 10 and later read it. */
const SCHEMA_VERSION = 39;
const COLUMNS = 24;
const PANEL_HEIGHT = 8;
const STAT_HEIGHT = 5;

interface Query {
  readonly expr: string;
  readonly legend: string;
}

export interface PanelPlan {
  readonly title: string;
  readonly kind: 'stat' | 'timeseries';
  readonly unit: string;
  readonly description: string;
  readonly queries: readonly Query[];
  /** A value at or above it is shown in red. */
  readonly redFrom?: number;
}

export interface RowPlan {
  readonly title: string;
  readonly panels: readonly PanelPlan[];
}

/** What the dashboard shows, row by row. */
export function dashboardPlan(places: MonitoredPlaces): RowPlan[] {
  return [arrivalRow(places), bufferRow(places), detectionRow(places)];
}

function arrivalRow({ namespaceName }: MonitoredPlaces): RowPlan {
  const here = `namespace="${namespaceName}"`;
  return {
    title: 'Does everything arrive',
    panels: [
      redFrom(
        1,
        stat('Hops down', 'none', 'Hops that pass nothing on', [
          q(`count(siem_hop_up{${here}} == 0) or vector(0)`, 'down'),
        ]),
      ),
      redFrom(1, stat('Silent nodes', 'none', 'By source', [q(`siem_canary_nodes_missing{${here}}`, '{{source}}')])),
      redFrom(300, stat('Audit log', 's', 'Since the last audit event', [q(`siem_audit_age_seconds{${here}}`, 'age')])),
      stat('Rules', 'none', 'Rules in force', [q(`siem_rules_loaded{${here}}`, 'rules')]),
      stat('Open alerts', 'none', 'Alerts that are not resolved', [q(`siem_alerts_open{${here}}`, 'open')]),
      redFrom(
        1,
        stat('Dropped chunks', 'none', 'In the last day', [
          q(`sum(increase(siem_output_dropped_chunks_total{${here}}[1d]))`, 'dropped'),
        ]),
      ),
      chart('Canary age', 's', 'Of the node that is silent for the longest time', [
        q(`siem_canary_age_seconds{${here}}`, '{{source}}'),
      ]),
      chart('Records by outcome', 'reqps', 'What became of records in the detector', [
        q(`sum by (outcome) (rate(siem_records_read_total{${here}}[5m]))`, '{{outcome}}'),
      ]),
    ],
  };
}

function bufferRow({ namespaceName, agentNamespaceName }: MonitoredPlaces): RowPlan {
  const here = `namespace="${namespaceName}"`;
  const outputs = `namespace=~"${namespaceName}|${agentNamespaceName}",plugin_id=~"out_.+"`;
  const aggregator = `namespace="${namespaceName}",plugin_id=~"out_.+"`;
  return {
    title: 'Buffers and deliveries',
    panels: [
      chart('Buffered by the aggregator', 'bytes', 'What waits for each destination and for the detector', [
        q(`fluentd_output_status_buffer_total_bytes{${aggregator}}`, '{{plugin_id}}'),
      ]),
      chart('Free space of buffers', 'percent', 'Of agents the fullest', [
        q(
          `min by (namespace, plugin_id) (fluentd_output_status_buffer_available_space_ratio{${outputs}})`,
          '{{plugin_id}}',
        ),
      ]),
      chart('Failed attempts', 'reqps', 'Deliveries that are repeated', [
        q(`sum by (plugin_id) (rate(fluentd_output_status_num_errors{${outputs}}[5m]))`, '{{plugin_id}}'),
      ]),
      chart('Pause between attempts', 's', 'Grows with each failure in a row', [
        q(`max by (plugin_id) (fluentd_output_status_retry_wait{${outputs}})`, '{{plugin_id}}'),
      ]),
      chart('Records of the agents', 'reqps', 'By node and stream', [
        q(
          `topk(20, sum by (node, plugin_id) (rate(fluentd_output_status_emit_records{namespace="${agentNamespaceName}",plugin_id=~"out_.+"}[5m])))`,
          '{{node}} {{plugin_id}}',
        ),
      ]),
      chart('Waiting without a delivery', 's', 'Since when an output delivers nothing', [
        q(`siem_output_waiting_seconds{${here}}`, '{{output}}'),
      ]),
    ],
  };
}

function detectionRow({ namespaceName }: MonitoredPlaces): RowPlan {
  const here = `namespace="${namespaceName}"`;
  return {
    title: 'Detection and alerts',
    panels: [
      chart('Alerts opened', 'none', 'In an hour, by rule', [
        q(`sum by (rule) (increase(siem_alerts_opened_total{${here}}[1h]))`, '{{rule}}'),
      ]),
      chart('Alerts that wait', 'none', 'By receiver', [q(`siem_notifications_pending{${here}}`, '{{receiver}}')]),
      chart('Undecided evaluations', 'reqps', 'Rules that read what was not recorded', [
        q(`sum by (rule, field) (rate(siem_engine_unknown_outcomes_total{${here}}[5m]))`, '{{rule}} {{field}}'),
      ]),
      chart('Evicted state', 'none', 'Forgotten for want of room, in an hour', [
        q(`sum by (state) (increase(siem_engine_evictions_total{${here}}[1h]))`, '{{state}}'),
      ]),
    ],
  };
}

/** The dashboard, `uid` its stable identity in Grafana. */
export function dashboardJson(uid: string, places: MonitoredPlaces): object {
  const panels: object[] = [];
  let top = 0;
  for (const row of dashboardPlan(places)) {
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title: row.title,
      collapsed: false,
      gridPos: { h: 1, w: COLUMNS, x: 0, y: top },
      panels: [],
    });
    top += 1;
    for (const kind of ['stat', 'timeseries'] as const) {
      const some = row.panels.filter((panel) => panel.kind === kind);
      const [width, height] = kind === 'stat' ? [COLUMNS / 6, STAT_HEIGHT] : [COLUMNS / 2, PANEL_HEIGHT];
      const perLine = COLUMNS / width;
      for (const [index, panel] of some.entries()) {
        const gridPos = {
          h: height,
          w: width,
          x: (index % perLine) * width,
          y: top + Math.floor(index / perLine) * height,
        };
        panels.push(panelJson(panels.length + 1, panel, gridPos));
      }
      top += Math.ceil(some.length / perLine) * height;
    }
  }
  return {
    uid,
    title: `SIEM pipeline (${places.namespaceName})`,
    tags: ['security-monitoring'],
    schemaVersion: SCHEMA_VERSION,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    timezone: 'utc',
    annotations: { list: [] },
    links: [],
    templating: { list: [datasourceVariable()] },
    panels,
  };
}

function datasourceVariable(): object {
  return {
    name: 'datasource',
    type: 'datasource',
    label: 'Prometheus',
    query: 'prometheus',
    hide: 0,
    refresh: 1,
    regex: '',
  };
}

function panelJson(id: number, panel: PanelPlan, gridPos: object): object {
  const { kind, title, description, unit, queries, redFrom } = panel;
  const datasource = { type: 'prometheus', uid: '${datasource}' };
  const steps = [{ color: 'green', value: null }, ...(redFrom === undefined ? [] : [{ color: 'red', value: redFrom }])];
  const options =
    kind === 'stat'
      ? { colorMode: 'value', graphMode: 'area', reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false } }
      : {
          legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
          tooltip: { mode: 'multi', sort: 'desc' },
        };
  return {
    id,
    type: kind,
    title,
    description,
    datasource,
    gridPos,
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + index),
      datasource,
      expr,
      legendFormat: legend,
    })),
    fieldConfig: { defaults: { unit, thresholds: { mode: 'absolute', steps } }, overrides: [] },
    options,
  };
}

function q(expr: string, legend: string): Query {
  return { expr, legend };
}

function stat(title: string, unit: string, description: string, queries: readonly Query[]): PanelPlan {
  return { title, kind: 'stat', unit, description, queries };
}

function redFrom(value: number, panel: PanelPlan): PanelPlan {
  return { ...panel, redFrom: value };
}

function chart(title: string, unit: string, description: string, queries: readonly Query[]): PanelPlan {
  return { title, kind: 'timeseries', unit, description, queries };
}
