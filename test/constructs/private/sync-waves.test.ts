import { ApiObject, Chart, Testing } from 'cdk8s';
import { addSyncWaves } from '../../../src/constructs/private/sync-waves';
import { objectsOf } from '../../support/manifests';

function annotated(kind: string, annotations: Record<string, string> = {}): Readonly<Record<string, string>> {
  const chart = new Chart(Testing.app(), 'siem');
  new ApiObject(chart, 'Resource', { apiVersion: 'v1', kind, metadata: { name: 'a', annotations } });
  addSyncWaves(chart);
  return objectsOf(chart)[0]?.metadata.annotations ?? {};
}

test('what others need comes first, agents come last', () => {
  const kinds = ['Namespace', 'ServiceAccount', 'ExternalSecret', 'ConfigMap', 'Deployment', 'DaemonSet'];
  const waves = kinds.map((kind) => Number(annotated(kind)['argocd.argoproj.io/sync-wave']));
  expect(waves).toEqual([...waves].sort((a, b) => a - b));
  expect(new Set(waves).size).toBe(kinds.length);
});

test('a namespace is never pruned, and kinds that are not known yet are not dry-run', () => {
  expect(annotated('Namespace')['argocd.argoproj.io/sync-options']).toBe('Prune=false');
  expect(annotated('Certificate')['argocd.argoproj.io/sync-options']).toBe('SkipDryRunOnMissingResource=true');
  expect(annotated('Deployment')['argocd.argoproj.io/sync-options']).toBeUndefined();
});

test('an annotation of the reader stays', () => {
  expect(annotated('Deployment', { 'argocd.argoproj.io/sync-wave': '7' })).toEqual({
    'argocd.argoproj.io/sync-wave': '7',
  });
});
