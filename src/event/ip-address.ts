/** Internet addresses and networks, both versions. */

export interface IpAddress {
  /** An IPv4 address, also one that came mapped into IPv6. */
  readonly isV4: boolean;
  /** Eight groups of 16 bits; IPv4 fills the last two. */
  readonly groups: readonly number[];
}

export interface IpNetwork {
  readonly address: IpAddress;
  /** Leading bits of the eight groups that belong to the network. */
  readonly bits: number;
}

/** `::ffff:255.255.255.255` with the longest spelling of each group. */
const LONGEST = 45;
const V4_OFFSET_BITS = 96;
const MAPPED = 0xffff;
const HEX = /^[0-9a-fA-F]{1,4}$/;
const DECIMAL = /^(0|[1-9][0-9]{0,2})$/;

/** The address a text spells; a zone (`fe80::1%eth0`) is left aside. */
export function parseIpAddress(text: string): IpAddress | undefined {
  const zone = text.indexOf('%');
  const bare = zone > 0 ? text.slice(0, zone) : text;
  if (bare.length > LONGEST || bare === '') return undefined;
  if (!bare.includes(':')) return fromV4(parseV4(bare));
  const groups = parseV6(bare);
  if (groups === undefined) return undefined;
  const isMapped = groups[5] === MAPPED && groups.slice(0, 5).every((group) => group === 0);
  return isMapped ? fromV4(groups.slice(6)) : { isV4: false, groups };
}

function fromV4(pair: readonly number[] | undefined): IpAddress | undefined {
  return pair === undefined ? undefined : { isV4: true, groups: [0, 0, 0, 0, 0, MAPPED, ...pair] };
}

/** Two groups of 16 bits. */
function parseV4(text: string): number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  const bytes = parts.map((part) => (DECIMAL.test(part) ? Number(part) : 256));
  const [a = 256, b = 256, c = 256, d = 256] = bytes;
  return bytes.some((byte) => byte > 255) ? undefined : [a * 256 + b, c * 256 + d];
}

function parseV6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = '', tail] = halves;
  const before = parseGroups(head, tail === undefined);
  const after = tail === undefined ? [] : parseGroups(tail, true);
  if (before === undefined || after === undefined) return undefined;
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...before, ...Array<number>(missing).fill(0), ...after];
}

/** Groups between colons; the last ones of an address may be spelt as IPv4. */
function parseGroups(text: string, isEnd: boolean): number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [i, part] of parts.entries()) {
    const pair = isEnd && i === parts.length - 1 && part.includes('.') ? parseV4(part) : undefined;
    if (pair !== undefined) groups.push(...pair);
    else if (HEX.test(part)) groups.push(parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

/** `10.0.0.0/8`, `fd00::/8`, or one address. */
export function parseNetwork(text: string): IpNetwork | undefined {
  const slash = text.indexOf('/');
  const address = parseIpAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined || text.includes('%')) return undefined;
  const isV4Spelling = !text.includes(':');
  const most = isV4Spelling ? 32 : 128;
  const prefix = slash < 0 ? String(most) : text.slice(slash + 1);
  if (!DECIMAL.test(prefix) || Number(prefix) > most) return undefined;
  const bits = Number(prefix) + (isV4Spelling ? V4_OFFSET_BITS : 0);
  return address.isV4 && bits < V4_OFFSET_BITS ? undefined : { address, bits };
}

/** Whether a text is a network in CIDR notation, its prefix written out. */
export function isAddressRange(text: string): boolean {
  return text.includes('/') && parseNetwork(text) !== undefined;
}

/** Whether a network holds an address. `::/0` holds no IPv4 address. */
export function isInNetwork(address: IpAddress, network: IpNetwork): boolean {
  if (address.isV4 !== network.address.isV4) return false;
  const whole = network.bits >> 4;
  for (let i = 0; i < whole; i++) {
    if (address.groups[i] !== network.address.groups[i]) return false;
  }
  const shift = 16 - (network.bits & 15);
  return shift === 16 || (address.groups[whole] ?? 0) >> shift === (network.address.groups[whole] ?? 0) >> shift;
}
