import { App } from 'cdk8s';
import { Construct } from 'constructs';
import { FluentdImage, FluentdVariant } from '../../../src/constructs/collection/fluentd-image';
import type { FluentdImageOptions } from '../../../src/constructs/collection/fluentd-image';

const at = new Construct(new App({ outdir: 'unused' }), 'Here');

function published(options: FluentdImageOptions, needed = FluentdVariant.FORWARD): string {
  return FluentdImage.published(options)._reference(at, needed);
}

test('the variant is the one that the destinations need', () => {
  expect(published({}, FluentdVariant.ELASTICSEARCH_9)).toBe(
    'fluent/fluentd-kubernetes-daemonset:v1.19.3-debian-elasticsearch9-1.1',
  );
});

test('a later version can be named, with or without its v', () => {
  expect(published({ version: 'v1.20.0-1.0' })).toBe('fluent/fluentd-kubernetes-daemonset:v1.20.0-debian-forward-1.0');
});

test.each([
  { title: 'a floating version', options: { version: '1.19' }, problem: "the Fluentd version '1.19' is not complete" },
  {
    title: 'a version without revision',
    options: { version: '1.19.3' },
    problem: "name version and revision: '1.19.3-1.1'",
  },
  { title: 'latest', options: { version: 'latest' }, problem: "the Fluentd version 'latest' is not complete" },
  { title: 'an old patch', options: { version: '1.19.2-1.1' }, problem: 'Fluentd 1.19.2 is too old; name 1.19.3' },
  { title: 'an old minor version', options: { version: '1.16.11-1.3' }, problem: 'Fluentd 1.16.11 is too old' },
  { title: 'a digest that is cut', options: { digest: 'sha256:00' }, problem: 'is not an image reference' },
])('refuses $title', ({ options, problem }) => {
  expect(() => published(options)).toThrow(`Here: `);
  expect(() => published(options)).toThrow(problem);
});

test('a variant without the client that a destination needs is refused', () => {
  expect(() => published({ variant: FluentdVariant.FORWARD }, FluentdVariant.OPENSEARCH)).toThrow(
    "the image variant 'forward' lacks the client that a destination needs; leave 'variant' out, or name opensearch",
  );
});

test('an image of your own is taken as it is, when it is pinned', () => {
  expect(FluentdImage.custom('team/fluentd:1.19.4')._reference(at, FluentdVariant.OPENSEARCH)).toBe(
    'team/fluentd:1.19.4',
  );
  expect(() => FluentdImage.custom('team/fluentd:v1-debian')._reference(at, FluentdVariant.FORWARD)).toThrow(
    'which can move',
  );
});
