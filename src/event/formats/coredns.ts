/** Query log of CoreDNS: the common format of its `log` plugin, and the combined one, which adds the opcode. */
import type { DnsFacts } from '../../contract/event-facts';
import { asNumber } from '../json';
import type { Reading, ReadingFields, SourceLine } from './line-reader';
import { present, said } from './line-reader';
import { parseSocketAddress } from './socket-address';

/** Level, client, id, type and class; the name follows. */
const HEAD = /^(?:\[INFO\] )?(\S+) - \d{1,5} "([A-Z0-9]{1,16}) ([A-Z0-9]{1,16}) /;
/** Behind the name, in which blanks and quotes are escaped: protocol, sizes, answer. */
const TAIL =
  / ([a-z0-9-]{1,10}) \d{1,6} (?:true|false) \d{1,6}" ([A-Z0-9]{1,16}|-) \S* (\d{1,6}) [0-9.a-zµ]{1,24}(?: "?\d{1,3}"?)?$/;

const ANSWERED = 'NOERROR';
/** A name of 255 bytes, each escaped as `\DDD`, and what stands around it. */
const LONGEST = 2048;

export function readCoreDns({ text }: SourceLine): Reading | undefined {
  if (text.length > LONGEST) return undefined;
  const head = HEAD.exec(text);
  const tail = TAIL.exec(text);
  if (head === null || tail === null || tail.index < head[0].length) return undefined;
  const [whole, client = '', type] = head;
  const [, protocol, rcode, bytes] = tail;
  const dns = present<DnsFacts>({
    name: plainName(text.slice(whole.length, tail.index)),
    type,
    rcode: said(rcode),
    protocol,
    response_bytes: asNumber(bytes),
  });
  return { fields: queryFields(dns, parseSocketAddress(client)?.ip) };
}

/** A name that does not exist is a failed query, too: names that programs make up show by their number. */
export function queryFields(dns: DnsFacts, client: string | undefined): ReadingFields {
  const { rcode } = dns;
  const isAnswered = rcode === ANSWERED;
  return present<ReadingFields>({
    type: 'network',
    action: 'resolve',
    result: rcode === undefined ? 'unknown' : isAnswered ? 'success' : 'failure',
    reason: isAnswered ? undefined : rcode,
    source_ip: client,
    dns,
  });
}

/** Names are the same in either case, and with or without the root's dot. */
export function plainName(name: string): string {
  const lower = name.toLowerCase();
  return lower.length > 1 && lower.endsWith('.') ? lower.slice(0, -1) : lower;
}
