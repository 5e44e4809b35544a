import { mayBeCanary, readCanaryLine } from '../../src/event/canary';

const SIEM = { source: 'container', cluster: 'prod-eu', node: 'node-1', canary: true };

test('a canary says which source of which node sent it, and when', () => {
  const line = JSON.stringify({ siem: SIEM, sent: '2026-01-15T10:00:00Z' });
  expect(mayBeCanary(line)).toBe(true);
  expect(readCanaryLine(line)).toEqual({
    source: 'container',
    node: 'node-1',
    sentUs: Date.UTC(2026, 0, 15, 10) * 1000,
  });
});

test.each([
  { title: 'a marker that is no boolean', record: { siem: { ...SIEM, canary: 'true' } } },
  { title: 'a source that nobody knows', record: { siem: { ...SIEM, source: 'moon' } } },
  { title: 'a node name longer than any', record: { siem: { ...SIEM, node: 'n'.repeat(254) } } },
  { title: 'a marker outside of what the agents write', record: { canary: true, message: '{"siem":{"canary":true}}' } },
  { title: 'a list', record: [{ siem: SIEM }] },
])('$title makes no canary', ({ record }) => {
  expect(readCanaryLine(JSON.stringify(record))).toBeUndefined();
});

test('a canary without a readable time still proves that its way is open', () => {
  expect(readCanaryLine(JSON.stringify({ siem: SIEM, sent: 'now' }))?.sentUs).toBeUndefined();
  expect(readCanaryLine('{"siem":{"canary":tr')).toBeUndefined();
});

test('a long line is not decoded in search of a canary', () => {
  expect(mayBeCanary(JSON.stringify({ siem: SIEM, padding: 'x'.repeat(4_096) }))).toBe(false);
  expect(mayBeCanary('{"message":"hello"}')).toBe(false);
});
