import { Construct } from 'constructs';
import { App } from 'cdk8s';
import { checkDnsLabel, checkObjectName, objectName, recommendedLabels } from '../../../src/constructs/private/names';

const at = new Construct(new App({ outdir: 'unused' }), 'Here');

test.each([
  { title: 'empty', value: '', problem: "the name '' has 0 characters; give it 1 to 63" },
  { title: 'too long', value: 'a'.repeat(64), problem: `the name '${'a'.repeat(64)}' has 64 characters` },
  { title: 'with a capital', value: 'Siem', problem: "the name 'Siem' is not a DNS label; use lower-case letters" },
  { title: 'with an underscore', value: 'a_b', problem: "the name 'a_b' is not a DNS label" },
  { title: 'with a dash at its end', value: 'a-', problem: "the name 'a-' is not a DNS label" },
  { title: 'with a digit at its beginning', value: '1a', problem: "the name '1a' is not a DNS label" },
])('a label that is $title is refused', ({ value, problem }) => {
  expect(() => checkDnsLabel(at, 'name', value)).toThrow(`Here: ${problem}`);
});

test('the name of an object that exists may hold dots', () => {
  expect(checkObjectName(at, 'secret name', 'team.siem-api')).toBe('team.siem-api');
  expect(() => checkObjectName(at, 'secret name', 'siem_api')).toThrow(
    "the secret name 'siem_api' is not a valid object name",
  );
});

test('an object is named after stack and component', () => {
  expect(objectName(at, 'prod', 'node-agent')).toBe('prod-node-agent');
});

test('a stack name leaves room for what is appended to it', () => {
  expect(() => objectName(at, 'a'.repeat(41), 'node-agent')).toThrow('give it 1 to 40');
});

test('every object carries the recommended labels and our own', () => {
  expect(recommendedLabels('prod', 'aggregator')).toEqual({
    'app.kubernetes.io/component': 'aggregator',
    'app.kubernetes.io/instance': 'prod',
    'app.kubernetes.io/managed-by': 'cdk8s',
    'app.kubernetes.io/name': 'cdk8s-siem',
    'app.kubernetes.io/part-of': 'security-monitoring',
    'siem.cdk8s.io/component': 'aggregator',
    'siem.cdk8s.io/stack': 'prod',
  });
});
