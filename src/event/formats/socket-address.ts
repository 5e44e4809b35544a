/** Addresses with their port, as proxies and name servers print them. */
import { parseIpAddress } from '../ip-address';

export interface SocketAddress {
  readonly ip: string;
  readonly port?: number;
}

/** `[` + the longest address + `]:65535`. */
const LONGEST = 64;
const PORT = /^[0-9]{1,5}$/;

/** `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`; undefined for anything else. */
export function parseSocketAddress(text: string): SocketAddress | undefined {
  if (text.length > LONGEST) return undefined;
  if (parseIpAddress(text) !== undefined) return { ip: text };
  const colon = text.lastIndexOf(':');
  const isBracketed = text.startsWith('[');
  if (isBracketed && text.endsWith(']')) return addressed(text.slice(1, -1));
  const port = text.slice(colon + 1);
  if (colon < 0 || !PORT.test(port)) return undefined;
  const host = text.slice(0, colon);
  const address = isBracketed ? (host.endsWith(']') ? host.slice(1, -1) : '') : host;
  return addressed(address, Number(port));
}

function addressed(ip: string, port?: number): SocketAddress | undefined {
  if (parseIpAddress(ip) === undefined) return undefined;
  return port === undefined ? { ip } : { ip, port };
}
