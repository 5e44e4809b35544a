import type { ApiObjectMetadata } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { ComponentProps } from '../component-props';
import { namesRegistry } from './image-reference';
import { KubernetesVersion } from './kubernetes-version';
import {
  checkDnsLabel,
  checkLabelValues,
  checkMetadataKeys,
  checkObjectName,
  objectName,
  recommendedLabels,
  selectorLabels,
} from './names';
import { fail } from './validate';

const DEFAULT_STACK_NAME = 'siem';

const DOCKER_HUB = 'docker.io';

/** A part of a stack, as its objects see it: names, labels, namespace, images, version. */
export class Component {
  public readonly stackName: string;
  /** `<stack>-<component>`. */
  public readonly name: string;
  public readonly namespaceName: string;
  public readonly version: KubernetesVersion;
  public readonly imagePullSecrets: readonly string[];

  public constructor(
    private readonly at: IConstruct,
    public readonly component: string,
    private readonly props: ComponentProps,
    namespaceSuffix = '',
  ) {
    this.stackName = props.stackName ?? DEFAULT_STACK_NAME;
    this.name = objectName(at, this.stackName, component);
    this.namespaceName = checkDnsLabel(at, 'namespace', props.namespaceName ?? `${this.stackName}${namespaceSuffix}`);
    this.version = KubernetesVersion.parse(at, props.kubernetesVersion);
    checkMetadataKeys(at, 'label', props.labels);
    checkLabelValues(at, props.labels);
    checkMetadataKeys(at, 'annotation', props.annotations);
    this.imagePullSecrets = (props.imagePullSecrets ?? []).map((name) =>
      checkObjectName(at, 'image pull secret', name),
    );
  }

  public get selectorLabels(): Record<string, string> {
    return selectorLabels(this.stackName, this.component);
  }

  /** The reader's labels may replace a recommended one, never a selector's. */
  public get labels(): Record<string, string> {
    return {
      ...recommendedLabels(this.stackName, this.component),
      ...this.props.labels,
      ...this.selectorLabels,
    };
  }

  /** Metadata of an object of this component, `suffix` appended to its name. */
  public metadata(suffix = '', annotations: Record<string, string> = {}): ApiObjectMetadata {
    return {
      name: checkDnsLabel(this.at, 'object name', `${this.name}${suffix}`),
      namespace: this.namespaceName,
      labels: this.labels,
      annotations: { ...annotations, ...this.props.annotations },
    };
  }

  /**
   * An image of Docker Hub, below the registry prefix where there is one: a name without a registry is ambiguous to
   * CRI-O, which may refuse it.
   */
  public published(repository: string): string {
    return this.props.imageRegistry === undefined ? `${DOCKER_HUB}/${repository}` : this.image(repository);
  }

  /** An image below the registry prefix, unless it names a registry itself. */
  public image(reference: string): string {
    const registry = this.props.imageRegistry;
    if (registry === undefined || namesRegistry(reference)) return reference;
    if (registry.includes('://') || registry.endsWith('/') || registry === '') {
      fail(this.at, `the image registry '${registry}' is not a prefix`, "write it as 'registry.example.com/mirror'");
    }
    return `${registry}/${reference}`;
  }
}
