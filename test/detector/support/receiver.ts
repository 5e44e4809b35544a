/** An HTTP server that stands for whoever receives alerts, on a port of its own. */
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Alert } from '../../../src/contract/alert';
import { afterTest } from './scratch';

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** What to answer; `undefined`: nothing at all. */
type Answer = number | ((response: http.ServerResponse) => void) | undefined;

export class Receiver {
  public readonly requests: ReceivedRequest[] = [];
  private readonly waiters: (() => void)[] = [];

  private constructor(
    private readonly answers: Answer[],
    public readonly port: number,
  ) {}

  /** Gives the answers one after the other, the last one for ever. */
  public static async start(...answers: Answer[]): Promise<Receiver> {
    const server = http.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const receiver = new Receiver(answers, (server.address() as AddressInfo).port);
    server.on('request', (request, response) => {
      receiver.take(request, response);
    });
    afterTest(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return receiver;
  }

  public url(path = '/alerts'): URL {
    return new URL(`http://127.0.0.1:${this.port}${path}`);
  }

  public get alerts(): Alert[] {
    return this.requests.map(({ body }) => JSON.parse(body) as Alert);
  }

  /** Changes what is answered from now on. */
  public answer(...answers: Answer[]): void {
    this.answers.splice(0, Infinity, ...answers);
  }

  public async until(count: number): Promise<void> {
    while (this.requests.length < count) await new Promise<void>((resolve) => this.waiters.push(resolve));
  }

  private take(request: http.IncomingMessage, response: http.ServerResponse): void {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('error', () => undefined);
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      this.requests.push({ method, path, headers, body: Buffer.concat(parts).toString('utf8') });
      const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
      if (typeof answer === 'number') response.writeHead(answer).end();
      else answer?.(response);
      for (const wake of this.waiters.splice(0)) wake();
    });
  }
}
