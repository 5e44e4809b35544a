/** How agents reach the aggregator: both ends of the connection. Paths are those inside the containers. */
import { FLUENTD_PORTS } from '../../contract/detector-config';
import { element, match, secretFile, section, source } from '../fluentd/elements';
import type { FluentdElement, FluentdParams, FluentdValue } from '../fluentd/elements';
import { fileBuffer } from '../fluentd/buffer';

export interface TlsTransport {
  readonly kind: 'tls';
  /** CA that signed both ends. */
  readonly caFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
  /** The same text on both ends; white space around it is ignored. */
  readonly sharedKeyFile: string;
}

export interface PlaintextTransport {
  readonly kind: 'plaintext';
  /** Proves, without encryption, that the other end knows the key. */
  readonly sharedKeyFile?: string;
}

export type Transport = TlsTransport | PlaintextTransport;

/** Where the agents deliver. */
export interface ForwardTarget {
  readonly host: string;
  /** Takes deliveries while the host does not. */
  readonly standbyHost?: string;
  readonly port: number;
}

export interface ForwardOutput {
  readonly id: string;
  readonly target: ForwardTarget;
  readonly transport: Transport;
  /** How this end names itself. */
  readonly selfName: FluentdValue;
  readonly bufferPath: string;
  readonly bufferBytes: number;
  /** What a full buffer does; by default who sends waits. */
  readonly overflow?: 'pause' | 'drop-oldest';
}

/** The agents' end. A delivery stays in the buffer until the aggregator has it in its own buffers and says so. */
export function forwardOutput(output: ForwardOutput): FluentdElement {
  const params: FluentdParams = {
    '@type': 'forward',
    '@id': output.id,
    ...clientTls(output.transport),
    require_ack_response: true,
    ignore_network_errors_at_startup: true,
    connect_timeout: 5,
    expire_dns_cache: 30,
    ...heartbeat(output.target),
    keepalive: true,
    keepalive_timeout: 30,
    compress: 'gzip',
  };
  return match(params, [
    ...security(output.transport, output.selfName),
    ...servers(output.target),
    fileBuffer({
      path: output.bufferPath,
      totalBytes: output.bufferBytes,
      flushThreads: 2,
      overflow: output.overflow ?? 'pause',
      retrySeconds: 30,
      flushAtShutdown: false,
    }),
  ]);
}

/**
 * A connection a heartbeat is a TLS handshake a heartbeat, from every node. With a standby they decide where the stream
 * goes: it leaves a host that was not reached for so long, never one that is only slow, because each change splits what
 * rules count.
 */
function heartbeat({ standbyHost }: ForwardTarget): FluentdParams {
  if (standbyHost === undefined) return { ack_response_timeout: 60, heartbeat_interval: 10 };
  // What was sent in the moment of a failure goes to the standby only when its answer is overdue.
  return {
    ack_response_timeout: 20,
    heartbeat_interval: 5,
    phi_failure_detector: false,
    hard_timeout: 15,
    recover_wait: 10,
  };
}

/** The name is what the certificate has to say; without one Fluentd sets deliveries to an IP address aside as broken. */
function servers({ host, standbyHost, port }: ForwardTarget): FluentdElement[] {
  const active = section('server', { name: host, host, port });
  if (standbyHost === undefined) return [active];
  return [active, section('server', { name: standbyHost, host: standbyHost, port, standby: true })];
}

function clientTls(transport: Transport): FluentdParams {
  if (transport.kind === 'plaintext') return { transport: 'tcp' };
  return {
    transport: 'tls',
    tls_version: 'TLSv1_3',
    tls_ca_cert_path: transport.caFile,
    tls_client_cert_path: transport.certificateFile,
    tls_client_private_key_path: transport.keyFile,
  };
}

/** Fluentd refuses a connection between two ends of the same name, and no node is called this. */
const AGGREGATOR_NAME = 'siem aggregator';

/** The aggregator's end. */
export function forwardInput(transport: Transport, target: string): FluentdElement {
  const params: FluentdParams = {
    '@type': 'forward',
    '@id': 'in_forward',
    '@label': target,
    bind: '0.0.0.0',
    port: FLUENTD_PORTS.forward,
    chunk_size_limit: 64 * 1024 * 1024,
  };
  return source(params, [...serverTls(transport), ...security(transport, AGGREGATOR_NAME)]);
}

function serverTls(transport: Transport): FluentdElement[] {
  if (transport.kind === 'plaintext') return [];
  const params: FluentdParams = {
    version: 'TLSv1_3',
    ca_path: transport.caFile,
    cert_path: transport.certificateFile,
    private_key_path: transport.keyFile,
    client_cert_auth: true,
  };
  return [element('transport', 'tls', params)];
}

function security(transport: Transport, selfName: FluentdValue): FluentdElement[] {
  if (transport.sharedKeyFile === undefined) return [];
  return [section('security', { self_hostname: selfName, shared_key: secretFile(transport.sharedKeyFile) })];
}
