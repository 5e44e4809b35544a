import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Chart, Testing } from 'cdk8s';
import { bundleAssets } from '../scripts/bundle';
import type { Asset } from '../scripts/bundle';
import { DetectorRuntime } from '../src/constructs/detection/detector-runtime';
import { Component } from '../src/constructs/private/component';
import { objectsOf } from './support/manifests';

/** Client-side apply keeps a copy of the whole object in one annotation of at most so many bytes. */
const APPLY_LIMIT_BYTES = 262_144;
/** What the package allows itself, metadata and base64 included. */
const OBJECT_LIMIT_BYTES = 190 * 1024;
/** The program has to stay small enough for a few ConfigMaps. */
const BUNDLE_LIMIT_BYTES = 256 * 1024;

let assets: Asset[];

beforeAll(async () => {
  assets = await bundleAssets();
});

function asset(name: string): Buffer {
  const found = assets.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`the build makes no ${name}`);
  return Buffer.from(found.bytes);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

test('the built bundle is that of the sources', () => {
  const built = fs.readFileSync(path.join(__dirname, '..', 'assets', 'detector.cjs.gz'));
  const isCurrent = sha256(built) === sha256(asset('detector.cjs.gz'));
  expect(isCurrent ? 'current' : 'assets/ is older than src/: run `npm run build`').toBe('current');
});

test('building again gives the same bytes', async () => {
  const again = await bundleAssets();
  expect(again.map(({ name, bytes }) => [name, sha256(Buffer.from(bytes))])).toEqual(
    assets.map(({ name, bytes }) => [name, sha256(Buffer.from(bytes))]),
  );
});

test('the compressed bundle carries no time and no name of the system it was made on', () => {
  const header = asset('detector.cjs.gz').subarray(0, 10);
  expect(header.readUInt16BE(0)).toBe(0x1f8b);
  expect(header.readUInt32LE(4)).toBe(0);
  expect(gunzipSync(asset('detector.cjs.gz')).equals(asset('detector.cjs'))).toBe(true);
});

test('the detector is small, and holds neither constructs nor a path of this machine', () => {
  expect(asset('detector.cjs.gz').length).toBeLessThan(BUNDLE_LIMIT_BYTES);
  const code = asset('detector.cjs').toString('utf8');
  expect(code).toContain('x-chunk-id');
  for (const stranger of ['cdk8s-plus', 'constructs/', 'ApiObject', 'KubeDeployment', path.join(__dirname, '..')]) {
    expect({ stranger, isInside: code.includes(stranger) }).toEqual({ stranger, isInside: false });
  }
});

test('every ConfigMap of the bundle can be applied from the client', () => {
  const chart = new Chart(Testing.app(), 'siem');
  DetectorRuntime.inline()._bind(chart, new Component(chart, 'detector-bundle', { stackName: 'a'.repeat(40) }));
  const objects = objectsOf(chart);
  expect(objects.length).toBeGreaterThan(0);
  for (const object of objects) {
    const bytes = Buffer.byteLength(JSON.stringify(object));
    expect(bytes).toBeLessThan(OBJECT_LIMIT_BYTES);
    expect(bytes).toBeLessThan(APPLY_LIMIT_BYTES);
  }
});
