import { App } from 'cdk8s';
import { Construct } from 'constructs';
import { Component } from '../../../src/constructs/private/component';

const at = new Construct(new App({ outdir: 'unused' }), 'Here');

test('the namespace is the stack, and for agents the stack with a suffix', () => {
  expect(new Component(at, 'aggregator', {}).namespaceName).toBe('siem');
  expect(new Component(at, 'node-agent', { stackName: 'prod' }, '-agents').namespaceName).toBe('prod-agents');
  expect(new Component(at, 'node-agent', { namespaceName: 'team' }, '-agents').namespaceName).toBe('team');
});

test("the reader's labels may replace a recommended one, never a selector's", () => {
  const component = new Component(at, 'aggregator', {
    labels: { 'app.kubernetes.io/instance': 'theirs', 'siem.cdk8s.io/stack': 'theirs', team: 'sec' },
  });
  expect(component.labels).toMatchObject({
    'app.kubernetes.io/instance': 'theirs',
    'siem.cdk8s.io/stack': 'siem',
    team: 'sec',
  });
});

test.each([
  { title: 'a label whose key has blanks', props: { labels: { 'my team': 'sec' } }, problem: "the label 'my team'" },
  {
    title: 'a label without a name',
    props: { labels: { 'example.com/': 'sec' } },
    problem: "the label 'example.com/'",
  },
  { title: 'a label whose prefix is no domain', props: { labels: { 'A/b': '' } }, problem: "the label 'A/b'" },
  {
    title: 'an annotation whose key is none',
    props: { annotations: { 'a/b/c': '' } },
    problem: "the annotation 'a/b/c'",
  },
  {
    title: 'a label with a sentence as value',
    props: { labels: { team: 'security & risk' } },
    problem: "the value 'security & risk' of the label 'team'",
  },
  { title: 'a label value that is long', props: { labels: { team: 'x'.repeat(64) } }, problem: "of the label 'team'" },
])('$title is refused, since the API server would refuse the object', ({ props, problem }) => {
  expect(() => new Component(at, 'aggregator', props)).toThrow(problem);
});

test('labels and annotations as tools write them are taken', () => {
  const props = {
    labels: { 'app.kubernetes.io/instance': '', Team_1: 'Sec-1.0' },
    annotations: { 'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false', note: 'any text, of any length' },
  };
  const { labels, annotations } = new Component(at, 'aggregator', props).metadata();
  expect(labels).toMatchObject(props.labels);
  expect(annotations).toEqual(props.annotations);
});

test('images come from the mirror, unless they name a registry themselves', () => {
  const component = new Component(at, 'aggregator', { imageRegistry: 'registry.example.com/mirror' });
  expect(component.image('fluent/fluentd:1.2.3')).toBe('registry.example.com/mirror/fluent/fluentd:1.2.3');
  expect(component.image('ghcr.io/team/app:1.2.3')).toBe('ghcr.io/team/app:1.2.3');
});

test('an image of Docker Hub names it: some runtimes refuse to guess', () => {
  expect(new Component(at, 'aggregator', {}).published('fluent/fluentd:1.2.3')).toBe('docker.io/fluent/fluentd:1.2.3');
  const mirrored = new Component(at, 'aggregator', { imageRegistry: 'registry.example.com/mirror' });
  expect(mirrored.published('fluent/fluentd:1.2.3')).toBe('registry.example.com/mirror/fluent/fluentd:1.2.3');
});

test.each([
  { title: 'a scheme', props: { imageRegistry: 'https://registry.example.com' }, problem: 'is not a prefix' },
  { title: 'a slash at its end', props: { imageRegistry: 'registry.example.com/' }, problem: 'is not a prefix' },
])('a registry with $title is refused', ({ props, problem }) => {
  expect(() => new Component(at, 'aggregator', props).image('app:1.2.3')).toThrow(problem);
});

test.each(['1.26', '2.1', 'latest', '1.99'])("Kubernetes '%s' is refused", (kubernetesVersion) => {
  expect(() => new Component(at, 'aggregator', { kubernetesVersion })).toThrow(
    `Here: the Kubernetes version '${kubernetesVersion}' is not known; name one of 1.27 to 1.37`,
  );
});

test.each([
  ['1.32', false],
  ['v1.33.4', true],
] as const)('on Kubernetes %s a field of 1.33 may be written: %s', (kubernetesVersion, isKnown) => {
  expect(new Component(at, 'aggregator', { kubernetesVersion }).version.has('recursiveReadOnly')).toBe(isKnown);
});
