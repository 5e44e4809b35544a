/** Audit events of AKS, which a diagnostic setting writes to an event hub, read as Kafka. */
import { secretFile, source } from '../fluentd/elements';
import type { FluentdElement } from '../fluentd/elements';
import { unwrapLabel, unwrapLabelName } from './unwrap';
import type { AggregatorPlace } from './unwrap';

export interface AksSource {
  /** `<name>.servicebus.windows.net:9093`, or several of the kind, separated by commas. */
  readonly brokers: string;
  readonly eventHub: string;
  readonly consumerGroup: string;
  /** File with the connection string. */
  readonly connectionStringFile: string;
  /** CA of the brokers; absent: the CAs of the image. */
  readonly caFile?: string;
}

/**
 * The plugin waits while a buffer is full, and what has been read is committed after the buffers took it: a kill repeats
 * some ten seconds, and loses nothing. Text, because its own parser only warns of what is no JSON.
 */
export function aksElements(aks: AksSource, place: AggregatorPlace): FluentdElement[] {
  const params = {
    '@type': 'kafka_group',
    '@id': 'in_aks',
    '@label': unwrapLabelName('AKS'),
    brokers: aks.brokers,
    topics: aks.eventHub,
    consumer_group: aks.consumerGroup,
    client_id: 'siem-aggregator',
    username: '$ConnectionString',
    password: secretFile(aks.connectionStringFile),
    sasl_over_ssl: true,
    ssl_ca_cert: aks.caFile,
    ssl_ca_certs_from_system: aks.caFile === undefined,
    format: 'text',
    message_key: 'message',
    time_source: 'kafka',
    offset_commit_interval: 10,
    retry_wait_seconds: 5,
    disable_retry_limit: true,
  };
  return [source(params), unwrapLabel({ name: 'AKS', format: 'aks', envelope: 'records' }, place)];
}
