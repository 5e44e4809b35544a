/**
 * The aggregator: takes what the agents send, hands it to the destinations and then to the detector beside it, and takes
 * the detector's alerts to the destinations.
 */
import { CHUNK_ID_HEADER, DETECTOR_PORTS, FLUENTD_PORTS, INGEST_PATH } from '../../contract/detector-config';
import { RETRIED_STATUS } from '../destinations/http-output';
import type { DestinationOutput } from '../destinations/output';
import { destinationElements, destinationLabel } from '../destinations/place';
import { element, json, label, match, section, source } from '../fluentd/elements';
import type { FluentdElement } from '../fluentd/elements';
import { fileBuffer } from '../fluentd/buffer';
import { metricsSources, processElements } from '../fluentd/process';
import { checkedConfig } from '../fluentd/check';
import { shippingElements } from '../shipping/filters';
import type { ShippingFilters } from '../shipping/filters';
import { aggregatorSourceElements } from '../sources/aggregator-source';
import type { AggregatorSource } from '../sources/aggregator-source';
import { forwardInput } from './forward-transport';
import type { Transport } from './forward-transport';
import { rubyFilter } from '../fluentd/record-filters';

export type { DestinationOutput, OutputBuffer, OutputTls } from '../destinations/output';

export interface AggregatorOptions {
  readonly transport: Transport;
  /** Buffers and backups of chunks; writable. */
  readonly stateDirectory: string;
  /** Folder with a folder for each destination, in which its secrets and certificates are files. */
  readonly credentialDirectory: string;
  /** In order of importance: only the first can hold the flow back. */
  readonly destinations: readonly DestinationOutput[];
  /** What is left out or made unreadable on the way to the destinations. */
  readonly shipping?: ShippingFilters;
  /** Whether that happens on the way to the detector too. */
  readonly isShippingBeforeDetection?: boolean;
  /** What may wait for the detector, in bytes; beyond it the oldest is dropped and counted. */
  readonly detectorBufferBytes?: number;
  /** What is read here, beside what agents send. */
  readonly sources?: readonly AggregatorSource[];
  /** Name of the cluster, written into every record of these sources. */
  readonly cluster?: string;
}

/** What destinations refused for what it holds is kept up to this size; the oldest goes first. */
export const REFUSED_BYTES = 1024 * 1024 * 1024;

const INGEST_LABEL = '@INGEST';
const DESTINATIONS_LABEL = '@DESTINATIONS';
const LOOPBACK = '127.0.0.1';
const GIB = 1024 * 1024 * 1024;

/** The text of the aggregator's `fluent.conf`. */
export function renderAggregator(options: AggregatorOptions): string {
  return checkedConfig([
    ...processElements(options.stateDirectory),
    forwardInput(options.transport, INGEST_LABEL),
    alertsInput(),
    ...metricsSources(),
    source({ '@type': 'siem_refused', '@id': 'in_refused', limit_bytes: REFUSED_BYTES }),
    monitorSource(),
    ...sourceElements(options),
    ingestLabel(options),
    destinationsLabel(options),
    ...options.destinations.flatMap((output, index) =>
      destinationElements(output, {
        stateDirectory: options.stateDirectory,
        credentialDirectory: options.credentialDirectory,
        overflow: overflowOf(output, index),
      }),
    ),
  ]);
}

function sourceElements({ sources = [], cluster = '', stateDirectory }: AggregatorOptions): FluentdElement[] {
  const place = { cluster, stateDirectory, ingestLabel: INGEST_LABEL };
  return sources.flatMap((one) => aggregatorSourceElements(one, place));
}

/** Without the configuration of the plugins: credentials stand in it. */
function monitorSource(): FluentdElement {
  const params = { '@type': 'monitor_agent', '@id': 'in_monitor', include_config: false };
  return source({ ...params, bind: LOOPBACK, port: FLUENTD_PORTS.monitor });
}

