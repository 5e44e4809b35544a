/** Destinations to Fluentd's outputs: each a label of its own, with what its records need on the way. */
import { EmbeddedText, element, filter, json, label, match, section } from '../fluentd/elements';
import type { FluentdElement, FluentdParams, JsonTree, TextPart } from '../fluentd/elements';
import type { DestinationOutput, HttpOutput, OutputText, SearchOutput } from './output';
import { fileBuffer } from '../fluentd/buffer';
import { rubyFilter } from '../fluentd/record-filters';

const GIB = 1024 * 1024 * 1024;

/**
 * Answers after which a delivery is repeated, for ever: they speak of the way or of the moment (a wrong address, an
 * expired key, a limit, an outage), not of what the records say. After any other refusal the records are kept in the
 * backup directory and the flow goes on.
 */
export const RETRIED_STATUS = [
  301, 302, 303, 307, 308, 401, 403, 404, 405, 407, 408, 413, 421, 423, 425, 429, 500, 502, 503, 504, 507, 509, 520,
  521, 522, 523, 524, 525, 526, 527, 530,
];

/** Field with the id of a document in a search engine. */
const ID_FIELD = 'document_id';

const IDENTIFIER = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

export interface DestinationPlace {
  readonly stateDirectory: string;
  readonly overflow: 'pause' | 'drop-oldest';
}

/** Label that receives the records of a destination. */
export function destinationLabel(output: DestinationOutput): string {
  if (!IDENTIFIER.test(output.id)) {
    throw new Error(`'${output.id}' cannot name a destination; use lower-case letters, digits and dashes`);
  }
  return `@DESTINATION_${output.id.toUpperCase().replaceAll('-', '_')}`;
}

export function destinationElements(output: DestinationOutput, place: DestinationPlace): FluentdElement[] {
  const name = destinationLabel(output);
  if (output.plugin === 'http') return [label(name, [httpMatch(output, place)])];
  const delivery = name.replace('@DESTINATION_', '@DELIVERY_');
  return [
    label(name, [
      objectsAsText(),
      documentId(output),
      match({ '@type': 'relabel', '@id': `relabel_delivery_${output.id}`, '@label': delivery }),
    ]),
    label(delivery, [searchMatch(output, place, delivery)]),
  ];
}

function httpMatch(output: HttpOutput, place: DestinationPlace): FluentdElement {
  const { format = 'ndjson', tls = {} } = output;
  const params: FluentdParams = {
    '@type': 'http',
    '@id': outputId(output),
    endpoint: text(output.endpoint),
    content_type: format === 'ndjson' ? 'application/x-ndjson' : 'application/json',
    json_array: format === 'json-array',
    headers: output.headers === undefined ? undefined : json(headerTree(output.headers)),
    compress: output.gzip === true ? 'gzip' : undefined,
    open_timeout: 10,
    read_timeout: 60,
    reuse_connections: true,
    tls_verify_mode: 'peer',
    tls_ca_cert_path: tls.caFile,
    tls_client_cert_path: tls.clientCertificateFile,
    tls_private_key_path: tls.clientKeyFile,
    retryable_response_codes: json(RETRIED_STATUS),
  };
  const auth = { method: 'basic', username: optional(output.username), password: optional(output.password) };
  return match(params, [
    section('format', { '@type': 'json' }),
    ...(output.username === undefined ? [] : [section('auth', auth)]),
    destinationBuffer(output, place),
  ]);
}

function headerTree(headers: Readonly<Record<string, OutputText>>): JsonTree {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, text(value)]));
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
function documentId(output: SearchOutput): FluentdElement {
  return filter({ '@type': `${output.plugin}_genid`, hash_id_key: ID_FIELD });
}

/**
 * `@label`: what the server took in part is emitted again, and must come back here rather than to every destination.
 * `unrecoverable_error_types`: by default an overloaded server makes the plugin throw the whole delivery away.
 */
function searchMatch(output: SearchOutput, place: DestinationPlace, retryLabel: string): FluentdElement {
  const { tls = {} } = output;
  const params: FluentdParams = {
    '@type': output.plugin,
    '@id': outputId(output),
    '@label': retryLabel,
    hosts: text(output.hosts),
    custom_headers: output.username === undefined ? undefined : json({ Authorization: basicAuthorization(output) }),
    api_key: output.plugin === 'elasticsearch' ? optional(output.apiKey) : undefined,
    ssl_verify: true,
    ca_file: tls.caFile,
    client_cert: tls.clientCertificateFile,
    client_key: tls.clientKeyFile,
    logstash_format: true,
    logstash_prefix: text(output.indexPrefix),
    id_key: ID_FIELD,
    suppress_type_name: true,
    request_timeout: 30,
    reconnect_on_error: true,
    reload_connections: false,
    unrecoverable_error_types: json([]),
    ...versionParams(output),
  };
  return match(params, [destinationBuffer(output, place)]);
}

/** No question to the server at start: an aggregator must start, and buffer, while its destination is down. */
function versionParams(output: SearchOutput): FluentdParams {
  return output.plugin === 'elasticsearch'
    ? { verify_es_version_at_startup: false, default_elasticsearch_version: 8, log_es_400_reason: true }
    : { verify_os_version_at_startup: false, default_opensearch_version: 2, log_os_400_reason: true };
}

function destinationBuffer(output: DestinationOutput, place: DestinationPlace): FluentdElement {
  const { buffer = {} } = output;
  return fileBuffer({
    path: `${place.stateDirectory}/buffer/${outputId(output)}`,
    byTag: output.plugin !== 'http',
    totalBytes: buffer.totalBytes ?? 2 * GIB,
    deliveryRecords: buffer.deliveryRecords ?? 1000,
    flushThreads: 2,
    ...(buffer.flushSeconds === undefined ? {} : { flushSeconds: buffer.flushSeconds }),
    overflow: place.overflow,
    retrySeconds: 30,
    flushAtShutdown: true,
  });
}

function outputId(output: DestinationOutput): string {
  return `out_${output.id}`;
}

/** The header by hand: the clients of both turn a blank in a password into a plus sign. */
function basicAuthorization(output: SearchOutput): EmbeddedText {
  const { username = '', password = '' } = output;
  return new EmbeddedText(['Basic ', { base64: [...parts(username), ':', ...parts(password)] }]);
}

function optional(value: OutputText | undefined): string | EmbeddedText | undefined {
  return value === undefined ? undefined : text(value);
}

/** Outputs expand `${…}` and `%{…}` in their parameters, so a text that holds one would not arrive as it was written. */
function text(value: OutputText): string | EmbeddedText {
  if (typeof value !== 'string') return new EmbeddedText(parts(value));
  if (/[$%]\{/.test(value)) throw new Error(`'${value}' holds a placeholder of Fluentd; leave out '\${' and '%{'`);
  return value;
}

function parts(value: OutputText): TextPart[] {
  if (typeof value === 'string') return [value];
  const part: TextPart = 'env' in value ? { env: value.env } : { file: value.file };
  return value.prefix === undefined ? [part] : [value.prefix, part];
}

/** A store of `copy` that hands records to a label. */
export function storeFor(name: string, target: string, mayFail: boolean): FluentdElement {
  return element('store', mayFail ? 'ignore_error' : '', {
    '@type': 'relabel',
    '@id': `relabel_to_${name}`,
    '@label': target,
  });
}
