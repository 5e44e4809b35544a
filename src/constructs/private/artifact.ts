import { createHash } from 'node:crypto';
import type { Construct } from 'constructs';
import type { Component } from './component';
import { deferred, Manifest } from './manifest';
import { failure } from './validate';

/**
 * Bytes of data in one ConfigMap. Client-side apply copies the object into an annotation of at most 262,144 bytes, and
 * quoting makes it longer.
 */
export const CONFIG_MAP_LIMIT_BYTES = 190 * 1024;

/** Flux expands `${name}` in every manifest, and Fluentd's placeholders look like that. */
const NO_SUBSTITUTION = { 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' };

export interface ConfigMapOptions {
  readonly component: Component;
  /** Appended to the component's name. */
  readonly suffix?: string;
  /** Texts by key; asked for at synth. */
  readonly data?: () => Record<string, string>;
  /** Base64 by key; asked for at synth. */
  readonly binaryData?: () => Record<string, string>;
}

/** A ConfigMap whose texts are reviewable and whose size every way of applying it can take. */
export function configMap(scope: Construct, id: string, options: ConfigMapOptions): Manifest {
  const texts = (): Record<string, string> => mapValues(options.data?.() ?? {}, normalizeText);
  const { binaryData } = options;
  const manifest = new Manifest(scope, id, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: options.component.metadata(options.suffix, NO_SUBSTITUTION),
    ...(options.data !== undefined && { data: deferred(texts) }),
    ...(binaryData !== undefined && { binaryData: deferred(binaryData) }),
  });
  manifest.node.addValidation({
    validate: () => {
      const size = sizeBytes({ ...texts(), ...binaryData?.() });
      if (size <= CONFIG_MAP_LIMIT_BYTES) return [];
      const problem = `the ConfigMap '${manifest.name}' holds ${size} bytes, more than ${CONFIG_MAP_LIMIT_BYTES}`;
      return [failure(scope, problem, 'kubectl apply would refuse it: spread the content over several')];
    },
  });
  return manifest;
}

/**
 * Line ends as LF and exactly one at the end, or YAML prints the text as one quoted line. A single value stays as it is:
 * it may become an environment variable.
 */
export function normalizeText(text: string): string {
  if (!/[\r\n]/.test(text)) return text;
  return `${text.replace(/\r\n?/g, '\n').replace(/\n+$/, '')}\n`;
}

/** Bytes that keys and values take together. */
function sizeBytes(data: Readonly<Record<string, string>>): number {
  return Object.entries(data).reduce((sum, [key, text]) => sum + Buffer.byteLength(key) + Buffer.byteLength(text), 0);
}

/** Changes when the data does: on a pod template it rolls the pods. */
export function checksum(data: Readonly<Record<string, string>>): string {
  const entries = Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(entries)).digest('hex');
}

function mapValues(data: Readonly<Record<string, string>>, change: (text: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([key, text]) => [key, change(text)]));
}
