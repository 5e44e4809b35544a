import type { Construct } from 'constructs';
import { DETECTOR_PATHS } from '../../contract/detector-config';
import { configMap } from '../private/artifact';
import type { Component } from '../private/component';
import { checkImageReference } from '../private/image-reference';
import { BUNDLE_LOADER, readBundle } from './detector-bundle';

/** Any Node from version 20 on runs the bundle. */
const NODE_IMAGE = 'library/node:24.21.0-slim';

/** Options of `DetectorRuntime.inline()`. */
export interface InlineRuntimeOptions {
  /**
   * Image with Node 20 or later on its path, pinned by a full version or a digest.
   * @default 'docker.io/library/node:24.21.0-slim'
   */
  readonly image?: string;
}

/**
 * What runs in the detector's container.
 * @internal
 */
export interface DetectorProgram {
  readonly image: string;
  /** Absent: the entry point of the image. */
  readonly command?: readonly string[];
  readonly arguments?: readonly string[];
  /** ConfigMaps with the parts of the bundle. */
  readonly bundle: readonly string[];
}

type Choice =
  | { readonly kind: 'inline'; readonly options: InlineRuntimeOptions }
  | { readonly kind: 'image'; readonly image: string };

/** How the detector's program gets into the pod. */
export class DetectorRuntime {
  /**
   * The built bundle travels in ConfigMaps and runs on a stock Node image: no registry of your own is needed.
   * @param options the Node image
   */
  public static inline(options: InlineRuntimeOptions = {}): DetectorRuntime {
    return new DetectorRuntime({ kind: 'inline', options });
  }

  /**
   * An image of your own that starts the detector; `docker/detector/Dockerfile` of this package's repository makes one.
   * @param image the image with a full version tag or a digest
   */
  public static image(image: string): DetectorRuntime {
    return new DetectorRuntime({ kind: 'image', image });
  }

  private constructor(private readonly choice: Choice) {}

  /** @internal */
  public _bind(scope: Construct, component: Component): DetectorProgram {
    const { choice } = this;
    if (choice.kind === 'image') {
      checkImageReference(scope, choice.image);
      return { image: component.image(choice.image), bundle: [] };
    }
    const chosen = choice.options.image;
    const image = chosen === undefined ? component.published(NODE_IMAGE) : component.image(chosen);
    checkImageReference(scope, image);
    const { sha256, parts } = readBundle();
    return {
      image,
      command: ['node', '--eval', BUNDLE_LOADER],
      arguments: [DETECTOR_PATHS.bundle, sha256],
      bundle: parts.map(({ fileName, base64 }, index) => {
        const binaryData = (): Record<string, string> => ({ [fileName]: base64 });
        return configMap(scope, `Bundle${index}`, { component, suffix: `-${index}`, binaryData }).name;
      }),
    };
  }
}
