/** SHA-256 (FIPS 180-4). The pure layers have no `node:crypto`; this one hashes short keys only. */

const BLOCK_BYTES = 64;
const LENGTH_BYTES = 8;

const PRIMES = firstPrimes(64);
/** The first 32 bits of the fractional parts of the square and cube roots of the first primes. */
const INITIAL = Int32Array.from(PRIMES.slice(0, 8), (prime) => fractionBits(Math.sqrt(prime)));
const ROUND = Int32Array.from(PRIMES, (prime) => fractionBits(Math.cbrt(prime)));

const encoder = new TextEncoder();
const schedule = new Int32Array(64);

/** The digest of the text's UTF-8 bytes, as 64 hexadecimal digits. */
export function sha256(text: string): string {
  const blocks = padded(encoder.encode(text));
  const state = new Int32Array(INITIAL);
  for (let offset = 0; offset < blocks.byteLength; offset += BLOCK_BYTES) {
    fillSchedule(blocks, offset);
    compress(state);
  }
  let digest = '';
  for (let i = 0; i < 8; i += 1) digest += (word(state, i) >>> 0).toString(16).padStart(8, '0');
  return digest;
}

/** The message, a one bit, zeros, and the length in bits, in whole blocks. */
function padded(message: Uint8Array): DataView {
  const size = Math.ceil((message.length + 1 + LENGTH_BYTES) / BLOCK_BYTES) * BLOCK_BYTES;
  const bytes = new Uint8Array(size);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setBigUint64(size - LENGTH_BYTES, BigInt(message.length) * 8n);
  return view;
}

function fillSchedule(blocks: DataView, offset: number): void {
  for (let i = 0; i < 16; i += 1) schedule[i] = blocks.getInt32(offset + i * 4);
  for (let i = 16; i < 64; i += 1) {
    const near = word(schedule, i - 2);
    const far = word(schedule, i - 15);
    const s1 = rotate(near, 17) ^ rotate(near, 19) ^ (near >>> 10);
    const s0 = rotate(far, 7) ^ rotate(far, 18) ^ (far >>> 3);
    schedule[i] = s1 + word(schedule, i - 7) + s0 + word(schedule, i - 16);
  }
}

function compress(state: Int32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let i = 0; i < 64; i += 1) {
    const choice = (e & f) ^ (~e & g);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const first = (h + s1 + choice + word(ROUND, i) + word(schedule, i)) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + s0 + majority) | 0;
  }
  const added = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < 8; i += 1) state[i] = word(state, i) + (added[i] ?? 0);
}

function word(words: Int32Array, index: number): number {
  return words[index] ?? 0;
}

function rotate(value: number, bits: number): number {
  return (value >>> bits) | (value << (32 - bits));
}

function fractionBits(root: number): number {
  return Math.floor((root % 1) * 2 ** 32) | 0;
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate += 1) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return primes;
}
