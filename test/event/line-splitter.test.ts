import fc from 'fast-check';
import { LineSplitter, type SplitLine } from '../../src/event/line-splitter';

function split(pieces: readonly Uint8Array[], limitBytes = 1_000): SplitLine[] {
  const splitter = new LineSplitter(limitBytes);
  return [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()];
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('lines come out with their numbers, the last one without a line feed too', () => {
  expect(split([bytes('a\nb\r\n\nc')])).toEqual([
    { kind: 'line', text: 'a', number: 1 },
    { kind: 'line', text: 'b', number: 2 },
    { kind: 'line', text: 'c', number: 4 },
  ]);
});

test('a character cut between two pieces is put together again', () => {
  const [head, tail] = [bytes('é\n').slice(0, 1), bytes('é\n').slice(1)];
  expect(split([head, tail])).toEqual([{ kind: 'line', text: 'é', number: 1 }]);
});

test('a line over the limit is reported with its length and its first bytes, and the next line comes out', () => {
  const long = `{"a":"${'x'.repeat(5_000)}"}`;
  const pieces = [...chunks(bytes(`${long}\nnext\n`), 7)];
  expect(split(pieces, 100)).toEqual([
    { kind: 'oversize', bytes: long.length, sample: expect.stringMatching(/^\{"a":"/) as string, number: 1 },
    { kind: 'line', text: 'next', number: 2 },
  ]);
});

test('a line over the limit holds no more than the limit in memory', () => {
  const splitter = new LineSplitter(64 * 1024);
  const piece = new Uint8Array(64 * 1024).fill(0x61);
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 400; i += 1) splitter.push(piece);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * 1024 * 1024);
  expect(splitter.end()).toMatchObject([{ kind: 'oversize', bytes: 400 * 64 * 1024 }]);
});

test('a caller may read the next piece into the same buffer', () => {
  const splitter = new LineSplitter(100);
  const buffer = Buffer.from('one tw');
  const first = splitter.push(buffer);
  buffer.write('o\nthre');
  const second = splitter.push(buffer);
  expect([...first, ...second, ...splitter.end()].map((line) => line.kind === 'line' && line.text)).toEqual([
    'one two',
    'thre',
  ]);
});

test('however the stream is cut, the lines are those of the whole text', () => {
  const text = fc.array(fc.constantFrom('a', 'é', '😀', '\n', '\r', '{', ' ')).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 5 }), (whole, size) => {
      const expected = whole
        .split('\n')
        .map((line, index) => ({ kind: 'line' as const, text: line.replace(/\r$/, ''), number: index + 1 }))
        .filter((line) => line.text.length > 0);
      expect(split([...chunks(bytes(whole), size)])).toEqual(expected);
    }),
    { seed: 7, numRuns: 500 },
  );
});

function* chunks(whole: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < whole.length; at += size) yield whole.slice(at, at + size);
}
