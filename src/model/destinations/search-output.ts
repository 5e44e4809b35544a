/** Elasticsearch and OpenSearch, by the bulk API. */
import { EmbeddedText, filter, json, label, match } from '../fluentd/elements';
import type { FluentdElement, FluentdParams } from '../fluentd/elements';
import { rubyFilter } from '../fluentd/record-filters';
import type { OutputPlace } from './output';

/** Field with the id of a document. */
const ID_FIELD = 'document_id';

export interface SearchOptions {
  readonly plugin: 'elasticsearch' | 'opensearch';
  /** Major version of the cluster. */
  readonly version: number;
  readonly login: 'none' | 'password' | 'api-key';
  /** Into a data stream instead of daily indices. */
  readonly isStream: boolean;
  /** One index or stream for each tag. */
  readonly perSource: boolean;
}

/**
 * Labels of a search engine. Parameters: `hosts`, `username`, and `index-prefix` or `stream-prefix` and
 * `stream-namespace`; secrets: `password`, `api-key`. What the server took in part is emitted again, and must come back to the delivery rather than to every destination.
 */
export function searchLabels(place: OutputPlace, options: SearchOptions): FluentdElement[] {
  const { label: entry, deliveryLabel } = place;
  return [
    label(entry, [
      objectsAsText(),
      documentId(options.plugin),
      match({ '@type': 'relabel', '@id': `relabel_delivery_${place.id}`, '@label': deliveryLabel }),
    ]),
    label(deliveryLabel, [searchMatch(place, options)]),
  ];
}

/** Objects of any shape become text, or each of their fields becomes a field of the index until it refuses records. */
function objectsAsText(): FluentdElement {
  const asText = (field: string) => `record["${field}"] = Yajl.dump(record["${field}"]) if record.key?("${field}")`;
  return rubyFilter(asText('requestObject'), asText('responseObject'));
}

/**
 * The id of each record's document, so that a repeated delivery replaces instead of doubling. It stays in the document:
 * of a delivery that was taken in part, the plugin repeats the rest as it was sent.
 */
function documentId(plugin: SearchOptions['plugin']): FluentdElement {
  return filter({ '@type': `${plugin}_genid`, hash_id_key: ID_FIELD });
}

/** `unrecoverable_error_types`: by default an overloaded server makes the plugin throw the whole delivery away. */
function searchMatch(place: OutputPlace, options: SearchOptions): FluentdElement {
  const { tls } = place;
  const params: FluentdParams = {
    '@type': `siem_${options.plugin}`,
    '@id': place.outputId,
    '@label': place.deliveryLabel,
    hosts: place.parameter('hosts'),
    custom_headers: options.login === 'password' ? json({ Authorization: basicAuthorization(place) }) : undefined,
    api_key: options.login === 'api-key' ? place.secret('api-key') : undefined,
    ssl_verify: true,
    ca_file: tls.caFile,
    client_cert: tls.clientCertificateFile,
    client_key: tls.clientKeyFile,
    ...indexParams(place, options),
    id_key: ID_FIELD,
    suppress_type_name: true,
    request_timeout: 30,
    reconnect_on_error: true,
    reload_connections: false,
    unrecoverable_error_types: json([]),
    ...versionParams(options),
  };
  return match(params, [place.buffer({ byTag: true })]);
}

/** In a data stream documents are created only: one that is there already is a repeated delivery, and counts as taken. */
function indexParams(place: OutputPlace, { isStream, perSource }: SearchOptions): FluentdParams {
  if (!isStream) {
    const prefix = place.parameter('index-prefix').parts;
    return { logstash_format: true, logstash_prefix: new EmbeddedText([...prefix, ...(perSource ? ['-${tag}'] : [])]) };
  }
  const [prefix, space] = [place.parameter('stream-prefix').parts, place.parameter('stream-namespace').parts];
  const name = new EmbeddedText([...prefix, ...(perSource ? ['.${tag}'] : []), '-', ...space]);
  return { index_name: name, write_operation: 'create' };
}

/** No question to the server at start: an aggregator must start, and buffer, while its destination is down. */
function versionParams({ plugin, version }: SearchOptions): FluentdParams {
  return plugin === 'elasticsearch'
    ? { verify_es_version_at_startup: false, default_elasticsearch_version: version, log_es_400_reason: true }
    : { verify_os_version_at_startup: false, default_opensearch_version: version, log_os_400_reason: true };
}

/** The header by hand: the clients of both turn a blank in a password into a plus sign. */
function basicAuthorization(place: OutputPlace): EmbeddedText {
  const [username, password] = [place.parameter('username'), place.secret('password')];
  return new EmbeddedText(['Basic ', { base64: [...username.parts, ':', ...password.parts] }]);
}
