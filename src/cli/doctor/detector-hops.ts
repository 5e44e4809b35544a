/** What the metrics of the detector say: of the way to it, of what it understood, and of where its alerts go. */
import type { Reading } from './endpoint';
import { bytesText, Findings, type Hop, secondsText } from './hop';
import type { Metrics } from './prometheus-text';

/** Three canaries were missed. */
const LATE_SECONDS = 100;
const AUDIT_SILENT_SECONDS = 300;

export function detectorHops({ metrics }: Reading): Hop[] {
  if (metrics === undefined) return [];
  return [...canaryHops(metrics), recordsHop(metrics), rulesHop(metrics), ...receiverHops(metrics)];
}

/** From the sources on the nodes to the detector, one hop for each source that has canaries. */
function canaryHops(metrics: Metrics): Hop[] {
  const sources = metrics.labelValues('siem_canary_age_seconds', 'source');
  if (sources.length === 0) return [noCanary()];
  return sources.map((source) => {
    const of = (name: string): number => metrics.value(`siem_canary_${name}`, { source }) ?? 0;
    const missing = of('nodes_missing');
    const age = of('age_seconds');
    const auditAge = source === 'kubernetes-audit' ? metrics.value('siem_audit_age_seconds') : undefined;
    const findings = new Findings();
    findings.add(
      missing > 0,
      'problem',
      `${missing} of ${missing + of('nodes_heard')} nodes are silent: is the agent there running ` +
        '(kubectl get pods -o wide), and does its forward buffer empty?',
    );
    findings.add(missing === 0 && age > LATE_SECONDS, 'warning', 'a canary is late; look again in a minute');
    findings.add(
      of('delay_seconds') > 60,
      'warning',
      'canaries take long: a backlog is being worked off, or a clock is wrong',
    );
    findings.add(
      (auditAge ?? 0) > AUDIT_SILENT_SECONDS,
      'problem',
      'no audit event comes although the canary does: are the audit flags and the policy still set on the API server, and ' +
        'does `auditLogPath` name the file that it writes?',
    );
    const audit = auditAge === undefined ? '' : `, last event ${secondsText(auditAge)} ago`;
    return hop(`${source} → detector`, findings, {
      seen: `canary ${secondsText(age)} ago on ${of('nodes_heard')} nodes${audit}`,
      lost: missing > 0 ? `${missing} nodes silent` : '0 nodes silent',
    });
  });
}

function noCanary(): Hop {
  const findings = new Findings();
  findings.add(
    true,
    'problem',
    'no canary ever came: do the agents run, and does the forward buffer of one of them empty?',
  );
  return hop('sources → detector', findings, { seen: 'never' });
}

function recordsHop(metrics: Metrics): Hop {
  const outcome = (name: string): number => metrics.value('siem_records_read_total', { outcome: name }) ?? 0;
  const broken = outcome('malformed') + outcome('oversize') + outcome('failed');
  const refusals = sum(metrics, 'siem_queue_refusals_total');
  const findings = new Findings();
  findings.add(
    broken > 0,
    'warning',
    'records were malformed, too long or in quarantine: the log has a sample of each kind under `bad input`',
  );
  findings.add(
    outcome('unknown') > 0,
    'warning',
    'records were of no known shape: which source writes them? See the log',
  );
  findings.add(
    refusals > 0,
    'warning',
    'deliveries were refused for a time because alerts could not be stored: see the volume',
  );
  return hop('detector reads', findings, {
    seen: `${outcome('events')} events, ${outcome('ignored')} without one`,
    buffered: bytesText(metrics.value('siem_ingest_waiting_bytes') ?? 0),
    retried: `${sum(metrics, 'siem_chunks_repeated_total')} repeated chunks`,
    lost: `${broken} malformed, ${outcome('unknown')} unknown`,
  });
}

function rulesHop(metrics: Metrics): Hop {
  const rules = metrics.value('siem_rules_loaded') ?? 0;
  const unknown = sum(metrics, 'siem_engine_unknown_outcomes_total');
  const findings = new Findings();
  findings.add(rules === 0, 'problem', 'no rule is loaded: the log says which file is wrong');
  const isOld = (part: string): boolean => metrics.value('siem_config_current', { part }) === 0;
  findings.add(
    isOld('rules'),
    'problem',
    'the mounted rules have an error and the ones before still run; `siem check`',
  );
  findings.add(
    isOld('settings'),
    'problem',
    'the mounted settings have an error and the ones before still run; see the log',
  );
  findings.add(
    unknown > 0,
    'warning',
    'rules read fields that were not recorded: see siem_engine_unknown_outcomes_total',
  );
  return hop('detector rules', findings, {
    seen: `${rules} rules, ${sum(metrics, 'siem_engine_findings_total')} findings`,
    lost: `${unknown} undecided`,
  });
}

function receiverHops(metrics: Metrics): Hop[] {
  return metrics.labelValues('siem_notifications_pending', 'receiver').map((receiver) => {
    const of = (name: string): number =>
      metrics
        .all(`siem_notifications_${name}`)
        .filter(({ labels }) => labels.get('receiver') === receiver)
        .reduce((total, { value }) => total + value, 0);
    const findings = new Findings();
    findings.add(
      of('pending') > 0,
      'problem',
      'alerts wait: is the receiver up, and does it take our requests? See the log',
    );
    findings.add(of('refused_total') > 0, 'warning', 'the receiver refused alerts for good; the log names them');
    return hop(`detector → ${receiver}`, findings, {
      seen: `${of('sent_total')} alerts sent`,
      buffered: `${of('pending')} alerts`,
      retried: String(of('retried_total')),
      lost: `${of('refused_total')} refused`,
    });
  });
}

function hop(
  name: string,
  findings: Findings,
  shown: Partial<Pick<Hop, 'seen' | 'buffered' | 'retried' | 'lost'>>,
): Hop {
  const { verdict, remedies } = findings;
  return { hop: name, seen: '-', buffered: '-', retried: '-', lost: '-', ...shown, verdict, remedies };
}

function sum(metrics: Metrics, name: string): number {
  return metrics.all(name).reduce((total, { value }) => total + value, 0);
}
