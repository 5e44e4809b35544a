/** A request that a proxy answered → the normalised fields. */
import type { HttpFacts } from '../../contract/event-facts';
import { resultOf } from '../outcome';
import type { LineContext, ReadingFields } from './line-reader';
import { present, said } from './line-reader';
import { parseSocketAddress } from './socket-address';

/** The parts of an access log, as written; `-` and the empty text stand for nothing. */
export interface HttpExchange {
  readonly method?: string | undefined;
  /** Path and query as sent. */
  readonly target?: string | undefined;
  /** The query, where the log has it apart. */
  readonly query?: string | undefined;
  readonly host?: string | undefined;
  readonly protocol?: string | undefined;
  readonly status?: number | undefined;
  readonly referrer?: string | undefined;
  readonly bytesSent?: number | undefined;
  readonly upstream?: string | undefined;
  readonly userAgent?: string | undefined;
  /** The name in the request's credentials, which the proxy need not have checked. */
  readonly claimedUser?: string | undefined;
  /** Value of X-Forwarded-For, in which the last hop stands last. */
  readonly forwardedFor?: string | undefined;
  /** Address of the peer, with or without its port. */
  readonly peer?: string | undefined;
}

const REASONS: ReadonlyMap<number, string> = new Map([
  [400, 'bad request'],
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [404, 'not found'],
  [405, 'method not allowed'],
  [407, 'proxy authentication required'],
  [429, 'too many requests'],
]);

const SERVER_ERROR = 500;

/**
 * An access of whatever method: whether a 401 was a failed login is the application's to say, and browsers ask for what
 * they may not have all the time.
 */
export function accessFields(exchange: HttpExchange, context: LineContext): ReadingFields {
  const { status } = exchange;
  const user = said(exchange.claimedUser);
  return present<ReadingFields>({
    type: 'access',
    action: 'request',
    result: resultOf(status),
    reason: reasonOf(status),
    user,
    user_trust: user === undefined ? undefined : 'client',
    source_ip: clientOf(exchange, context),
    user_agent: said(exchange.userAgent),
    http: httpFacts(exchange),
  });
}

function httpFacts({ target, ...exchange }: HttpExchange): HttpFacts {
  const path = said(target);
  const mark = path?.indexOf('?') ?? -1;
  return present<HttpFacts>({
    method: said(exchange.method),
    host: said(exchange.host),
    path: mark < 0 ? path : path?.slice(0, mark),
    query: said(exchange.query) ?? (mark < 0 ? undefined : path?.slice(mark + 1)),
    protocol: said(exchange.protocol),
    status: exchange.status,
    referrer: said(exchange.referrer),
    bytes_sent: exchange.bytesSent,
    upstream: said(exchange.upstream),
  });
}

function reasonOf(status: number | undefined): string | undefined {
  if (status === undefined) return undefined;
  return REASONS.get(status) ?? (status >= SERVER_ERROR ? 'server error' : undefined);
}

/** Hops of one request; a longer list is made up. */
const MOST_HOPS = 64;

/**
 * The last hop that is no trusted proxy. An entry that is no address ends the search: nobody who can be believed has
 * written what stands before it.
 */
function clientOf({ forwardedFor, peer }: HttpExchange, { sourceAddress }: LineContext): string | undefined {
  const forwarded = said(forwardedFor)?.split(',').slice(-MOST_HOPS) ?? [];
  const hops = [...forwarded, ...(said(peer) === undefined ? [] : [peer ?? ''])];
  const found = sourceAddress(hops.map((hop) => parseSocketAddress(hop.trim())?.ip ?? '?'));
  return found === '?' ? undefined : found;
}
