import * as net from 'node:net';

const given = new Set<number>();

/** A TCP port that nobody listens on, another one at each call. */
export async function freePort(): Promise<number> {
  const port = await new Promise<number>((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port: bound } = server.address() as net.AddressInfo;
      server.close(() => {
        resolve(bound);
      });
    });
  });
  if (given.has(port)) return freePort();
  given.add(port);
  return port;
}
