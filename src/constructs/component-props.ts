/** What every object of a stack shares. */
export interface StackProps {
  /**
   * First part of every object's name, unique in a cluster. Changing it renames the objects there.
   * @default 'siem'
   */
  readonly stackName?: string;

  /**
   * Labels added to every object and pod. They do not become part of a selector.
   * @default - none
   */
  readonly labels?: { [key: string]: string };

  /**
   * Annotations added to every object, for example Argo CD sync options.
   * @default - none
   */
  readonly annotations?: { [key: string]: string };

  /**
   * Prefix of every image, for a mirror: `registry.example.com/mirror`.
   * @default - images come from where they are published
   */
  readonly imageRegistry?: string;

  /**
   * Names of existing Secrets with registry credentials, in the namespace of the pods.
   * @default - none
   */
  readonly imagePullSecrets?: string[];

  /**
   * Kubernetes version that the manifests are written for; fields that it does not know are left out.
   * @default '1.33'
   */
  readonly kubernetesVersion?: string;
}

/** What every part of a stack takes when it is used alone. */
export interface ComponentProps extends StackProps {
  /**
   * Namespace of the objects. It has to exist.
   * @default - 'siem', or 'siem-agents' for the collector
   */
  readonly namespaceName?: string;
}
