import * as fs from 'node:fs';
import * as path from 'node:path';
import { Metrics } from '../../../src/cli/doctor/prometheus-text';

const REAL = path.join(__dirname, '..', '..', 'fixtures', 'metrics', 'aggregator-refusing.txt');

test('every sample of a real Fluentd is read', () => {
  const text = fs.readFileSync(REAL, 'utf8');
  const metrics = Metrics.parse(text);
  const names = [...text.matchAll(/^(\w+)\{/gm)].map(([, name = '']) => name);
  const read = [...new Set(names)].reduce((sum, name) => sum + metrics.all(name).length, 0);
  expect(read).toBe(names.length);
  expect(metrics.value('fluentd_output_status_num_errors', { plugin_id: 'out_http' })).toBe(5);
  expect(metrics.labelValues('fluentd_output_status_buffer_total_bytes', 'plugin_id')).toEqual([
    'out_detector',
    'out_http',
  ]);
});

test.each([
  { title: 'no labels', line: 'a 1', value: 1 },
  { title: 'a time behind the value', line: 'a{b="c"} 2.5 1700000000000', value: 2.5 },
  { title: 'an exponent', line: 'a 1e3', value: 1000 },
  { title: 'infinity', line: 'a{b="c"} +Inf', value: Infinity },
  { title: 'a comma at the end', line: 'a{b="c",} 4', value: 4 },
  { title: 'no number', line: 'a NaN', value: undefined },
  { title: 'an open brace', line: 'a{b="c" 1', value: undefined },
  { title: 'a name that is none', line: '9a 1', value: undefined },
])('a line with $title', ({ line, value }) => {
  expect(Metrics.parse(line).value('a')).toBe(value);
});

test('escapes in labels are what they stand for', () => {
  const [sample] = Metrics.parse(String.raw`a{b="x\"y\\z\nw"} 1`).all('a');
  expect(sample?.labels.get('b')).toBe('x"y\\z\nw');
});

test('a flood of labels or samples takes no longer than its length', () => {
  const from = performance.now();
  Metrics.parse(`a{${'b="c",'.repeat(100_000)} 1\na{b="${'\\'.repeat(200_001)}\n${'a 1\n'.repeat(300_000)}`);
  expect(performance.now() - from).toBeLessThan(3_000);
});
