/** The built detector, as it travels in ConfigMaps, and the few lines of Node that put it together again. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFile } from '../private/package-file';

/**
 * Bytes of one part. Base64 adds a third, and the whole object has to stay below the 190 KiB that the package allows
 * itself under the 262,144 bytes of a client-side apply.
 */
export const BUNDLE_PART_BYTES = 140 * 1024;

/** The built bundle below the package root. */
const BUNDLE_FILE = join('assets', 'detector.cjs.gz');

export interface DetectorBundle {
  /** Of the compressed bundle, in hexadecimal. */
  readonly sha256: string;
  /** The compressed bundle, in order. */
  readonly parts: readonly BundlePart[];
}

export interface BundlePart {
  /** The name it is mounted under; the order of the names is that of the parts. */
  readonly fileName: string;
  readonly base64: string;
}

/** Reads the bundle that the build left in the package, or says how to build it. */
export function readBundle(file: string = packageFile(BUNDLE_FILE)): DetectorBundle {
  if (!existsSync(file)) {
    throw new Error(
      `the detector bundle '${file}' is missing; run \`npm run build\`, or use DetectorRuntime.image() with an image of your own`,
    );
  }
  const packed = readFileSync(file);
  const parts: BundlePart[] = [];
  for (let start = 0; start < packed.length; start += BUNDLE_PART_BYTES) {
    const fileName = `part-${String(parts.length).padStart(3, '0')}`;
    parts.push({ fileName, base64: packed.subarray(start, start + BUNDLE_PART_BYTES).toString('base64') });
  }
  return { sha256: createHash('sha256').update(packed).digest('hex'), parts };
}

/**
 * Runs the parts in the folder `argv[1]` if their sha256 is `argv[2]`. Nothing is written to disk: the root file system
 * of the container is read-only.
 */
export const BUNDLE_LOADER = `'use strict';
const { createHash } = require('node:crypto');
const { readdirSync, readFileSync } = require('node:fs');
const Module = require('node:module');
const { gunzipSync } = require('node:zlib');
const [folder, expected] = process.argv.slice(1);
const names = readdirSync(folder).filter((name) => name.startsWith('part-')).sort();
const packed = Buffer.concat(names.map((name) => readFileSync(folder + '/' + name)));
const actual = createHash('sha256').update(packed).digest('hex');
if (actual !== expected) {
  console.error('detector bundle in ' + folder + ': sha256 is ' + actual + ', expected ' + expected);
  process.exit(1);
}
process.argv = [process.argv[0], folder + '/detector.cjs'];
const bundle = new Module(process.argv[1]);
bundle.filename = process.argv[1];
process.mainModule = bundle;
bundle._compile(gunzipSync(packed).toString('utf8'), bundle.filename);
`;
