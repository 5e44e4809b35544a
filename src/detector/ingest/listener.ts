/** A hardened HTTP server: bounded in connections and in time, deaf to broken clients, and closed without loss. */
import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { ProblemKind, Telemetry } from '../telemetry';
import type { Timing } from '../timing';

export type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => Promise<void>;

export interface ListenerOptions {
  /** Metric label. */
  readonly name: string;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly handler: Handler;
  readonly maxConnections: number;
  readonly timing: Timing;
  readonly telemetry: Telemetry;
  readonly tls?: https.ServerOptions;
}

export interface Listener {
  readonly port: number;
  readonly server: http.Server | https.Server;
  /** Takes no new request, lets those in flight finish, and cuts what is still open after `withinMs`. */
  close(withinMs: number): Promise<void>;
}

const HEADER_BYTES = 16 * 1024;
/** After a refusal the rest of the body is read for so long, so that the client sees the answer rather than a reset. */
const LINGER_MS = 1_000;

export async function listen(options: ListenerOptions): Promise<Listener> {
  const { telemetry, timing, tls } = options;
  const settings: http.ServerOptions = {
    headersTimeout: timing.headersMs,
    requestTimeout: timing.requestMs,
    keepAliveTimeout: timing.keepAliveMs,
    maxHeaderSize: HEADER_BYTES,
    connectionsCheckingInterval: Math.max(10, Math.min(timing.headersMs, timing.requestMs, 10_000) / 4),
  };
  const server = tls === undefined ? http.createServer(settings) : https.createServer({ ...settings, ...tls });
  server.maxConnections = options.maxConnections;
  server.on('drop', () => {
    telemetry.problem('connection-limit', options.name);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    answerBrokenClient(options, error, socket);
  });
  server.on('tlsClientError', (error: NodeJS.ErrnoException) => {
    telemetry.problem('tls-handshake', error.code ?? 'unknown');
  });
  const inFlight = new Set<http.ServerResponse>();
  server.on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
    inFlight.add(response);
    response.once('close', () => inFlight.delete(response));
    if (!server.listening) endConnection(response);
    void serve(options, request, response);
  });
  await started(server, options);
  const { port } = server.address() as AddressInfo;
  const stop = async (withinMs: number): Promise<void> => {
    inFlight.forEach(endConnection);
    await close(server, withinMs);
  };
  return { port, server, close: stop };
}

/** Sends a whole answer. */
export function respond(
  response: http.ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const type = 'text/plain; charset=utf-8';
  response.writeHead(status, { 'content-type': type, 'content-length': String(Buffer.byteLength(text)), ...headers });
  response.end(response.req.method === 'HEAD' ? undefined : text);
}

/** Answers a request that is not taken; the connection ends, because the rest of its body is not wanted. */
export function refuse(
  response: http.ServerResponse,
  status: number,
  reason: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const { req: request } = response;
  respond(response, status, `${reason}\n`, { connection: 'close', ...headers });
  if (request.complete) return;
  request.on('error', ignore);
  request.resume();
  const timer = setTimeout(() => request.destroy(), LINGER_MS);
  request.once('close', () => {
    clearTimeout(timer);
  });
}

async function serve(
  { handler, name, telemetry }: ListenerOptions,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  // A client that resets its connection must not end the process.
  response.on('error', ignore);
  response.once('close', () => {
    const status = response.headersSent ? String(response.statusCode) : 'none';
    telemetry.metrics.requests.inc({ listener: name, status });
  });
  try {
    await handler(request, response);
  } catch (error) {
    telemetry.log.error({ listener: name, error }, 'request failed');
    if (!response.headersSent) refuse(response, 500, 'internal error');
  }
}

const STATUS_LINES: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

function answerBrokenClient({ telemetry }: ListenerOptions, error: NodeJS.ErrnoException, socket: Socket): void {
  const code = error.code ?? 'unknown';
  telemetry.problem(problemOf(code), code, sampleOf(error));
  if (!socket.writable || socket.destroyed) return;
  const status = STATUS_LINES[code] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  socket.destroySoon();
}

function problemOf(code: string): ProblemKind {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'request-timeout';
  return code === 'ECONNRESET' || code === 'EPIPE' ? 'client-gone' : 'bad-http';
}

/** What the parser choked on. */
function sampleOf(error: Error): string | undefined {
  return 'rawPacket' in error && Buffer.isBuffer(error.rawPacket)
    ? error.rawPacket.subarray(0, HEADER_BYTES).toString('latin1')
    : undefined;
}

function started(server: http.Server, { host, port }: ListenerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      server.on('error', ignore);
      resolve();
    });
  });
}

function close(server: http.Server, withinMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.closeAllConnections();
    }, withinMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** A kept connection would bring further requests while the server closes. */
function endConnection(response: http.ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}

function ignore(): void {
  // The 'close' event follows and is acted upon.
}
