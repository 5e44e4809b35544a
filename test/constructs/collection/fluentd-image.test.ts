import { App } from 'cdk8s';
import { Construct } from 'constructs';
import { FluentdImage, FluentdVariant } from '../../../src/constructs/collection/fluentd-image';
import type { FluentdImageOptions } from '../../../src/constructs/collection/fluentd-image';
import { imageVariants } from '../../../src/model/destinations/image-catalogue';

const at = new Construct(new App({ outdir: 'unused' }), 'Here');

function published(options: FluentdImageOptions, gems: readonly string[] = []): string {
  return FluentdImage.published(options)._reference(at, gems);
}

const SEARCH = ['fluent-plugin-elasticsearch', 'elasticsearch ~> 9.0'];

test('the variant is the one that the destinations need', () => {
  expect(published({}, SEARCH)).toBe('fluent/fluentd-kubernetes-daemonset:v1.19.3-debian-elasticsearch9-1.1');
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

test('a variant without the gem that a destination needs is refused, naming those that have it', () => {
  expect(() => published({ variant: FluentdVariant.FORWARD }, ['fluent-plugin-opensearch'])).toThrow(
    "the image variant 'forward' lacks fluent-plugin-opensearch, which a destination needs; leave 'variant' out, or name opensearch",
  );
  expect(() => published({ variant: FluentdVariant.ELASTICSEARCH_8 }, SEARCH)).toThrow(
    "the image variant 'elasticsearch8' lacks elasticsearch ~> 9.0, which a destination needs; leave 'variant' out, or name elasticsearch9",
  );
});

test('what no published image holds together is refused, with where each is and what to do', () => {
  expect(() => published({}, ['fluent-plugin-kafka', 'fluent-plugin-s3', 'fluent-plugin-nowhere'])).toThrow(
    'Here: no published image has what the destinations need: fluent-plugin-kafka is in kafka2 and kafka, ' +
      'fluent-plugin-s3 is in s3, fluent-plugin-nowhere is in none; ' +
      "build one from the connection's 'dockerfile', and name it with FluentdImage.custom(reference, { gems })",
  );
});

test('an image of your own is taken as it is, when it is pinned', () => {
  expect(FluentdImage.custom('team/fluentd:1.19.4')._reference(at, SEARCH)).toBe('team/fluentd:1.19.4');
  expect(() => FluentdImage.custom('team/fluentd:v1-debian')._reference(at, [])).toThrow('which can move');
});

test('an image of your own whose gems are told is held to them, and to their versions where those are told', () => {
  const custom = (...gems: string[]) => FluentdImage.custom('team/fluentd:1.19.4', { gems })._reference(at, SEARCH);
  expect(custom('fluent-plugin-elasticsearch 6.0.0', 'elasticsearch 9.5.0')).toBe('team/fluentd:1.19.4');
  expect(custom('fluent-plugin-elasticsearch', 'elasticsearch')).toBe('team/fluentd:1.19.4');
  expect(() => custom('fluent-plugin-elasticsearch', 'elasticsearch 8.19.3')).toThrow(
    "Here: the image 'team/fluentd:1.19.4' lacks elasticsearch ~> 9.0, which a destination needs; build it from the connection's 'dockerfile'",
  );
});

test('every variant that can be named is one of the catalogue', () => {
  expect(Object.values(FluentdVariant).sort()).toEqual([...imageVariants()].sort());
});
