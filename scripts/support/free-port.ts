import { once } from 'node:events';
import * as net from 'node:net';

const given = new Set<number>();

/** A port of the loopback interface that nobody listens on; another one at each call, also before somebody does. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  if (given.has(port)) return freePort();
  given.add(port);
  return port;
}
