/** Receives a request body whole and checked, before anything of it counts: bounded as sent, unpacked, and in sum. */
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { ProblemKind } from '../telemetry';

/** A body as it came over the wire. */
export interface Body {
  readonly parts: readonly Buffer[];
  readonly isGzip: boolean;
  /** Bytes as sent. */
  readonly bytes: number;
}

export type Received =
  | { readonly kind: 'body'; readonly body: Body }
  | { readonly kind: 'refused'; readonly status: number; readonly problem: ProblemKind; readonly reason: string }
  /** The client is gone or was too slow; there is nobody to answer. */
  | { readonly kind: 'gone' };

/** Bytes that bodies may hold together; a client that stalls holds its share until it is cut off. */
export class BodyBudget {
  private bytes = 0;

  public constructor(private readonly limitBytes: () => number) {}

  public get held(): number {
    return this.bytes;
  }

  public take(bytes: number): boolean {
    if (this.bytes + bytes > this.limitBytes()) return false;
    this.bytes += bytes;
    return true;
  }

  public release(bytes: number): void {
    this.bytes -= bytes;
  }
}

type Refusal = Extract<Received, { kind: 'refused' }>;

/** Reads the body. Whoever got one gives its bytes back to `budget` when it is done with. */
export async function receiveBody(request: IncomingMessage, limitBytes: number, budget: BodyBudget): Promise<Received> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip') {
    return refusal(415, 'wrong-encoding', `content-encoding is not gzip or identity`);
  }
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) return tooLarge(limitBytes);
  const received = await collect(request, limitBytes, budget);
  if (received.kind !== 'body' || encoding === 'identity') return received;
  const body = { ...received.body, isGzip: true };
  const refused = await checkGzip(body, limitBytes);
  if (refused === undefined) return { kind: 'body', body };
  budget.release(body.bytes);
  return refused;
}

/** The bytes of a body, unpacked piece by piece. */
export function unpacked({ parts, isGzip }: Body): AsyncIterable<Buffer> {
  const stream = Readable.from(parts, { objectMode: true });
  return isGzip ? stream.pipe(createGunzip()) : (stream as AsyncIterable<Buffer>);
}

function collect(request: IncomingMessage, limitBytes: number, budget: BodyBudget): Promise<Received> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    const finish = (received: Received): void => {
      request.off('data', take);
      request.off('end', end);
      request.off('close', gone);
      if (received.kind !== 'body') budget.release(bytes);
      resolve(received);
    };
    const take = (part: Buffer): void => {
      if (bytes + part.length > limitBytes) finish(tooLarge(limitBytes));
      else if (!budget.take(part.length)) finish(refusal(429, 'requests-queued', 'too many bytes are waiting'));
      else {
        bytes += part.length;
        parts.push(part);
      }
    };
    const end = (): void => {
      finish({ kind: 'body', body: { parts, isGzip: false, bytes } });
    };
    const gone = (): void => {
      finish({ kind: 'gone' });
    };
    request.on('data', take);
    request.on('end', end);
    request.on('close', gone);
    // 'close' follows.
    request.on('error', () => undefined);
  });
}

/** Unpacks once without keeping anything: a bomb or a torn stream is refused before the engine has seen any of it. */
async function checkGzip(body: Body, limitBytes: number): Promise<Refusal | undefined> {
  let bytes = 0;
  try {
    for await (const part of unpacked(body)) {
      bytes += part.length;
      if (bytes > limitBytes) return tooLarge(limitBytes);
    }
    return undefined;
  } catch {
    return refusal(400, 'broken-gzip', 'the body is not gzip, or ends too early');
  }
}

function tooLarge(limitBytes: number): Refusal {
  return refusal(413, 'body-too-large', `the body is over ${limitBytes} bytes`);
}

function refusal(status: number, problem: ProblemKind, reason: string): Refusal {
  return { kind: 'refused', status, problem, reason };
}
