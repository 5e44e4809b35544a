/** What anybody can write into a log: nothing throws, nothing grows, nothing takes long. */
import fc from 'fast-check';
import type { Json, JsonObject, SecurityEvent } from '../../../src/contract/event';
import { EVENT_SOURCES } from '../../../src/contract/event';
import { LOG_FORMATS } from '../../../src/contract/record';
import type { LogFormat } from '../../../src/contract/record';
import { EVENT_RESULTS, EVENT_TYPES } from '../../../src/event/event-words';
import { RecordReader } from '../../../src/event/record-reader';
import type { ReadResult } from '../../../src/event/record-reader';
import { RECEIVED_US } from '../audit-events';
import { formatOf, sampleFiles, sampleLines } from './source-lines';

const RUNS = 50;

const record = (message: Json, format: LogFormat): JsonObject => {
  return { message, siem: { source: 'security-event', format, cluster: 'c' } };
};

/** Sound, and no larger than a few times what came in. */
function check(result: ReadResult, bytesIn: number): void {
  if (result.kind !== 'events') {
    expect(result.reason.length).toBeLessThan(100);
    return;
  }
  for (const event of result.events) {
    expect(Number.isSafeInteger(event.timeUs)).toBe(true);
    expect(event.occurrences).toBeGreaterThanOrEqual(1);
    expect(EVENT_TYPES).toContain(event.event.type);
    expect(EVENT_RESULTS).toContain(event.event.result);
    expect(sizeOf(event)).toBeLessThan(10 * bytesIn + 2_000);
  }
}

function sizeOf({ event }: SecurityEvent): number {
  return JSON.stringify(event).length;
}

test('any JSON under any origin is read without throwing', () => {
  const origin = fc.record({
    source: fc.constantFrom<Json>(...EVENT_SOURCES, 'other', 7),
    format: fc.constantFrom<Json>(...LOG_FORMATS, 'other', null),
  });
  fc.assert(
    fc.property(fc.jsonValue(), origin, fc.boolean(), (value, siem, isMessage) => {
      const whole = isMessage ? { message: value as Json, siem } : (Object.assign({}, value, { siem }) as Json);
      check(new RecordReader().readValue(whole, RECEIVED_US), JSON.stringify(whole).length);
      check(new RecordReader().readValue(value as Json, RECEIVED_US), JSON.stringify(value).length);
    }),
    { numRuns: RUNS },
  );
});

test('any text under any format is read without throwing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.constantFrom(...LOG_FORMATS), (text, format) => {
      check(new RecordReader().readValue(record(text, format), RECEIVED_US), text.length);
      check(new RecordReader().read(text, RECEIVED_US), text.length);
    }),
    { numRuns: RUNS },
  );
});

const SPICE = ['"', "'", '\\', '[', ']', '{', '}', ' ', '-', '=', ':', ',', '\x1d', '\0', '\u2028', '\ud800', '9'];

type Change = readonly [from: number, to: number, spice: string, kind: number];

/** Cuts, doubles and spoils parts of a line. */
function mutated(line: string, [from, to, spice, kind]: Change): string {
  const [a = 0, b = 0] = [from % (line.length + 1), to % (line.length + 1)].sort((x, y) => x - y);
  if (kind === 0) return line.slice(0, a) + line.slice(b);
  if (kind === 1) return line.slice(0, a) + spice + line.slice(a);
  if (kind === 2) return line.slice(0, b) + line.slice(a);
  return line.slice(0, a) + spice.repeat(b - a) + line.slice(b);
}

test.each(sampleFiles().map((file) => ({ title: file, file })))(
  'damaged lines of $title are read as well',
  ({ file }) => {
    const place = fc.nat(4_000);
    fc.assert(
      fc.property(
        fc.constantFrom(...sampleLines(file)),
        fc.array(fc.tuple(place, place, fc.constantFrom(...SPICE), fc.nat(3)), { minLength: 1, maxLength: 4 }),
        (line, changes) => {
          const text = changes.reduce(mutated, line);
          const reader = new RecordReader();
          check(reader.readValue(record(text, formatOf(file)), RECEIVED_US), text.length);
          check(reader.read(text, RECEIVED_US), text.length);
          for (const event of reader.end()) check({ kind: 'events', events: [event] }, text.length);
        },
      ),
      { numRuns: RUNS },
    );
  },
);

