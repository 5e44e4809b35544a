import type { IConstruct } from 'constructs';
import { isPort } from './destination-files';
import { fail } from './validate';

const HOST = /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$|^[0-9a-fA-F:]*:[0-9a-fA-F:.]*$/;

/** A host name or address without a scheme. */
export function checkHost(at: IConstruct, what: string, host: string): string {
  if (host.length > 253 || !HOST.test(host)) {
    fail(at, `the ${what} '${host}' is not a host name or address`, "write it as 'logs.example.com', without a scheme");
  }
  return host;
}

export function checkPort(at: IConstruct, what: string, port: number): number {
  if (!isPort(port)) fail(at, `the port ${port} of the ${what} is no TCP port`, 'give 1 to 65535');
  return port;
}

/** `host:port`; gives the port. */
export function checkHostAndPort(at: IConstruct, what: string, text: string): number {
  const [, host, port] = /^(.*):(\d{1,5})$/.exec(text) ?? [];
  if (host === undefined || !HOST.test(host) || host.includes(':')) {
    fail(at, `the ${what} '${text}' is not a host and a port`, "write it as 'kafka-0.example.com:9093'");
  }
  return checkPort(at, `${what} '${text}'`, Number(port));
}

/** A count of bytes between two bounds. */
export function checkBytes(
  at: IConstruct,
  what: string,
  value: number,
  [least, most]: readonly [number, number],
): number {
  if (!Number.isInteger(value) || value < least || value > most) {
    fail(at, `'${what}' is ${value}`, `give ${least} to ${most} bytes`);
  }
  return value;
}
