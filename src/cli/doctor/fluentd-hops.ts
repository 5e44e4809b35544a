/** What the metrics of a Fluentd say of its outputs. */
import type { Reading } from './endpoint';
import { bytesText, Findings, type Hop, secondsText } from './hop';
import type { Metrics } from './prometheus-text';

const OUTPUT = /^out_/;
/** Percent of a buffer that is free: below the first it fills, below the second it will overflow soon. */
const LITTLE_SPACE = 40;
const NO_SPACE = 15;
/** Longer pauses between attempts come only after many failures in a row. */
const LONG_RETRY_SECONDS = 5;

/** One hop for each output. `beside` are the metrics of the detector in the same pod. */
export function fluentdHops({ tier, url, metrics }: Reading, beside: Metrics | undefined, nowMs: number): Hop[] {
  if (metrics === undefined) return [];
  const outputs = metrics
    .labelValues('fluentd_output_status_emit_records', 'plugin_id')
    .filter((id) => OUTPUT.test(id));
  return outputs.map((id) => {
    const from = tier === 'agent' ? `agent ${url.host}` : tier;
    const to = tier === 'agent' ? 'aggregator' : id.replace(OUTPUT, '');
    const label = tier === 'agent' ? ` (${id})` : '';
    return outputHop(`${from} → ${to}${label}`, new Output(metrics, beside, id), nowMs);
  });
}

/** The figures of one output. */
class Output {
  public constructor(
    private readonly metrics: Metrics,
    private readonly beside: Metrics | undefined,
    private readonly id: string,
  ) {}

  public own(name: string): number {
    return this.metrics.value(`fluentd_output_status_${name}`, { plugin_id: this.id }) ?? 0;
  }

  /** Undefined: Fluentd has no such figure at present. */
  public maybe(name: string): number | undefined {
    return this.metrics.value(`fluentd_output_status_${name}`, { plugin_id: this.id });
  }

  /** Records that the destination refused for what they hold; they are kept aside. */
  public get refused(): number {
    return this.metrics
      .all('siem_destination_refused_records_total')
      .filter(
        ({ labels }) => labels.get('destination') === this.id || `out_${labels.get('destination') ?? ''}` === this.id,
      )
      .reduce((total, { value }) => total + value, 0);
  }

  public watched(name: string): number | undefined {
    return this.beside?.value(`siem_output_${name}`, { output: this.id });
  }
}

function outputHop(name: string, output: Output, nowMs: number): Hop {
  const buffered = output.own('buffer_total_bytes');
  const free = output.maybe('buffer_available_space_ratio') ?? 100;
  const retryWait = output.own('retry_wait');
  const waiting = output.watched('waiting_seconds') ?? 0;
  const dropped = output.watched('dropped_chunks_total');
  const oldest = output.maybe('buffer_oldest_timekey');
  const age = oldest === undefined || oldest === 0 ? waiting : Math.max(0, nowMs / 1000 - oldest);
  const findings = new Findings();
  findings.add(retryWait > 0 && retryWait <= LONG_RETRY_SECONDS, 'warning', 'an attempt failed and is repeated');
  findings.add(
    retryWait > LONG_RETRY_SECONDS || waiting > 120,
    'problem',
    'the next hop does not take records: is it up, may this pod reach it (NetworkPolicy, DNS, certificate), is the ' +
      'credential valid? The log of Fluentd says what it answers',
  );
  findings.add(
    free < LITTLE_SPACE && free >= NO_SPACE,
    'warning',
    'the buffer fills: mend the next hop before it is full',
  );
  findings.add(
    free < NO_SPACE,
    'problem',
    'the buffer is nearly full: then reading pauses, or the oldest chunks are dropped',
  );
  findings.add((dropped ?? 0) > 0, 'problem', 'chunks were dropped and are lost to this hop; give it a larger buffer');
  findings.add(
    output.refused > 0,
    'problem',
    'the destination refused records for what they hold; they lie in the backup directory of the aggregator, and its log ' +
      'says why',
  );
  return {
    hop: name,
    seen: `${output.own('emit_records')} records`,
    buffered: `${bytesText(buffered)}${age > 0 ? `, oldest ${secondsText(age)}` : ''}, ${free}% free`,
    retried: `${output.own('num_errors')} failures${retryWait > 0 ? `, next in up to ${secondsText(retryWait)}` : ''}`,
    lost: `${dropped === undefined ? '' : `${dropped} chunks dropped, `}${output.refused} records refused`,
    verdict: findings.verdict,
    remedies: findings.remedies,
  };
}
