/** Synthesized objects, and ways to look into them without knowing their kind. */
import { Testing } from 'cdk8s';
import type { Chart } from 'cdk8s';

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** A value somewhere in an object. */
export type Part = Readonly<Record<string, unknown>>;

export function objectsOf(chart: Chart): KubernetesObject[] {
  return Testing.synth(chart) as KubernetesObject[];
}

export function findObject(objects: readonly KubernetesObject[], kind: string, name: string): KubernetesObject {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} '${name}' among ${objects.map(label).join(', ')}`);
  return found;
}

/** `Deployment/siem/siem-aggregator`, or `Namespace/siem`. */
export function label({ kind, metadata }: KubernetesObject): string {
  return [kind, metadata.namespace, metadata.name].filter((part) => part !== undefined).join('/');
}

/** The value at a dotted path, or undefined. */
export function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((part, key) => (isPart(part) ? part[key] : undefined), value);
}

/** The objects of a list at a dotted path. */
export function listAt(value: unknown, path: string): Part[] {
  const found = at(value, path);
  return Array.isArray(found) ? found.filter(isPart) : [];
}

export function textAt(value: unknown, path: string): string | undefined {
  const found = at(value, path);
  return typeof found === 'string' ? found : undefined;
}

export function textsAt(value: unknown, path: string): Readonly<Record<string, string>> {
  const found = at(value, path);
  return isPart(found) ? (found as Record<string, string>) : {};
}

export function isPart(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The pods that an object runs. */
export interface PodTemplate {
  readonly owner: KubernetesObject;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: Part;
}

const TEMPLATE_PATHS: Readonly<Record<string, string>> = {
  CronJob: 'spec.jobTemplate.spec.template',
  DaemonSet: 'spec.template',
  Deployment: 'spec.template',
  Job: 'spec.template',
  Pod: '',
  StatefulSet: 'spec.template',
};

export function podTemplates(objects: readonly KubernetesObject[]): PodTemplate[] {
  return objects.flatMap((owner) => {
    const path = TEMPLATE_PATHS[owner.kind];
    if (path === undefined) return [];
    const template = path === '' ? owner : at(owner, path);
    const spec = at(template, 'spec');
    return isPart(spec) ? [{ owner, spec, labels: textsAt(template, 'metadata.labels') }] : [];
  });
}

/** Containers of every sort. */
export function allContainers(spec: Part): Part[] {
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) => listAt(spec, list));
}

/** Whether a label selector picks the labels. An absent selector picks nothing, an empty one everything. */
export function selects(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  if (!isPart(selector)) return false;
  const wanted = Object.entries(textsAt(selector, 'matchLabels'));
  return wanted.every(([key, value]) => labels[key] === value) && listAt(selector, 'matchExpressions').length === 0;
}
