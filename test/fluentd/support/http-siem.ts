/** A server that takes what the HTTP-like destinations send and behaves as it is told, down to the connection. */
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** A status, a broken connection, an answer that is no HTTP, one after three seconds, or one that is fine. */
export type Behaviour = number | 'dropped' | 'garbage' | 'slow' | 'fine';

export interface Delivery {
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  /** The body, unpacked. */
  readonly body: string;
}

export interface HttpSiem {
  readonly url: string;
  /** Requests since the last call of `behave`, whatever was answered. */
  readonly attempts: () => number;
  /** What was answered as taken. */
  readonly taken: readonly Delivery[];
  readonly behave: (behaviour: Behaviour) => void;
  readonly close: () => Promise<void>;
}

/** The answer to a delivery that is taken; absent: an empty JSON object. */
export type TakenAnswer = (delivery: Delivery) => {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
};

const SLOW_MS = 3000;

export async function startHttpSiem(answer: TakenAnswer = () => ({ body: '{}' })): Promise<HttpSiem> {
  const taken: Delivery[] = [];
  let behaviour: Behaviour = 'fine';
  let attempts = 0;
  const take = (delivery: Delivery, response: http.ServerResponse): void => {
    const { headers = {}, body } = answer(delivery);
    taken.push(delivery);
    response.writeHead(200, headers).end(body);
  };
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      attempts += 1;
      const delivery = { path: request.url ?? '', headers: request.headers, body: unpacked(request, chunks) };
      if (behaviour === 'dropped') request.socket.destroy();
      else if (behaviour === 'garbage') request.socket.end('no HTTP at all\r\n\r\n');
      else if (behaviour === 'slow') setTimeout(take, SLOW_MS, delivery, response);
      else if (behaviour === 'fine') take(delivery, response);
      else response.writeHead(behaviour).end('{"error":"refused"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    attempts: () => attempts,
    taken,
    behave: (next) => {
      behaviour = next;
      attempts = 0;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function unpacked(request: http.IncomingMessage, chunks: readonly Buffer[]): string {
  const packed = Buffer.concat(chunks);
  return (request.headers['content-encoding'] === 'gzip' ? gunzipSync(packed) : packed).toString('utf8');
}
