import { App } from 'cdk8s';
import { Construct } from 'constructs';
import { quantity, quantityText, resources } from '../../../src/constructs/private/quantity';

const at = new Construct(new App({ outdir: 'unused' }), 'Here');

test.each([
  ['512Mi', 536_870_912],
  ['1.5Gi', 1_610_612_736],
  ['2G', 2_000_000_000],
  ['250m', 0.25],
  ['2', 2],
] as const)('%s is %d', (text, value) => {
  expect(quantity(at, 'size', text)).toBe(value);
});

test.each(['1 Gi', '1GB', '-1Gi', 'Gi', ''])("'%s' is refused", (text) => {
  expect(() => quantity(at, 'size', text)).toThrow(`Here: the size '${text}' is not a Kubernetes quantity`);
});

test('bytes are written in the largest unit that divides them', () => {
  expect([2 ** 30, 1.5 * 2 ** 30, 1].map(quantityText)).toEqual(['1Gi', '1536Mi', '1Mi']);
});

test('what the reader names wins over the default, and the rest stays', () => {
  expect(resources(at, { memoryLimit: '2Gi' }, { cpuRequest: '100m', memoryLimit: '1Gi' })).toEqual({
    requests: { cpu: '100m' },
    limits: { memory: '2Gi' },
  });
});

test('a request above its limit is refused', () => {
  expect(() => resources(at, { memoryRequest: '2Gi' }, { memoryLimit: '1Gi' })).toThrow(
    'the memory request 2Gi is above the limit 1Gi; lower the request or raise the limit',
  );
});
