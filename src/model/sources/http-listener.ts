/** A listener of the aggregator for senders outside the stack. It answers when the records stand in the file buffers. */
import { secretFile, section, source } from '../fluentd/elements';
import type { FluentdElement } from '../fluentd/elements';
import { listenerTransport, unwrapLabelName } from './unwrap';
import type { ListenerTls } from './unwrap';

export interface HttpListener {
  readonly id: string;
  /** As in `Unwrapping`. */
  readonly name: string;
  readonly tag: string;
  readonly port: number;
  /** One request, as it comes and unpacked. */
  readonly bodyBytes: number;
  readonly tls?: ListenerTls;
  /** File with the token that a sender shows; absent: its certificate decides. */
  readonly tokenFile?: string;
}

/**
 * The body is taken as text: what is no JSON shall be kept with the reason, where a parser in the listener would answer
 * that all is well and forget it.
 */
export function httpListener(listener: HttpListener): FluentdElement {
  const params = {
    '@type': 'siem_http',
    '@id': listener.id,
    '@label': unwrapLabelName(listener.name),
    tag: listener.tag,
    bind: '0.0.0.0',
    port: listener.port,
    body_size_limit: listener.bodyBytes,
    decompression_size_limit: listener.bodyBytes,
    // Longer than the API server and Google keep a connection that they do not use.
    keepalive_timeout: 120,
    token: listener.tokenFile === undefined ? undefined : secretFile(listener.tokenFile),
  };
  return source(params, [...listenerTransport(listener.tls), section('parse', { '@type': 'none' })]);
}