/** Every value of a JSON sample replaced by something else, one at a time. */
function* withOneChanged(value: Json, other: Json): Generator<Json> {
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) {
    const members = value as { [key: string]: Json };
    const replace = (member: Json): Json => {
      const copy = structuredClone(value) as { [key: string]: Json };
      copy[key] = member;
      return copy;
    };
    yield replace(other);
    for (const changed of withOneChanged(members[key] ?? null, other)) yield replace(changed);
  }
}

test.each(
  sampleFiles()
    .filter((file) => file.endsWith('.jsonl'))
    .map((file) => ({ title: file, file })),
)('values of other types in $title do no harm', ({ file }) => {
  for (const line of sampleLines(file)) {
    for (const other of [null, -1e300, 'x', [[]], { a: { b: 1 } }]) {
      for (const value of withOneChanged(JSON.parse(line) as Json, other)) {
        const text = JSON.stringify(value);
        const reader = new RecordReader();
        check(reader.readValue(value, RECEIVED_US), text.length);
        check(reader.readValue(record(text, formatOf(file)), RECEIVED_US), text.length);
      }
    }
  }
});

test.each([
  { title: 'objects', text: '{"a":'.repeat(20_000) + '1' + '}'.repeat(20_000) },
  { title: 'lists', text: '{"a":' + '['.repeat(20_000) + ']'.repeat(20_000) + '}' },
  { title: 'lists of records', text: '{"records":['.repeat(20_000) + ']}'.repeat(20_000) },
  { title: 'lists of events', text: '{"events":['.repeat(20_000) + ']}'.repeat(20_000) },
  { title: 'lists of items', text: '{"kind":"List","items":['.repeat(20_000) + ']}'.repeat(20_000) },
  { title: 'events in events', text: '{"event":'.repeat(20_000) + '1' + '}'.repeat(20_000) },
])('deeply nested $title do no harm', ({ text }) => {
  const reader = new RecordReader();
  expect(reader.read(text, RECEIVED_US).kind).not.toBe('events');
  for (const format of LOG_FORMATS) reader.readValue(record(text, format), RECEIVED_US);
});

const MEGABYTE = 1024 * 1024;

test.each([
  { title: 'blanks', text: ' '.repeat(MEGABYTE) + 'x' },
  { title: 'quotes', text: '"'.repeat(MEGABYTE) },
  { title: 'an endless nginx head', text: '192.0.2.1 - ' + ' ['.repeat(MEGABYTE / 2) + '"x"' },
  {
    title: 'an endless nginx escape',
    text: '192.0.2.1 - - [14/Mar/2026:09:00:01 +0000] "' + '\\x22'.repeat(MEGABYTE / 4),
  },
  { title: 'an endless Envoy request', text: '[2026-03-14T09:00:01.123Z] "GET /' + 'a"'.repeat(MEGABYTE / 2) },
  { title: 'an endless query', text: '[INFO] 10.0.0.1:1 - 1 "A IN ' + '\\ '.repeat(MEGABYTE / 2) },
  { title: 'endless audit fields', text: 'type=SYSCALL msg=audit(1.000:1): ' + 'a=1 '.repeat(MEGABYTE / 4) },
  { title: 'an endless audit key', text: 'type=SYSCALL msg=audit(1.000:1): ' + 'a'.repeat(MEGABYTE) },
  {
    title: 'an endless audit value',
    text: 'type=PROCTITLE msg=audit(1.000:1): proctitle=' + '41'.repeat(MEGABYTE / 2),
  },
  { title: 'an endless audit quote', text: "type=USER_AUTH msg=audit(1.000:1): msg='" + 'acct="'.repeat(MEGABYTE / 6) },
  { title: 'an endless cut event', text: '{"auditID":' + '"'.repeat(MEGABYTE) },
  {
    title: 'endless hops',
    text: JSON.stringify({ status: 200, path: '/', x_forwarded_for: '1,'.repeat(MEGABYTE / 2) }),
  },
])('a megabyte of $title is read in time that grows with its length only', ({ text }) => {
  const started = performance.now();
  const reader = new RecordReader();
  for (const format of LOG_FORMATS) reader.readValue(record(text, format), RECEIVED_US);
  reader.read(text, RECEIVED_US);
  expect(performance.now() - started).toBeLessThan(10_000);
});
