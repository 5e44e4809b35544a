/** An aggregator that is only its sources: what they take goes through a file buffer to a receiver. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { freePort } from '../../../scripts/support/free-port';
import { FLUENTD_PORTS } from '../../../src/contract/detector-config';
import { fileBuffer } from '../../../src/model/fluentd/buffer';
import { label, match, section } from '../../../src/model/fluentd/elements';
import { metricsSources, processElements } from '../../../src/model/fluentd/process';
import { renderConfig } from '../../../src/model/fluentd/render';
import { aggregatorSourceElements } from '../../../src/model/sources/aggregator-source';
import type { AggregatorSource } from '../../../src/model/sources/aggregator-source';
import { relocate, startFluentd } from './fluentd';
import type { RunningFluentd } from './fluentd';

export interface Ingest {
  readonly fluentd: RunningFluentd;
  readonly metricsPort: number;
  /** Where it listens, when the source is a listener. */
  readonly port: number;
}

/** Starts it in a folder, where a second start finds the state of the first. */
export async function startIngest(
  source: AggregatorSource,
  options: {
    readonly dir: string;
    readonly target: string;
    readonly bufferBytes?: number;
    readonly env?: Readonly<Record<string, string>>;
  },
): Promise<Ingest> {
  const state = path.join(options.dir, 'state');
  fs.mkdirSync(state, { recursive: true });
  const [port, metricsPort] = [await freePort(), await freePort()];
  const place = { cluster: 'prod-eu', stateDirectory: state, ingestLabel: '@INGEST' };
  const elements = aggregatorSourceElements(source, place);
  const conf = renderConfig([
    ...processElements(state),
    ...metricsSources(),
    ...elements,
    label('@INGEST', [receiver(options.target, state, options.bufferBytes)]),
  ]);
  const listens = source.kind === 'gke' ? FLUENTD_PORTS.pubsub : FLUENTD_PORTS.auditWebhook;
  const isListener = source.kind === 'gke' || source.kind === 'audit-webhook';
  const places = { [FLUENTD_PORTS.metrics]: metricsPort, ...(isListener && { [listens]: port }) };
  const fluentd = await startFluentd({ conf: relocate(conf, places), dir: options.dir, env: options.env ?? {} });
  return { fluentd, metricsPort, port };
}

function receiver(endpoint: string, state: string, totalBytes = 64 * 1024 * 1024) {
  const params = {
    '@type': 'http',
    '@id': 'out_receiver',
    endpoint,
    content_type: 'application/x-ndjson',
    retryable_response_codes: '[503]',
  };
  const buffer = fileBuffer({
    path: `${state}/buffer`,
    totalBytes,
    overflow: 'pause',
    retrySeconds: 1,
    flushAtShutdown: false,
  });
  return match(params, [section('format', { '@type': 'json' }), buffer]);
}
