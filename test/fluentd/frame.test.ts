/** The texts that framed destinations get, from the filter that writes them, in Fluentd's own Ruby. */
import * as path from 'node:path';
import { runRuby } from './support/fluentd';

const PLUGIN = path.join(__dirname, '..', '..', 'fluentd-plugins', 'filter_siem_frame.rb');

interface Frame {
  readonly payload: string;
  readonly shortened?: number;
}

type Shape = 'json' | 'rfc3164' | 'rfc5424' | 'gelf';

/** What the filter makes of records; the event time is 2026-03-01T10:00:05.000123Z. */
function frames(records: readonly object[], shape: Shape = 'json', limit = 4000): Frame[] {
  const script = `
    require 'fluent/load'
    require '${PLUGIN}'
    conf = Fluent::Config::Element.new('filter', '**', { 'shape' => '${shape}', 'limit_bytes' => '${limit}' }, [])
    plugin = Fluent::Plugin::SiemFrameFilter.new
    plugin.context_router = Object.new
    plugin.configure(conf)
    time = Fluent::EventTime.from_time(Time.utc(2026, 3, 1, 10, 0, Rational(5_000_123, 1_000_000)))
    print Yajl.dump(Yajl.load($stdin.read).map { |record| plugin.filter('kube.audit', time, record) })`;
  return JSON.parse(runRuby(script, JSON.stringify(records))) as Frame[];
}

const recordOf = (frame: Frame | undefined) => JSON.parse(frame?.payload ?? '') as Record<string, unknown>;

test('a record that fits is its JSON and nothing else', () => {
  const record = { message: 'Grüße "🦊" \\ \n', siem: { source: 'container' } };
  const [frame] = frames([record]);
  expect(Object.keys(frame ?? {})).toEqual(['payload']);
  expect(recordOf(frame)).toEqual(record);
});

test('of a record that is too large the largest fields go first, texts keep their head, and the origin stays', () => {
  const large = { a: 'x'.repeat(20_000), b: { deep: 'y'.repeat(9000) }, verb: 'get', siem: { source: 'container' } };
  const [frame] = frames([large]);
  expect(frame?.shortened).toBe(1);
  expect(recordOf(frame)).toEqual({
    a: 'x'.repeat(1024),
    verb: 'get',
    siem: { source: 'container', shortened: ['a', 'b'] },
  });
});

test('no record is above the limit, whatever it holds, and none takes long', () => {
  const manyKeys = Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`field-${n}`, n]));
  const longKey = { ['k'.repeat(10_000)]: 1, verb: 'get' };
  const growing = { data: '\u0001"\\'.repeat(3000), more: '\u2028'.repeat(3000), id: 'x' };
  const nothingElse = { siem: 'a text', message: '🦊'.repeat(5000) };
  const records = [manyKeys, longKey, growing, nothingElse, { list: Array.from({ length: 5000 }, () => null) }];
  const from = performance.now();
  for (const shape of ['json', 'rfc3164', 'rfc5424', 'gelf'] as const) {
    for (const frame of frames(records, shape)) {
      expect(Buffer.byteLength(frame.payload)).toBeLessThanOrEqual(4000);
      expect(frame.shortened).toBe(1);
    }
  }
  expect(performance.now() - from).toBeLessThan(30_000);
});

test('messages of syslog carry severity, time, host and source in their header', () => {
  const alert = { severity: 'critical', cluster: 'prod-eu' };
  const login = { siem: { source: 'host-auth', cluster: 'prod-eu', node: 'a node' } };
  expect(frames([alert, login], 'rfc5424').map(({ payload }) => payload.replace(/\{.*/, ''))).toEqual([
    '<106>1 2026-03-01T10:00:05.000123Z prod-eu siem - alert - ',
    '<110>1 2026-03-01T10:00:05.000123Z a_node siem - host-auth - ',
  ]);
  expect(frames([alert], 'rfc3164')[0]?.payload).toMatch(/^<106>Mar {2}1 10:00:05 prod-eu siem: \{/);
});

test('a field that GELF has no place for stands in the full message only', () => {
  const record = {
    id: 'x',
    'a b': 1,
    flag: true,
    long: 'x'.repeat(1025),
    verb: 'get',
    user: { username: 'alice', groups: [] },
  };
  const message = recordOf(frames([record], 'gelf')[0]);
  expect(Object.keys(message).sort()).toEqual(
    ['_user_username', '_verb', 'full_message', 'host', 'level', 'short_message', 'timestamp', 'version'].sort(),
  );
  expect(JSON.parse(String(message['full_message']))).toEqual(record);
  expect(message).toMatchObject({ host: '-', short_message: 'record', timestamp: 1_772_359_205.000123 });
});
