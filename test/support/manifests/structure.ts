/** What every API server refuses, or takes in silence and not as it was meant: names, nulls, duplicates, sizes. */
import { isPart, label } from './kubernetes-object';
import type { KubernetesObject } from './kubernetes-object';

const CLUSTER_SCOPED = new Set([
  'APIService',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'Namespace',
  'PersistentVolume',
  'PriorityClass',
  'RuntimeClass',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
]);

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?$/;
const LABEL_KEY = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/;

/** Kinds whose names become host names or label values. */
const NAMED_AS_LABEL = new Set(['Namespace', 'Service', 'Deployment', 'DaemonSet', 'StatefulSet', 'Job', 'CronJob']);

const CONFIG_MAP_LIMIT_BYTES = 190 * 1024;
/** Client-side apply keeps the whole object in one annotation. */
const OBJECT_LIMIT_BYTES = 262_144;

export function structureProblems(objects: readonly KubernetesObject[]): string[] {
  return [
    ...duplicateProblems(objects),
    ...objects.flatMap((object) => [
      ...nullProblems(object, label(object)),
      ...scopeProblems(object),
      ...nameProblems(object),
      ...sizeProblems(object),
    ]),
  ];
}

function duplicateProblems(objects: readonly KubernetesObject[]): string[] {
  const seen = new Set<string>();
  return objects.flatMap((object) => {
    const key = `${object.apiVersion} ${label(object)}`;
    if (seen.has(key)) return [`${label(object)}: declared twice`];
    seen.add(key);
    return [];
  });
}

function nullProblems(value: unknown, path: string): string[] {
  if (value === null || value === undefined) return [`${path}: null`];
  if (typeof value === 'number' && !Number.isFinite(value)) return [`${path}: ${value}`];
  if (Array.isArray(value)) return value.flatMap((item, index) => nullProblems(item, `${path}[${index}]`));
  if (!isPart(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => nullProblems(item, `${path}.${key}`));
}

function scopeProblems(object: KubernetesObject): string[] {
  const isClusterScoped = CLUSTER_SCOPED.has(object.kind);
  const { namespace } = object.metadata;
  if (isClusterScoped && namespace !== undefined) return [`${label(object)}: a ${object.kind} has no namespace`];
  if (!isClusterScoped && namespace === undefined) return [`${label(object)}: no namespace`];
  return [];
}

function nameProblems(object: KubernetesObject): string[] {
  const { name, labels = {}, annotations = {} } = object.metadata;
  const pattern = NAMED_AS_LABEL.has(object.kind) ? DNS_LABEL : DNS_SUBDOMAIN;
  const keys = [...Object.keys(labels), ...Object.keys(annotations)].filter((key) => !LABEL_KEY.test(key));
  const values = Object.entries(labels).filter(([, value]) => !LABEL_VALUE.test(value));
  return [
    ...(pattern.test(name) && name.length <= 253 ? [] : [`${label(object)}: the name is not valid`]),
    ...keys.map((key) => `${label(object)}: the label or annotation '${key}' is not valid`),
    ...values.map(([key, value]) => `${label(object)}: the value '${value}' of the label '${key}' is not valid`),
  ];
}

function sizeProblems(object: KubernetesObject): string[] {
  const bytes = Buffer.byteLength(JSON.stringify(object));
  const limit = object.kind === 'ConfigMap' ? CONFIG_MAP_LIMIT_BYTES + 8192 : OBJECT_LIMIT_BYTES;
  return bytes > limit ? [`${label(object)}: ${bytes} bytes, more than ${limit}`] : [];
}