/** The body is one alert; the path of the request is its tag. Answered once the alert is in the destinations' buffers. */
function alertsInput(): FluentdElement {
  const params = {
    '@type': 'http',
    '@id': 'in_alerts',
    '@label': DESTINATIONS_LABEL,
    bind: LOOPBACK,
    port: FLUENTD_PORTS.alerts,
    keepalive_timeout: 60,
  };
  const parse = {
    '@type': 'json',
    time_key: 'lastTime',
    time_type: 'string',
    time_format: '%iso8601',
    keep_time_key: true,
  };
  return source(params, [section('parse', parse)]);
}

/**
 * The order matters. A store that refuses makes the agents send the delivery again, to every store before it too; so the
 * destinations, which may refuse, come first, and the detector's store, which comes after them, never refuses.
 */
function ingestLabel(options: AggregatorOptions): FluentdElement {
  const stores = [storeFor('destinations', DESTINATIONS_LABEL, false), detectorStore(options)];
  const copy = match({ '@type': 'copy', '@id': 'copy_ingest', copy_mode: 'shallow' }, stores);
  return label(INGEST_LABEL, [...shippingAt(options, true), copy]);
}

function detectorStore(options: AggregatorOptions): FluentdElement {
  const params = {
    '@type': 'http',
    '@id': 'out_detector',
    endpoint: `http://${LOOPBACK}:${DETECTOR_PORTS.ingest}${INGEST_PATH}`,
    content_type: 'application/x-ndjson',
    compress: 'gzip',
    headers_from_placeholders: json({ [CHUNK_ID_HEADER]: '${chunk_id}' }),
    open_timeout: 5,
    read_timeout: 60,
    reuse_connections: true,
    retryable_response_codes: json(RETRIED_STATUS),
  };
  const buffer = fileBuffer({
    path: `${options.stateDirectory}/buffer/out_detector`,
    totalBytes: options.detectorBufferBytes ?? GIB,
    deliveryRecords: 2000,
    overflow: 'drop-oldest',
    retrySeconds: 10,
    flushAtShutdown: true,
  });
  return element('store', 'ignore_error', params, [section('format', { '@type': 'json' }), buffer]);
}

/** Every record gets the time of its event in one readable form; what it says of its time itself stays as it is. */
function destinationsLabel(options: AggregatorOptions): FluentdElement {
  const { destinations } = options;
  const stores = destinations.map((output, index) =>
    storeFor(output.id, destinationLabel(output), overflowOf(output, index) === 'drop-oldest'),
  );
  const end =
    stores.length === 0
      ? match({ '@type': 'null', '@id': 'null_destinations' })
      : match({ '@type': 'copy', '@id': 'copy_destinations', copy_mode: 'shallow' }, stores);
  const time = rubyFilter('record["@timestamp"] = Time.at(time).utc.strftime("%Y-%m-%dT%H:%M:%S.%6NZ")');
  return label(DESTINATIONS_LABEL, [time, ...shippingAt(options, false), end]);
}

/** Before detection the records are filtered that alerts are made of; behind it the alerts too, which have a tag of their own. */
function shippingAt(options: AggregatorOptions, isBeforeDetection: boolean): FluentdElement[] {
  const { shipping = {}, isShippingBeforeDetection = false } = options;
  return isShippingBeforeDetection === isBeforeDetection ? shippingElements(shipping) : [];
}

function overflowOf(output: DestinationOutput, index: number): 'pause' | 'drop-oldest' {
  const overflow = output.buffer?.overflow ?? (index === 0 ? 'pause' : 'drop-oldest');
  if (overflow === 'pause' && index > 0) {
    throw new Error(`the destination '${output.id}' is not the first and cannot pause the flow; use 'drop-oldest'`);
  }
  return overflow;
}

/** A store of `copy` that hands records to a label. */
function storeFor(name: string, target: string, mayFail: boolean): FluentdElement {
  return element('store', mayFail ? 'ignore_error' : '', {
    '@type': 'relabel',
    '@id': `relabel_to_${name}`,
    '@label': target,
  });
}
