import { Chart, Testing } from 'cdk8s';
import { StackNamespaces } from '../../src/constructs/stack-namespaces';
import type { StackNamespacesProps } from '../../src/constructs/stack-namespaces';
import { warningsBelow } from '../../src/constructs/private/warnings';
import { manifestProblems, objectsOf } from '../support/manifests';
import type { KubernetesObject } from '../support/manifests';

function namespaces(props: StackNamespacesProps = {}): { objects: KubernetesObject[]; warnings: string[] } {
  const chart = new Chart(Testing.app(), 'siem', { namespace: 'of-the-chart' });
  new StackNamespaces(chart, 'Namespaces', props);
  return { objects: objectsOf(chart), warnings: warningsBelow(chart) };
}

function level({ metadata }: KubernetesObject): unknown {
  return [
    metadata.name,
    metadata.labels?.['pod-security.kubernetes.io/enforce'],
    metadata.labels?.['pod-security.kubernetes.io/enforce-version'],
  ];
}

test('agents have a namespace of their own, because files of the node need the level privileged', () => {
  const { objects, warnings } = namespaces({ kubernetesVersion: '1.30' });
  expect(objects.map(level)).toEqual([
    ['siem-agents', 'privileged', 'v1.30'],
    ['siem', 'restricted', 'v1.30'],
  ]);
  expect(warnings).toEqual([]);
});

test('they are cluster-scoped and valid', () => {
  const { objects } = namespaces();
  expect(objects.map(({ metadata }) => metadata.namespace)).toEqual([undefined, undefined]);
  expect(manifestProblems(objects, { kubernetesVersion: '1.33' })).toEqual([]);
});

test('their names are parameters', () => {
  const { objects } = namespaces({ namespaceName: 'security', agentNamespaceName: 'node-agents' });
  expect(objects.map(({ metadata }) => metadata.name)).toEqual(['node-agents', 'security']);
});

test('one namespace for both is declared once, with the level that the agents need and a warning', () => {
  const { objects, warnings } = namespaces({ namespaceName: 'security', agentNamespaceName: 'security' });
  expect(objects.map(level)).toEqual([['security', 'privileged', 'v1.33']]);
  expect(warnings).toEqual([expect.stringContaining('nothing enforces the level restricted')]);
});
