import type { Json } from '../../src/contract/event';
import { sourceAddressReader } from '../../src/event/source-address';

interface Row {
  readonly title: string;
  readonly proxies?: readonly string[];
  readonly entries: Json | undefined;
  readonly address: string | undefined;
}

describe('the source address', () => {
  test.each<Row>([
    { title: 'is the only entry', entries: ['10.0.0.1'], address: '10.0.0.1' },
    {
      title: 'is the last entry, which the client cannot choose',
      entries: ['127.0.0.1', '203.0.113.7'],
      address: '203.0.113.7',
    },
    {
      title: 'is the entry before a trusted proxy',
      proxies: ['10.0.0.0/8'],
      entries: ['203.0.113.7', '10.0.0.1'],
      address: '203.0.113.7',
    },
    {
      title: 'is the entry before a chain of trusted proxies',
      proxies: ['10.0.0.0/8', 'fd00::/8'],
      entries: ['1.1.1.1', '203.0.113.7', '10.0.0.1', 'fd00::1'],
      address: '203.0.113.7',
    },
    {
      title: 'is no claim beyond an untrusted entry',
      proxies: ['10.0.0.0/8'],
      entries: ['10.0.0.9', '203.0.113.7'],
      address: '203.0.113.7',
    },
    {
      title: 'is an entry behind which a trusted address was only claimed',
      proxies: ['10.0.0.9'],
      entries: ['8.8.8.8', '10.0.0.9', '203.0.113.7', '10.0.0.9'],
      address: '203.0.113.7',
    },
    {
      title: 'is the first entry where all are trusted',
      proxies: ['10.0.0.0/8'],
      entries: ['10.0.0.1', '10.0.0.2'],
      address: '10.0.0.1',
    },
    {
      title: 'is an entry that is no address, as it stands',
      proxies: ['10.0.0.0/8'],
      entries: ['10.0.0.1', 'unix'],
      address: 'unix',
    },
    { title: 'is absent without entries', entries: [], address: undefined },
    { title: 'is absent without the list', entries: undefined, address: undefined },
    { title: 'is absent where the list is a text', entries: '10.0.0.1', address: undefined },
    { title: 'is absent where the last entry is no text', entries: ['10.0.0.1', 7], address: undefined },
    { title: 'is absent where the last entry is empty', entries: ['10.0.0.1', ''], address: undefined },
    { title: 'is absent where the last entry is too long for one', entries: ['1'.repeat(65)], address: undefined },
    {
      title: 'is absent where a proxy speaks for something that is no text',
      proxies: ['10.0.0.1'],
      entries: ['8.8.8.8', {}, '10.0.0.1'],
      address: undefined,
    },
  ])('$title', ({ proxies, entries, address }) => {
    expect(sourceAddressReader(proxies ?? [])(entries)).toBe(address);
  });

  test('is not read with a trusted proxy that is no network', () => {
    expect(() => sourceAddressReader(['10.0.0.0/8', '10.0.0.0/99'])).toThrow(
      "trusted proxy '10.0.0.0/99' is neither an address nor a network",
    );
  });
});
