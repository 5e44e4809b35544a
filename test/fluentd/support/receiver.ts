/** An HTTP server that stands for a SIEM: its answer can be set, and it keeps every request. */
import * as fs from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { Certificates } from './certificates';

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  /** The body, unpacked. */
  readonly body: string;
  /** What was answered. */
  readonly status: number;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Receiver {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly ReceivedRequest[];
  /** Answers all further requests with this status, or as the function says. */
  readonly answerWith: (answer: number | ((request: Omit<ReceivedRequest, 'status'>) => Answer)) => void;
  /** Waits so long before every further answer. */
  readonly delayBy: (milliseconds: number) => void;
  /** Records of all accepted requests, in the order of their arrival: one a line, or an array as the body. */
  readonly records: () => Record<string, unknown>[];
  /** Canary records, which `records` leaves out. */
  readonly canaries: () => Record<string, unknown>[];
  readonly close: () => Promise<void>;
}

/**
 * Starts a receiver on a free port, or on the one given; it answers 200 until told otherwise. With certificates it speaks
 * TLS and asks for a client certificate of their CA.
 */
export async function startReceiver(port = 0, tls?: Certificates): Promise<Receiver> {
  const requests: ReceivedRequest[] = [];
  let answer: (request: Omit<ReceivedRequest, 'status'>) => Answer = () => ({ status: 200 });
  let delayMs = 0;
  const respond: http.RequestListener = (incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const packed = Buffer.concat(chunks);
      const body = (incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(packed) : packed).toString('utf8');
      const request = { method: incoming.method ?? '', path: incoming.url ?? '', headers: incoming.headers, body };
      const { status, headers, body: text } = answer(request);
      setTimeout(() => {
        requests.push({ ...request, status });
        response.writeHead(status, headers).end(text);
      }, delayMs);
    });
  };
  const server = tls === undefined ? http.createServer(respond) : https.createServer(tlsOptions(tls), respond);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${bound}`,
    port: bound,
    requests,
    answerWith: (next) => {
      answer = typeof next === 'number' ? () => ({ status: next }) : next;
    },
    delayBy: (milliseconds) => {
      delayMs = milliseconds;
    },
    records: () => accepted(requests).filter((record) => !isCanary(record)),
    canaries: () => accepted(requests).filter(isCanary),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function tlsOptions(tls: Certificates): https.ServerOptions {
  const [ca, cert, key] = [tls.caFile, tls.certificateFile, tls.keyFile].map((file) => fs.readFileSync(file));
  return { ca, cert, key, requestCert: true, rejectUnauthorized: true };
}

function accepted(requests: readonly ReceivedRequest[]): Record<string, unknown>[] {
  return requests.filter(({ status }) => status < 300).flatMap(({ body }) => parseBody(body));
}

function isCanary(record: Record<string, unknown>): boolean {
  return (record['siem'] as { canary?: boolean } | undefined)?.canary === true;
}

function parseBody(body: string): Record<string, unknown>[] {
  if (body.startsWith('[')) return JSON.parse(body) as Record<string, unknown>[];
  return body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
