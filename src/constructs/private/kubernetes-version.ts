import type { IConstruct } from 'constructs';
import { fail } from './validate';

export const DEFAULT_KUBERNETES_VERSION = '1.33';

/** Older API servers lack fields that everything here is written with. */
const OLDEST_MINOR = 27;

/** Features whose fields older API servers refuse, with the first minor version that takes them. */
const SINCE = {
  appArmorProfile: 30,
  nativeSidecars: 29,
  trafficDistribution: 31,
} as const;

/** What the manifests are written for. */
export class KubernetesVersion {
  /** Takes `1.33`, `v1.33` and `1.33.2`; the patch does not matter. */
  public static parse(at: IConstruct, text: string = DEFAULT_KUBERNETES_VERSION): KubernetesVersion {
    const match = /^v?1\.(\d{1,3})(\.\d+)?$/.exec(text);
    if (match === null) {
      fail(at, `the Kubernetes version '${text}' is not understood`, "write it as '1.33'");
    }
    const minor = Number(match[1]);
    if (minor < OLDEST_MINOR) {
      fail(at, `Kubernetes '${text}' is not supported`, `name 1.${OLDEST_MINOR} or a later one`);
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
