import type { Construct } from 'constructs';
import { Component } from '../../../src/constructs/private/component';
import { podDisruptionBudget, priorityClass, service, serviceAccount } from '../../../src/constructs/private/objects';
import type { KubernetesObject } from '../../support/manifests';
import { synthesize } from '../../support/synth';

function made(build: (scope: Construct, component: Component) => void): KubernetesObject | undefined {
  return synthesize((scope) => {
    build(scope, new Component(scope, 'example', {}));
  })[0];
}

const selected = { 'siem.cdk8s.io/component': 'example', 'siem.cdk8s.io/stack': 'siem' };

test('an account has no token', () => {
  expect(made((scope, component) => serviceAccount(scope, 'Account', component))).toMatchObject({
    metadata: { name: 'siem-example', namespace: 'siem' },
    automountServiceAccountToken: false,
  });
});

test('a Service finds the ports of its pods by name', () => {
  const ports = [{ name: 'forward', port: 24224 }];
  expect(made((scope, component) => service(scope, 'Service', component, ports))).toMatchObject({
    spec: {
      type: 'ClusterIP',
      selector: selected,
      ports: [{ name: 'forward', port: 24224, targetPort: 'forward', protocol: 'TCP' }],
    },
  });
});

test('a budget lets a drain take one pod, also one that is not ready', () => {
  expect(made((scope, component) => podDisruptionBudget(scope, 'Budget', component))).toMatchObject({
    spec: { maxUnavailable: 1, selector: { matchLabels: selected }, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
  });
});

test("a priority class belongs to no namespace and is nobody else's default", () => {
  const object = made((scope, component) => priorityClass(scope, 'Class', component, 1000));
  expect(object).toMatchObject({ kind: 'PriorityClass', value: 1000, globalDefault: false });
  expect(object?.metadata.namespace).toBeUndefined();
});
