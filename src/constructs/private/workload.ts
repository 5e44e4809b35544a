import type { ApiObject } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Component } from './component';
import { deferred, Manifest } from './manifest';
import { isWireObject, strategicMerge } from './strategic-merge';
import type { WireObject } from './strategic-merge';

/** @internal */
export interface PodWorkloadOptions {
  readonly kind: 'DaemonSet' | 'Deployment' | 'StatefulSet';
  readonly component: Component;
  /** The pod spec in the form of its manifest; asked for at synth. */
  readonly podSpec: () => object;
  /** Fields beside `selector` and `template`: replicas, strategy and the like. */
  readonly spec?: object;
  /** Volumes of a StatefulSet by their names, each in the form of its claim; asked for at synth. */
  readonly volumeClaims?: Readonly<Record<string, () => WireObject>>;
  /** Annotations of the pods; asked for at synth. */
  readonly podAnnotations?: () => Record<string, string>;
}

/**
 * A workload that keeps the ways of cdk8s-plus (`connections`, `scheduling`, `addContainer`) and can say everything
 * that Kubernetes can: any field is open to `override()`.
 */
export class PodWorkload extends kplus.Workload {
  /** @internal */
  public static _of(scope: Construct, id: string, options: PodWorkloadOptions): PodWorkload {
    return new PodWorkload(scope, id, options);
  }

  /** Plural name of the kind. */
  public readonly resourceType: string;

  protected readonly apiObject: ApiObject;
  private readonly _manifest: Manifest;

  private constructor(
    scope: Construct,
    id: string,
    private readonly _options: PodWorkloadOptions,
  ) {
    super(scope, id, { select: false });
    const { kind, component, spec, volumeClaims } = _options;
    this.resourceType = `${kind.toLowerCase()}s`;
    this.select(kplus.LabelSelector.of({ labels: component.selectorLabels }));
    this._manifest = new Manifest(this, 'Resource', {
      apiVersion: 'apps/v1',
      kind,
      metadata: component.metadata(),
      spec: deferred(() => ({
        ...spec,
        ...(volumeClaims !== undefined && {
          volumeClaimTemplates: Object.values(volumeClaims).map((claim) => claim()),
        }),
        selector: { matchLabels: component.selectorLabels },
        template: { metadata: this.renderPodMetadata(), spec: this.renderPodSpec() },
      })),
    });
    this.apiObject = this._manifest;
    for (const [key, value] of Object.entries(component.labels)) this.podMetadata.addLabel(key, value);
    // cdk8s-plus derives this one from the path in the tree, and selects by it in `connections`.
    this.podMetadata.addLabel(kplus.Pod.ADDRESS_LABEL, component.name);
  }

  /**
   * Merges fields into the manifest: objects by key, containers, env, ports and volumes by name, other lists are
   * replaced; `null` deletes. Write them as they stand in YAML.
   * @param overlay the fields to change, from the top of the manifest: `{ spec: { template: … } }`
   */
  public override(overlay: object): void {
    this._manifest.override(overlay);
  }

  /**
   * Whether each pod has a volume of this name that outlives it.
   * @internal
   */
  public _hasClaim(name: string): boolean {
    return this._options.volumeClaims?.[name] !== undefined;
  }

  private renderPodMetadata(): object {
    const metadata = this.podMetadata.toJson() as WireObject;
    return strategicMerge(metadata, { annotations: { ...this._options.podAnnotations?.() } }) as WireObject;
  }

  /** What was added through cdk8s-plus, on top of ours; its defaults for whole pods would contradict ours. */
  private renderPodSpec(): object {
    const spec = this._options.podSpec() as WireObject;
    const added = kplus.k8s.toJson_PodSpec(this.addedParts()) as unknown as WireObject;
    for (const list of [added['containers'], added['initContainers']]) {
      if (Array.isArray(list)) list.filter(isWireObject).forEach(dropCapabilities);
    }
    const tolerations = [spec['tolerations'], added['tolerations']].flatMap((list) => list ?? []);
    return strategicMerge(spec, {
      ...added,
      tolerations: tolerations.length > 0 ? tolerations : undefined,
    }) as WireObject;
  }

  private addedParts(): kplus.k8s.PodSpec {
    const { containers, initContainers, hostAliases } = this;
    const mounted = [...containers, ...initContainers].flatMap((container) => container.mounts);
    const volumes = new Set([...mounted.map((mount) => mount.volume), ...this.volumes]);
    return {
      containers: containers.map((container) => container._toKube()),
      ...(initContainers.length > 0 && { initContainers: initContainers.map((container) => container._toKube()) }),
      ...(volumes.size > 0 && { volumes: [...volumes].map((volume) => volume._toKube()) }),
      ...(hostAliases.length > 0 && { hostAliases }),
      ...this.scheduling._toKube(),
    };
  }
}

/** cdk8s-plus-27 cannot say `drop: [ALL]`, which the restricted level asks of every container. */
function dropCapabilities(container: WireObject): void {
  container['securityContext'] = strategicMerge({ capabilities: { drop: ['ALL'] } }, container['securityContext']);
}
