import { bufferHours, bufferNote } from '../../../src/model/shipping/buffer-hours';

const GIB = 2 ** 30;

test('a buffer lasts for its bytes at the expected rate', () => {
  expect(bufferHours(3600 * 1000, { recordsPerSecond: 10, recordBytes: 100 })).toBe(1);
  expect(bufferHours(2 * GIB)).toBeCloseTo(5.97, 2);
});

test.each([
  {
    title: 'hours with two digits, and that the first pauses the agents',
    destination: { id: 'splunk', bufferBytes: 2 * GIB, overflow: 'pause' as const },
    flow: undefined,
    note: "destination 'splunk': a buffer of 2 GiB lasts 6 hours at 100 records a second of 1000 bytes, then the agents pause",
  },
  {
    title: 'minutes below an hour, and that others drop',
    destination: { id: 's3', bufferBytes: GIB / 2, overflow: 'drop-oldest' as const },
    flow: { recordsPerSecond: 1000, recordBytes: 1500 },
    note: "destination 's3': a buffer of 0.5 GiB lasts 6 minutes at 1000 records a second of 1500 bytes, then the oldest is dropped and counted",
  },
])('a note tells $title', ({ destination, flow, note }) => {
  expect(bufferNote(destination, flow)).toBe(note);
});
