import { App, Chart, Testing } from 'cdk8s';
import type { Construct } from 'constructs';
import { objectsOf } from './manifests';
import type { KubernetesObject } from './manifests';

/** The objects that a construct makes in a chart of its own, which has no namespace. */
export function synthesize(build: (scope: Construct) => void): KubernetesObject[] {
  const chart = new Chart(Testing.app(), 'test');
  build(chart);
  return objectsOf(chart);
}

/** The YAML of the same, wherever the construct stands: `path` names the constructs between it and the app. */
export function yamlAt(path: readonly string[], build: (scope: Construct) => void): string {
  const app = new App({ outdir: 'unused' });
  const scope = path.reduce<Construct>((parent, id) => new Chart(parent, id), app);
  build(scope);
  return app.synthYaml();
}
