import type { IConstruct } from 'constructs';
import type { Component } from '../private/component';
import { checkImageReference } from '../private/image-reference';
import { fail } from '../private/validate';

/** Which client libraries are in the image, beside those that all variants share. */
export enum FluentdVariant {
  /** Nothing more: agents, and destinations that are reached by HTTP. */
  FORWARD = 'forward',
  /** Client of Elasticsearch 8. */
  ELASTICSEARCH_8 = 'elasticsearch8',
  /** Client of Elasticsearch 9. */
  ELASTICSEARCH_9 = 'elasticsearch9',
  /** Client of OpenSearch. */
  OPENSEARCH = 'opensearch',
}

/** Options of `FluentdImage.published()`. */
export interface FluentdImageOptions {
  /**
   * Which client libraries are in it.
   * @default - what the destinations need
   */
  readonly variant?: FluentdVariant;

  /**
   * Full version and revision of the image.
   * @default '1.19.3-1.1'
   */
  readonly version?: string;

  /**
   * Digest of the image, `sha256:…`; it wins over the version.
   * @default - the tag decides
   */
  readonly digest?: string;
}

const REPOSITORY = 'fluent/fluentd-kubernetes-daemonset';
const DEFAULT_VERSION = '1.19.3-1.1';
/** The configuration uses settings of this release, and it closes holes of earlier ones. */
const LEAST_VERSION = [1, 19, 3];

/** The image that Fluentd runs from, pinned. */
export class FluentdImage {
  /**
   * An image of the family `fluent/fluentd-kubernetes-daemonset`.
   * @param options variant, version and digest
   */
  public static published(options: FluentdImageOptions = {}): FluentdImage {
    return new FluentdImage(undefined, options);
  }

  /**
   * An image of your own, with Fluentd 1.19.3 or later in the same layout and the plugins that your destinations need.
   * @param reference the image with a full version tag or a digest
   */
  public static custom(reference: string): FluentdImage {
    return new FluentdImage(reference, {});
  }

  private constructor(
    private readonly reference: string | undefined,
    private readonly options: FluentdImageOptions,
  ) {}

  /**
   * Whether somebody else vouches for the clients in it.
   * @internal
   */
  public _isCustom(): boolean {
    return this.reference !== undefined;
  }

  /**
   * Where it is pulled from, by a component that may have a mirror.
   * @internal
   */
  public _pulledBy(component: Component, at: IConstruct, needed: FluentdVariant): string {
    const reference = this._reference(at, needed);
    return this._isCustom() ? component.image(reference) : component.published(reference);
  }

  /**
   * The reference, checked.
   * @internal
   */
  public _reference(at: IConstruct, needed: FluentdVariant): string {
    if (this.reference !== undefined) {
      checkImageReference(at, this.reference);
      return this.reference;
    }
    const { variant = needed, version = DEFAULT_VERSION, digest } = this.options;
    if (needed !== FluentdVariant.FORWARD && variant !== needed) {
      const remedy = `leave 'variant' out, or name ${needed}`;
      fail(at, `the image variant '${variant}' lacks the client that a destination needs`, remedy);
    }
    const reference = `${REPOSITORY}:${versionTag(at, version, variant)}${digest === undefined ? '' : `@${digest}`}`;
    checkImageReference(at, reference);
    return reference;
  }
}

function versionTag(at: IConstruct, version: string, variant: FluentdVariant): string {
  const match = /^v?(\d+)\.(\d+)\.(\d+)-(\d+\.\d+)$/.exec(version);
  const [, major, minor, patch, revision] = match ?? [];
  if (revision === undefined) {
    fail(at, `the Fluentd version '${version}' is not complete`, `name version and revision: '${DEFAULT_VERSION}'`);
  }
  const numbers = [Number(major), Number(minor), Number(patch)];
  if (isBelow(numbers, LEAST_VERSION)) {
    fail(at, `Fluentd ${numbers.join('.')} is too old`, `name ${LEAST_VERSION.join('.')} or a later one`);
  }
  return `v${numbers.join('.')}-debian-${variant}-${revision}`;
}

function isBelow(version: readonly number[], least: readonly number[]): boolean {
  const at = version.findIndex((part, index) => part !== least[index]);
  return at >= 0 && (version[at] ?? 0) < (least[at] ?? 0);
}
