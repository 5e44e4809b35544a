import { dockerfile, hasGem, missingGems, variantsWith } from '../../../src/model/destinations/image-catalogue';

test('what everybody has is in every variant, the smallest first', () => {
  expect(variantsWith([])[0]).toBe('forward');
});

test('a client that only some versions of a gem are decides between variants that hold the same plugin', () => {
  expect(variantsWith(['fluent-plugin-elasticsearch'])).toEqual(['elasticsearch7', 'elasticsearch8', 'elasticsearch9']);
  expect(variantsWith(['fluent-plugin-elasticsearch', 'elasticsearch ~> 9.0'])).toEqual(['elasticsearch9']);
  expect(missingGems('elasticsearch7', ['elasticsearch ~> 8.0'])).toEqual(['elasticsearch ~> 8.0']);
});

test.each([
  { title: 'the same version', required: 'kafka ~> 0.19', fits: true },
  { title: 'a later minor version', required: 'kafka ~> 0.20', fits: false },
  { title: 'an earlier minor version', required: 'kafka ~> 0.18', fits: true },
  { title: 'another major version', required: 'kafka ~> 1.0', fits: false },
  { title: 'any version', required: 'kafka', fits: true },
  { title: 'another gem', required: 's3', fits: false },
])('a requirement of $title: $fits', ({ required, fits }) => {
  expect(hasGem({ kafka: '0.19.7' }, required)).toBe(fits);
});

test.each(['', 'kafka >= 1', "kafka'; rm -rf /", 'kafka ~> 1'])("'%s' is no gem", (required) => {
  expect(() => hasGem({}, required)).toThrow("write its name, or its name and '~> 1.2'");
});

test('the recipe starts from the image that has the most, and pins the rest at published versions', () => {
  expect(
    dockerfile([
      'elasticsearch ~> 9.0',
      'fluent-plugin-elasticsearch',
      'fluent-plugin-kafka',
      'fluent-plugin-ours ~> 1.2',
    ]),
  ).toMatchInlineSnapshot(`
    "FROM fluent/fluentd-kubernetes-daemonset:v1.19.3-debian-elasticsearch9-1.1
    USER root
    RUN apt-get update \\
     && apt-get install -y --no-install-recommends build-essential \\
     && printf '%s\\n' \\
          "gem 'fluent-plugin-kafka', '0.19.7'" \\
          "gem 'fluent-plugin-ours', '~> 1.2'" \\
          >> /fluentd/Gemfile \\
     && BUNDLE_FROZEN=false BUNDLE_DEPLOYMENT=false BUNDLE_PATH=/fluentd/vendor/bundle \\
          bundle install --gemfile=/fluentd/Gemfile \\
     && apt-get purge -y --auto-remove build-essential \\
     && rm -rf /var/lib/apt/lists/*
    "
  `);
});

test('the recipe of what a published image has is that image', () => {
  expect(dockerfile(['fluent-plugin-s3'])).toBe('FROM fluent/fluentd-kubernetes-daemonset:v1.19.3-debian-s3-1.1\n');
});
