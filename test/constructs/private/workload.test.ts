import { Chart, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { Component } from '../../../src/constructs/private/component';
import { PodWorkload } from '../../../src/constructs/private/workload';
import { findObject, listAt, objectsOf, schemaProblems, schemasMissing, textAt } from '../../support/manifests';
import { at } from '../../support/manifests';
import { synthesize, yamlAt } from '../../support/synth';

function workload(scope: Construct): PodWorkload {
  return PodWorkload._of(scope, 'Workload', {
    kind: 'DaemonSet',
    component: new Component(scope, 'example', {}),
    spec: { updateStrategy: { type: 'OnDelete' } },
    podSpec: () => ({
      containers: [
        {
          name: 'main',
          image: 'example:1.2.3',
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ],
          resources: { limits: { memory: '512Mi' } },
        },
        { name: 'other', image: 'example:1.2.3', env: [{ name: 'A', value: '1' }] },
      ],
      tolerations: [{ operator: 'Exists' }],
    }),
  });
}

function rendered(change: (made: PodWorkload, scope: Construct) => void): unknown {
  const objects = synthesize((scope) => {
    change(workload(scope), scope);
  });
  return at(findObject(objects, 'DaemonSet', 'siem-example'), 'spec.template.spec');
}

function container(spec: unknown, name: string): unknown {
  return listAt(spec, 'containers').find((one) => one['name'] === name);
}

test('a quantity can be overridden', () => {
  const spec = rendered((made) => {
    made.override({
      spec: { template: { spec: { containers: [{ name: 'main', resources: { limits: { memory: '2Gi' } } }] } } },
    });
  });
  expect(textAt(container(spec, 'main'), 'resources.limits.memory')).toBe('2Gi');
});

test('a field newer than the generated classes can be set', () => {
  const spec = rendered((made) => {
    made.override({
      spec: { template: { spec: { resources: { limits: { cpu: 1 } }, hostUsers: false, hostPID: true } } },
    });
  });
  expect(spec).toMatchObject({ resources: { limits: { cpu: 1 } }, hostUsers: false, hostPID: true });
});

test("one container's environment can be changed without touching the other's", () => {
  const spec = rendered((made) => {
    made.override({
      spec: { template: { spec: { containers: [{ name: 'main', env: [{ name: 'B', value: '3' }] }] } } },
    });
  });
  expect(listAt(container(spec, 'main'), 'env')).toEqual([
    { name: 'A', value: '1' },
    { name: 'B', value: '3' },
  ]);
  expect(listAt(container(spec, 'other'), 'env')).toEqual([{ name: 'A', value: '1' }]);
});

test('null deletes a field', () => {
  const spec = rendered((made) => {
    made.override({
      spec: { template: { spec: { tolerations: null, containers: [{ name: 'main', resources: null }] } } },
    });
  });
  expect(at(spec, 'tolerations')).toBeUndefined();
  expect(at(container(spec, 'main'), 'resources')).toBeUndefined();
});

test('a container added through cdk8s-plus stands beside ours and drops its capabilities', () => {
  const spec = rendered((made, scope) => {
    const volume = kplus.Volume.fromEmptyDir(scope, 'Scratch', 'scratch');
    made.addContainer({ name: 'added', image: 'added:1.2.3', volumeMounts: [{ path: '/scratch', volume }] });
  });
  expect(listAt(spec, 'containers').map(({ name }) => name)).toEqual(['main', 'other', 'added']);
  expect(at(container(spec, 'added'), 'securityContext.capabilities')).toEqual({ drop: ['ALL'] });
  expect(listAt(spec, 'volumes')).toEqual([{ name: 'scratch', emptyDir: {} }]);
});

test('a toleration added through cdk8s-plus comes after ours', () => {
  const spec = rendered((made) => {
    made.scheduling.tolerate(kplus.Node.tainted(kplus.NodeTaintQuery.exists('dedicated')));
  });
  expect(at(spec, 'tolerations')).toEqual([{ operator: 'Exists' }, { key: 'dedicated', operator: 'Exists' }]);
});

test('other workloads of cdk8s-plus can be allowed to connect', () => {
  const objects = synthesize((scope) => {
    const client = new kplus.Deployment(scope, 'Client', { containers: [{ image: 'client:1.2.3' }] });
    client.connections.allowTo(workload(scope), { ports: [kplus.NetworkPolicyPort.tcp(24224)] });
  });
  const ingress = objects.filter(({ kind }) => kind === 'NetworkPolicy').find((policy) => at(policy, 'spec.ingress'));
  expect(at(ingress, 'spec.podSelector.matchLabels')).toEqual({ 'cdk8s.io/metadata.addr': 'siem-example' });
});

test('the manifest is the same wherever the construct stands', () => {
  const build = (scope: Construct): void => void workload(scope);
  expect(yamlAt(['a', 'deep', 'place'], build)).toBe(yamlAt(['b'], build));
});

test('a second synth gives the same objects', () => {
  const chart = new Chart(Testing.app(), 'test');
  workload(chart).override({ spec: { minReadySeconds: 5 } });
  expect(objectsOf(chart)).toEqual(objectsOf(chart));
});

test('the selector holds our own labels only: others may be overwritten in a cluster', () => {
  const objects = synthesize((scope) => void workload(scope));
  expect(at(objects[0], 'spec.selector')).toEqual({
    matchLabels: { 'siem.cdk8s.io/component': 'example', 'siem.cdk8s.io/stack': 'siem' },
  });
});

const missing = schemasMissing();
(missing === undefined ? test : test.skip)(
  missing ?? 'a field of a later version survives, and only the strict schema of an earlier one minds',
  () => {
    const objects = synthesize((scope) => {
      workload(scope).override({
        spec: {
          template: { spec: { initContainers: [{ name: 'early', image: 'x:1.2.3', restartPolicy: 'Always' }] } },
        },
      });
    });
    expect(schemaProblems(objects, '1.33')).toEqual([]);
    expect(schemaProblems(objects, '1.27')).toEqual([
      "DaemonSet/siem/siem-example/spec/template/spec/initContainers/0: must NOT have additional properties 'restartPolicy' (1.27)",
    ]);
  },
);
