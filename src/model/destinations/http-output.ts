/** Delivery by the HTTP output of Fluentd itself: the one way for every destination that takes JSON by POST. */
import { json, match, section } from '../fluentd/elements';
import type { EmbeddedText, FluentdElement, FluentdParams } from '../fluentd/elements';
import type { BufferNeeds, OutputPlace } from './output';

/**
 * Answers after which a delivery is repeated, for ever: they speak of the way or of the moment (a wrong address, an
 * expired key, a limit, an outage), not of what the records say. After any other refusal the records are kept in the
 * backup directory and the flow goes on.
 */
export const RETRIED_STATUS = [
  301, 302, 303, 307, 308, 401, 403, 404, 405, 407, 408, 413, 421, 423, 425, 429, 500, 502, 503, 504, 507, 509, 520,
  521, 522, 523, 524, 525, 526, 527, 530,
];

export interface HttpRequest {
  readonly endpoint: string | EmbeddedText;
  readonly headers?: Readonly<Record<string, string | EmbeddedText>>;
  /** Basic authentication. */
  readonly login?: { readonly username: EmbeddedText; readonly password: EmbeddedText };
  /** One record a line, or one array a request. */
  readonly body: 'ndjson' | 'json-array';
  readonly gzip?: boolean;
  /** Statuses that are repeated beyond those of `RETRIED_STATUS`. */
  readonly alsoRetried?: readonly number[];
  readonly buffer?: BufferNeeds;
  /** Type and parameters of a plugin of ours that derives from the HTTP output. */
  readonly plugin?: FluentdParams;
}

/** The `<match>` that delivers. */
export function httpMatch(place: OutputPlace, request: HttpRequest): FluentdElement {
  const { body, headers, login, gzip = false, alsoRetried = [], plugin = {} } = request;
  const { tls } = place;
  const params: FluentdParams = {
    '@type': 'http',
    '@id': place.outputId,
    endpoint: request.endpoint,
    content_type: body === 'ndjson' ? 'application/x-ndjson' : 'application/json',
    json_array: body === 'json-array',
    headers: headers === undefined || Object.keys(headers).length === 0 ? undefined : json(headers),
    compress: gzip ? 'gzip' : undefined,
    open_timeout: 10,
    read_timeout: 60,
    reuse_connections: true,
    tls_verify_mode: 'peer',
    tls_ca_cert_path: tls.caFile,
    tls_client_cert_path: tls.clientCertificateFile,
    tls_private_key_path: tls.clientKeyFile,
    retryable_response_codes: json([...RETRIED_STATUS, ...alsoRetried]),
    ...plugin,
  };
  return match(params, [
    section('format', { '@type': 'json' }),
    ...(login === undefined ? [] : [section('auth', { method: 'basic', ...login })]),
    place.buffer(request.buffer),
  ]);
}
