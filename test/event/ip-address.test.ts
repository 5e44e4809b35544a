import { isIP } from 'node:net';
import { BlockList } from 'node:net';
import fc from 'fast-check';
import { isInNetwork, parseIpAddress, parseNetwork } from '../../src/event/ip-address';

describe('an address', () => {
  test.each([
    { text: '10.0.0.1', known: true },
    { text: '255.255.255.255', known: true },
    { text: '::', known: true },
    { text: '::1', known: true },
    { text: '2001:db8::8:800:200c:417a', known: true },
    { text: '1:2:3:4:5:6:7:8', known: true },
    { text: '::ffff:192.0.2.1', known: true },
    { text: 'fe80::1%eth0', known: true },
    { text: '', known: false },
    { text: '10.0.0', known: false },
    { text: '10.0.0.256', known: false },
    { text: '010.0.0.1', known: false },
    { text: '10.0.0.1.', known: false },
    { text: '10.0.0.-1', known: false },
    { text: ':::', known: false },
    { text: '1::2::3', known: false },
    { text: '1:2:3:4:5:6:7:8:9', known: false },
    { text: '1:2:3:4:5:6:7:8::', known: false },
    { text: '12345::', known: false },
    { text: '192.0.2.1::', known: false },
    { text: '%eth0', known: false },
    { text: 'tty1', known: false },
    { text: '1'.repeat(10_000), known: false },
  ])('$text: $known', ({ text, known }) => {
    expect(parseIpAddress(text) !== undefined).toBe(known);
  });

  test('is one for us exactly where it is one for Node', () => {
    const pieces = fc.array(
      fc.constantFrom(':', '::', '.', '0', '1', 'ffff', 'db8', '192', '255', '256', '::ffff:', '10.0.0.1'),
    );
    const texts = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      pieces.map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect([text, parseIpAddress(text) !== undefined]).toEqual([text, isIP(text) !== 0]);
      }),
      { numRuns: 3000, seed: 11 },
    );
  });
});

describe('a network', () => {
  test.each([
    { title: 'its first address', address: '10.0.0.0', network: '10.0.0.0/8', within: true },
    { title: 'its last address', address: '10.255.255.255', network: '10.0.0.0/8', within: true },
    { title: 'not the address behind it', address: '11.0.0.0', network: '10.0.0.0/8', within: false },
    { title: 'itself, being one address', address: '10.0.0.1', network: '10.0.0.1', within: true },
    { title: 'not its neighbour', address: '10.0.0.2', network: '10.0.0.1/32', within: false },
    {
      title: 'its addresses also where it is spelt with host bits',
      address: '10.9.9.9',
      network: '10.1.2.3/8',
      within: true,
    },
    { title: 'addresses beside a byte boundary', address: '172.31.0.1', network: '172.16.0.0/12', within: true },
    { title: 'not those beyond it', address: '172.32.0.1', network: '172.16.0.0/12', within: false },
    { title: 'everything of version 4', address: '203.0.113.7', network: '0.0.0.0/0', within: true },
    { title: 'nothing of version 6', address: '2001:db8::1', network: '0.0.0.0/0', within: false },
    { title: 'nothing of version 4', address: '203.0.113.7', network: '::/0', within: false },
    { title: 'a mapped address', address: '::ffff:10.1.1.1', network: '10.0.0.0/8', within: true },
    { title: 'an address of version 6', address: 'fd12::1', network: 'fd00::/8', within: true },
    { title: 'an address at an odd prefix', address: '2001:db8:8000::1', network: '2001:db8:8000::/33', within: true },
    { title: 'not one at an odd prefix', address: '2001:db8:7fff::1', network: '2001:db8:8000::/33', within: false },
  ])('$network holds $title', ({ address, network, within }) => {
    expect(isInNetwork(parseIpAddress(address)!, parseNetwork(network)!)).toBe(within);
  });

  test.each([
    '',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    'fd00::/129',
    'fe80::%eth0/64',
    'x/8',
    '::ffff:10.0.0.0/80',
    '10.0.0.0/8/8',
  ])('is not %j', (text) => {
    expect(parseNetwork(text)).toBeUndefined();
  });

  test('holds what it holds for Node', () => {
    const version4 = fc.record({
      address: fc.ipV4(),
      base: fc.ipV4(),
      bits: fc.integer({ min: 0, max: 32 }),
      family: fc.constant('ipv4' as const),
    });
    const version6 = fc.record({
      address: fc.ipV6(),
      base: fc.ipV6(),
      bits: fc.integer({ min: 0, max: 128 }),
      family: fc.constant('ipv6' as const),
    });
    fc.assert(
      fc.property(fc.oneof(version4, version6), ({ address, base, bits, family }) => {
        const network = parseNetwork(`${base}/${bits}`);
        const parsed = parseIpAddress(address);
        fc.pre(
          network !== undefined &&
            parsed !== undefined &&
            (family === 'ipv4' || !(parsed.isV4 || network.address.isV4)),
        );
        const list = new BlockList();
        list.addSubnet(base, bits, family);
        expect([address, base, bits, isInNetwork(parsed, network)]).toEqual([
          address,
          base,
          bits,
          list.check(address, family),
        ]);
      }),
      { numRuns: 2000, seed: 11 },
    );
  });
});
