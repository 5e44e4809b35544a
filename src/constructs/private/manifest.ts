import { ApiObject, Lazy } from 'cdk8s';
import type { ApiObjectProps } from 'cdk8s';
import type { Construct } from 'constructs';
import { isWireObject, strategicMerge } from './strategic-merge';
import type { Wire, WireObject } from './strategic-merge';
import { fail } from './validate';

/** Kinds without a namespace; cdk8s would give them the chart's. */
const CLUSTER_SCOPED = new Set([
  'APIService',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'MutatingWebhookConfiguration',
  'Namespace',
  'PersistentVolume',
  'PriorityClass',
  'RuntimeClass',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
]);

/** A Kubernetes object, any field of which can be overridden. */
export class Manifest extends ApiObject {
  private readonly _overlays: WireObject[] = [];

  /**
   * Declares a Kubernetes object.
   * @param scope where it belongs
   * @param id name of the construct
   * @param props the object, in the form of its manifest
   */
  public constructor(scope: Construct, id: string, props: ApiObjectProps) {
    super(scope, id, props);
  }

  /**
   * Merges fields into the manifest: objects by key, lists of named items (containers, env, ports, volumes) by name,
   * other lists are replaced; `null` deletes. Write them as they stand in YAML.
   * @param overlay the fields to change
   */
  public override(overlay: object): void {
    const problem = notPlain(overlay, '');
    if (problem !== undefined) {
      fail(
        this,
        `the override holds ${problem}`,
        'give plain JSON: objects, lists, strings, numbers, booleans and null',
      );
    }
    this._overlays.push(structuredClone(overlay) as WireObject);
  }

  /**
   * Renders the object.
   * @jsii ignore
   */
  public override toJson(): object {
    const rendered = super.toJson() as WireObject;
    const merged = this._overlays.reduce<Wire>(strategicMerge, rendered);
    const { apiVersion, kind, metadata, ...rest } = isWireObject(merged) ? merged : {};
    if (isWireObject(metadata) && typeof kind === 'string' && CLUSTER_SCOPED.has(kind)) delete metadata['namespace'];
    return { apiVersion, kind, metadata, ...rest };
  }
}

/** A part of a manifest that is asked for at synth. */
export function deferred(produce: () => unknown): unknown {
  return Lazy.any({ produce });
}

/** What in a value has no place in a manifest, with its path. */
function notPlain(value: unknown, path: string): string | undefined {
  if (value === null || ['string', 'boolean', 'undefined'].includes(typeof value)) return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${String(value)} at '${path}'`;
  if (typeof value !== 'object') return `a ${typeof value} at '${path}'`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype) return `an instance of a class at '${path}'`;
  for (const [key, item] of Object.entries(value)) {
    const problem = notPlain(item, `${path}/${key}`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
