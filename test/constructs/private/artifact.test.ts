import { Chart, Testing } from 'cdk8s';
import { checksum, CONFIG_MAP_LIMIT_BYTES, configMap, normalizeText } from '../../../src/constructs/private/artifact';
import { Component } from '../../../src/constructs/private/component';
import { objectsOf } from '../../support/manifests';

function chartWith(data: () => Record<string, string>): Chart {
  const chart = new Chart(Testing.app(), 'test');
  configMap(chart, 'Config', { component: new Component(chart, 'example', {}), suffix: '-000', data });
  return chart;
}

test('a ConfigMap is named after its component and keeps Flux from expanding placeholders', () => {
  expect(objectsOf(chartWith(() => ({ 'a.txt': 'x' })))).toMatchObject([
    {
      kind: 'ConfigMap',
      metadata: {
        name: 'siem-example-000',
        namespace: 'siem',
        annotations: { 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' },
      },
      data: { 'a.txt': 'x' },
    },
  ]);
});

test('texts are asked for at synth', () => {
  const data: Record<string, string> = {};
  const chart = chartWith(() => data);
  data['late.txt'] = 'added';
  expect(objectsOf(chart)).toMatchObject([{ data: { 'late.txt': 'added' } }]);
});

test('a ConfigMap that kubectl apply would refuse is an error at synth', () => {
  const chart = chartWith(() => ({ 'big.txt': 'x'.repeat(CONFIG_MAP_LIMIT_BYTES) }));
  expect(() => objectsOf(chart)).toThrow(
    "test: the ConfigMap 'siem-example-000' holds 194567 bytes, more than 194560; kubectl apply would refuse it",
  );
});

test.each([
  { title: 'Windows line ends become LF', text: 'a\r\nb', normal: 'a\nb\n' },
  { title: 'old line ends become LF', text: 'a\rb', normal: 'a\nb\n' },
  { title: 'one line end at the end', text: 'a\nb\n\n\n', normal: 'a\nb\n' },
  { title: 'a single value stays as it is', text: 'https://siem.example.com', normal: 'https://siem.example.com' },
])('$title', ({ text, normal }) => {
  expect(normalizeText(text)).toBe(normal);
});

test('a checksum does not depend on the order of keys, but on where a text stands', () => {
  expect(checksum({ a: '1', b: '2' })).toBe(checksum({ b: '2', a: '1' }));
  expect(checksum({ a: '1', b: '2' })).not.toBe(checksum({ a: '2', b: '1' }));
});
