/**
 * Messages of the OpenSSH server. User names, certificate ids and host names in them are chosen by the client and can
 * hold text like ` from 192.0.2.1 port 22 ssh2`; only what stands at the end of a line is the server's own. So lines
 * are read from the end, and where even that leaves two readings the peer is unknown.
 */
import { parseIpAddress } from './ip-address';
import type { LoginMessage } from './login-message';

interface Peer {
  /** Index at which the user name ends. */
  readonly start: number;
  readonly address: string;
  readonly port: string;
  /** What follows the port and the protocol. */
  readonly rest: string;
}

const FROM = ' from ';
const PORT = ' port ';
const PROTOCOL = ' ssh2';
const INVALID_USER = 'invalid user ';
const ANNOUNCED = 'Invalid user ';
const LONGEST_PORT = 5;
/** Marks of the process that did not hold the log itself. */
const RELAYED = [' [preauth]', ' [postauth]'];
/** Type and fingerprint of a plain key, which hold nothing that the client can word. */
const PLAIN_KEY = /^: [A-Z0-9-]+ [A-Za-z0-9-]+:[A-Za-z0-9+/=:]+$/;

export function parseSshdMessage(message: string): LoginMessage | undefined {
  const relayed = RELAYED.find((mark) => message.endsWith(mark));
  const text = relayed === undefined ? message : message.slice(0, -relayed.length);
  if (text.startsWith(ANNOUNCED)) return announced(text.slice(ANNOUNCED.length));
  if (text.startsWith('Failed ')) return attempt(text.slice('Failed '.length), 'failure');
  if (text.startsWith('Accepted ')) return attempt(text.slice('Accepted '.length), 'success');
  return undefined;
}

/** Behind `Invalid user `: `<name> from <address> port <port>`; old servers leave out the port. */
function announced(text: string): LoginMessage | undefined {
  const start = text.lastIndexOf(FROM);
  if (start < 0) return undefined;
  const [address = '', mark, port, ...more] = text.slice(start + FROM.length).split(' ', 4);
  const hasPort = mark === 'port' && port !== undefined && isPort(port);
  if (address === '' || more.length > 0 || (mark !== undefined && !hasPort)) return undefined;
  return {
    kind: 'login',
    result: 'failure',
    user: text.slice(0, start),
    reason: 'invalid user',
    invalidUser: 'announced',
    ...peerFields(address, hasPort ? port : ''),
  };
}

/** Behind the verdict: `<method> for [invalid user ]<name> from <address> port <port> ssh2[: <key>]`. */
function attempt(text: string, result: 'success' | 'failure'): LoginMessage | undefined {
  const end = text.indexOf(' for ');
  if (end <= 0 || text.lastIndexOf(' ', end - 1) >= 0) return undefined;
  const whom = text.slice(end + ' for '.length);
  const peer = lastPeer(whom, whom.length);
  if (peer === undefined) return undefined;
  const isInvalid = whom.startsWith(INVALID_USER);
  const common = {
    kind: 'login',
    result,
    reason: `${result === 'success' ? 'accepted' : 'failed'} ${text.slice(0, end)}`,
  } as const;
  if (isAmbiguous(whom, peer)) return { ...common, user: undefined, isPeerUnknown: true };
  return {
    ...common,
    user: whom.slice(isInvalid ? INVALID_USER.length : 0, peer.start),
    ...(isInvalid ? { invalidUser: 'failed' } : {}),
    ...peerFields(peer.address, peer.port),
  };
}

/** The last ` from <address> port <port> ssh2` that begins before `before`. */
function lastPeer(text: string, before: number): Peer | undefined {
  for (let at = text.lastIndexOf(FROM, before - 1); at >= 0; at = at === 0 ? -1 : text.lastIndexOf(FROM, at - 1)) {
    const peer = peerAt(text, at);
    if (peer !== undefined) return peer;
  }
  return undefined;
}

function peerAt(text: string, start: number): Peer | undefined {
  const addressAt = start + FROM.length;
  const addressEnd = text.indexOf(' ', addressAt);
  if (addressEnd <= addressAt || !text.startsWith(PORT, addressEnd)) return undefined;
  const portAt = addressEnd + PORT.length;
  const portEnd = text.indexOf(' ', portAt);
  const port = text.slice(portAt, Math.max(portAt, portEnd));
  if (!isPort(port) || !text.startsWith(PROTOCOL, portEnd)) return undefined;
  const rest = text.slice(portEnd + PROTOCOL.length);
  if (rest !== '' && !rest.startsWith(': ')) return undefined;
  return { start, address: text.slice(addressAt, addressEnd), port, rest };
}

/** A certificate id or host name behind the port can hold a peer of its own; then an earlier one may be the true one. */
function isAmbiguous(text: string, peer: Peer): boolean {
  if (peer.rest === '' || PLAIN_KEY.test(peer.rest)) return false;
  return peer.start > 0 && lastPeer(text, peer.start) !== undefined;
}

function isPort(text: string): boolean {
  return text !== '' && text.length <= LONGEST_PORT && /^[0-9]+$/.test(text);
}

/** `UNKNOWN` stands for a peer that was gone. */
function peerFields(address: string, port: string): { address?: string; port: string } {
  const ip = parseIpAddress(address);
  if (ip === undefined) return { port };
  return { port, address: ip.isV4 && address.includes(':') ? address.slice(address.lastIndexOf(':') + 1) : address };
}
