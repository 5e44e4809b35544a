/** Filters by themselves: records go in by HTTP and come out at a receiver. */
import * as path from 'node:path';
import { freePort } from '../../../scripts/support/free-port';
import { label, match, section, source } from '../../../src/model/fluentd/elements';
import type { FluentdElement } from '../../../src/model/fluentd/elements';
import { metricsSources, processElements } from '../../../src/model/fluentd/process';
import { rubyFilter } from '../../../src/model/fluentd/record-filters';
import { renderConfig } from '../../../src/model/fluentd/render';
import { FLUENTD_PORTS } from '../../../src/contract/detector-config';
import { relocate, startFluentd } from './fluentd';
import type { RunningFluentd } from './fluentd';
import { startReceiver } from './receiver';
import type { Receiver } from './receiver';
import { waitFor } from './wait';

const IN = '@IN';

export interface SentRecord {
  readonly record: object;
  /** @default 'test' */
  readonly tag?: string;
}

export interface FilteredStream {
  readonly fluentd: RunningFluentd;
  readonly receiver: Receiver;
  /** Sends records at one time, in seconds since the epoch, and gives all that came out since the last call. */
  readonly pass: (sent: readonly SentRecord[], expected?: number, time?: number) => Promise<Record<string, unknown>[]>;
  /** The text of the metrics. */
  readonly metrics: () => Promise<string>;
}

const TIME = 1772359200;

/** Starts a Fluentd that has nothing but these filters between its input and its output. */
export async function startFilters(dir: string, filters: readonly FluentdElement[]): Promise<FilteredStream> {
  const receiver = await startReceiver();
  const [port, metricsPort] = [await freePort(), await freePort()];
  const conf = renderConfig([
    ...processElements(path.join(dir, 'state')),
    ...metricsSources(),
    source({ '@type': 'http', bind: '127.0.0.1', port, '@label': IN, body_size_limit: 64 * 1024 * 1024 }, [
      section('parse', { '@type': 'json', keep_time_key: true, time_key: 'not_there' }),
    ]),
    label(IN, [...filters, output(receiver.url)]),
  ]);
  const fluentd = await startFluentd({ conf: relocate(conf, { [FLUENTD_PORTS.metrics]: metricsPort }), dir });
  let taken = 0;
  return {
    fluentd,
    receiver,
    pass: async (sent, expected = sent.length, time = TIME) => {
      for (const { record, tag = 'test' } of sent) await post(`http://127.0.0.1:${port}/${tag}?time=${time}`, record);
      await waitFor('the records', () => receiver.records().length >= taken + expected);
      const records = receiver.records().slice(taken);
      taken += records.length;
      return records;
    },
    metrics: async () => (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text(),
  };
}

function output(endpoint: string): FluentdElement {
  const buffer = { '@type': 'memory', flush_mode: 'interval', flush_interval: 0.1, flush_thread_interval: 0.1 };
  const params = { '@type': 'http', endpoint, content_type: 'application/x-ndjson' };
  return match(params, [section('format', { '@type': 'json' }), section('buffer', buffer)]);
}

async function post(url: string, record: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(record) });
  if (!response.ok) throw new Error(`Fluentd answered ${response.status}: ${await response.text()}`);
}

/** Stops the receiver; the process is stopped by `stopFluentds`. */
export async function closeFilters(stream: FilteredStream | undefined): Promise<void> {
  await stream?.receiver.close();
}

/** The time that the aggregator gives every record. */
export function stamped(): FluentdElement {
  return rubyFilter('record["@timestamp"] = Time.at(time).utc.strftime("%Y-%m-%dT%H:%M:%S.%6NZ")');
}
