/**
 * What a manifest can be wrong about without anybody noticing before it is applied. Nothing here knows of a test
 * framework: each check returns its problems as sentences, so a test says `expect(manifestProblems(…)).toEqual([])`.
 */
import type { KubernetesObject } from './manifests/kubernetes-object';
import { schemaProblems, schemasMissing } from './manifests/kubernetes-schema';
import { podSecurityProblems } from './manifests/pod-security';
import type { PodSecurityLevel } from './manifests/pod-security';
import { referenceProblems } from './manifests/references';
import { structureProblems } from './manifests/structure';

export { at, findObject, label, listAt, objectsOf, podTemplates, textAt } from './manifests/kubernetes-object';
export type { KubernetesObject, Part } from './manifests/kubernetes-object';
export { schemaProblems, schemasMissing } from './manifests/kubernetes-schema';
export { lintProblems } from './manifests/lint';
export { podSecurityProblems, writableHostPaths } from './manifests/pod-security';
export { referenceProblems } from './manifests/references';
export { structureProblems } from './manifests/structure';

export interface ManifestCheck {
  /** What exists already, as `Secret/siem/siem-api` or `Namespace/siem`. */
  readonly external?: readonly string[];
  /** Pod Security levels of namespaces that are not among the objects. */
  readonly levels?: Readonly<Record<string, PodSecurityLevel>>;
  /** Version of Kubernetes, for the schema check; it is left out where no schemas are. */
  readonly kubernetesVersion?: string;
}

/** Every problem of a set of objects that is applied together. */
export function manifestProblems(objects: readonly KubernetesObject[], check: ManifestCheck = {}): string[] {
  const { kubernetesVersion } = check;
  const hasSchemas = kubernetesVersion !== undefined && schemasMissing() === undefined;
  return [
    ...structureProblems(objects),
    ...referenceProblems(objects, check.external),
    ...podSecurityProblems(objects, check.levels),
    ...(hasSchemas ? schemaProblems(objects, kubernetesVersion) : []),
  ];
}
