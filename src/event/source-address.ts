/** Which entry of `sourceIPs` a request came from. */
import type { Json } from '../contract/event';
import { isInNetwork, parseIpAddress, parseNetwork } from './ip-address';
import type { IpNetwork } from './ip-address';

/** Reads `event.source_ip` from the value of `sourceIPs`. */
export type SourceAddressReader = (sourceIps: Json | undefined) => string | undefined;

/** An address that is longer is none. */
const LONGEST = 64;

/**
 * The last entry that is not a trusted proxy: the API server writes the peer last, and everything before an untrusted
 * entry is what that one claims. Where all are trusted, the first of them spoke for itself.
 * @throws RangeError where a proxy is neither an address nor a network; `parseNetwork` tells beforehand
 */
export function sourceAddressReader(trustedProxies: readonly string[]): SourceAddressReader {
  const networks = trustedProxies.map(networkOf);
  return (sourceIps) => {
    if (!Array.isArray(sourceIps)) return undefined;
    for (let i = sourceIps.length - 1; i >= 0; i--) {
      const entry = sourceIps[i];
      if (typeof entry !== 'string' || entry === '' || entry.length > LONGEST) return undefined;
      if (i === 0 || !isTrusted(entry, networks)) return entry;
    }
    return undefined;
  };
}

function networkOf(text: string): IpNetwork {
  const network = parseNetwork(text);
  if (network === undefined) throw new RangeError(`trusted proxy '${text}' is neither an address nor a network`);
  return network;
}

function isTrusted(entry: string, networks: readonly IpNetwork[]): boolean {
  if (networks.length === 0) return false;
  const address = parseIpAddress(entry);
  return address !== undefined && networks.some((network) => isInNetwork(address, network));
}
