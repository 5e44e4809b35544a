import type { IConstruct } from 'constructs';
import { KUBERNETES_VERSIONS, minorOf, DEFAULT_KUBERNETES_VERSION } from '../../model/kubernetes-version';
import { fail } from './validate';

/** Fields that not every API server takes, with the minor version from which on it may be relied on. */
const SINCE = {
  recursiveReadOnly: 33,
} as const;

/** What the manifests are written for. */
export class KubernetesVersion {
  /** Takes `1.33`, `v1.33` and `1.33.2`; the patch does not matter. */
  public static parse(at: IConstruct, text: string = DEFAULT_KUBERNETES_VERSION): KubernetesVersion {
    const minor = minorOf(text);
    if (minor === undefined) {
      fail(
        at,
        `the Kubernetes version '${text}' is not known`,
        `name one of ${KUBERNETES_VERSIONS}, written as '1.33'`,
      );
    }
    return new KubernetesVersion(minor);
  }

  private constructor(public readonly minor: number) {}

  public has(feature: keyof typeof SINCE): boolean {
    return this.minor >= SINCE[feature];
  }

  public toString(): string {
    return `1.${this.minor}`;
  }
}
