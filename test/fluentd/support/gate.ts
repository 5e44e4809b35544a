/** Stands before a server: refuses whom it does not know, answers in its place, or is away, as a test wants it. */
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GateAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Gate {
  readonly url: string;
  /** Requests that came, refused or not. */
  readonly count: () => number;
  /** Answers in place of the server; undefined: the server answers. */
  readonly answerWith: (answer: (request: http.IncomingMessage) => GateAnswer | undefined) => void;
  readonly close: () => Promise<void>;
  /** Listens again where it did. */
  readonly open: () => Promise<void>;
}

export async function startGate(serverPort: number): Promise<Gate> {
  let answer: (request: http.IncomingMessage) => GateAnswer | undefined = () => undefined;
  let count = 0;
  let port = 0;
  let server: http.Server;
  const take: http.RequestListener = (request, response) => {
    count += 1;
    const body: Buffer[] = [];
    request.on('data', (data: Buffer) => body.push(data));
    request.on('end', () => {
      const own = answer(request);
      if (own !== undefined) {
        response.writeHead(own.status, own.headers).end(own.body);
        return;
      }
      pass(serverPort, request, Buffer.concat(body), response);
    });
  };
  const open = async (): Promise<void> => {
    server = http.createServer(take);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  };
  await open();
  return {
    url: `http://127.0.0.1:${port}`,
    count: () => count,
    answerWith: (next) => {
      answer = next;
    },
    open,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function pass(port: number, request: http.IncomingMessage, body: Buffer, response: http.ServerResponse): void {
  const { method, url: path, headers } = request;
  const onward = http.request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  onward.end(body);
}
