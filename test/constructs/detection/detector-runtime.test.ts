import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Chart, Testing } from 'cdk8s';
import { gzipSync } from 'fflate';
import { BUNDLE_LOADER, BUNDLE_PART_BYTES, readBundle } from '../../../src/constructs/detection/detector-bundle';
import { DetectorRuntime } from '../../../src/constructs/detection/detector-runtime';
import type { DetectorProgram } from '../../../src/constructs/detection/detector-runtime';
import type { StackProps } from '../../../src/constructs/component-props';
import { Component } from '../../../src/constructs/private/component';

let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'detector-bundle-'));
});

afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

/** Writes a bundle as the build would, then its parts as the volume shows them. */
function mountBundle(code: string): { readonly sha256: string; readonly mount: string } {
  const file = path.join(folder, 'detector.cjs.gz');
  fs.writeFileSync(file, gzipSync(new TextEncoder().encode(code), { mtime: 0 }));
  const { sha256, parts } = readBundle(file);
  const mount = path.join(folder, 'mount');
  fs.mkdirSync(mount);
  for (const { fileName, base64 } of parts) fs.writeFileSync(path.join(mount, fileName), Buffer.from(base64, 'base64'));
  return { sha256, mount };
}

/** Text that hardly compresses. */
function noise(bytes: number): string {
  const digests = Array.from({ length: bytes / 64 }, (_, index) =>
    createHash('sha256').update(`${index}`).digest('hex'),
  );
  return digests.join('');
}

test('the loader puts the parts together in order and runs them as the main module', () => {
  const code = `/* ${noise(600_000)} */
    const { readFileSync } = require('node:fs');
    console.log(JSON.stringify({ isMain: require.main === module, argv: process.argv.length, read: typeof readFileSync }));`;
  const { sha256, mount } = mountBundle(code);
  expect(fs.readdirSync(mount).length).toBeGreaterThan(2);
  const output = execFileSync(process.execPath, ['--eval', BUNDLE_LOADER, mount, sha256], { encoding: 'utf8' });
  expect(JSON.parse(output)).toEqual({ isMain: true, argv: 2, read: 'function' });
});

test('the loader refuses parts that are not what synth wrote, and runs nothing of them', () => {
  const { mount } = mountBundle('console.log("ran")');
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--eval', BUNDLE_LOADER, mount, '0'.repeat(64)], {
    encoding: 'utf8',
  });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/sha256 is [0-9a-f]{64}, expected 0{64}/);
});

test('the loader writes nothing', () => {
  const { sha256, mount } = mountBundle('');
  const before = fs.readdirSync(folder, { recursive: true });
  execFileSync(process.execPath, ['--eval', BUNDLE_LOADER, mount, sha256], { cwd: folder });
  expect(fs.readdirSync(folder, { recursive: true })).toEqual(before);
});

test('the built detector starts from its parts and says what it lacks', () => {
  const { sha256, parts } = readBundle();
  for (const { fileName, base64 } of parts)
    fs.writeFileSync(path.join(folder, fileName), Buffer.from(base64, 'base64'));
  const { status, stderr } = spawnSync(process.execPath, ['--eval', BUNDLE_LOADER, folder, sha256], {
    encoding: 'utf8',
    env: { SIEM_SETTINGS_DIR: path.join(folder, 'none') },
  });
  expect(status).toBe(1);
  expect(stderr).toContain('the detector cannot start');
});

test('a missing bundle names the command that builds it', () => {
  expect(() => readBundle(path.join(folder, 'none.gz'))).toThrow(/none\.gz' is missing; run `npm run build`/);
});

test('a part leaves room for base64 and metadata below the limit of a ConfigMap', () => {
  expect((BUNDLE_PART_BYTES * 4) / 3).toBeLessThan(188 * 1024);
});

function bind(runtime: DetectorRuntime, props: StackProps = {}): DetectorProgram {
  const chart = new Chart(Testing.app(), 'siem');
  return runtime._bind(chart, new Component(chart, 'detector-bundle', props));
}

test('inline, the default image is a stock Node, also below a mirror', () => {
  expect(bind(DetectorRuntime.inline()).image).toMatch(/^docker\.io\/library\/node:\d+\.\d+\.\d+-slim$/);
  const mirrored = bind(DetectorRuntime.inline(), { imageRegistry: 'registry.example.com/mirror' });
  expect(mirrored.image).toMatch(/^registry\.example\.com\/mirror\/library\/node:\d+/);
});

test('inline, the parts stand in ConfigMaps of stable names', () => {
  expect(bind(DetectorRuntime.inline(), { stackName: 'sec' }).bundle[0]).toBe('sec-detector-bundle-0');
});

test('an image of your own keeps its entry point and needs no bundle', () => {
  const program = bind(DetectorRuntime.image('registry.example.com/detector:0.1.0'));
  expect(program).toEqual({ image: 'registry.example.com/detector:0.1.0', bundle: [] });
});

test.each([
  { title: 'no tag', image: 'registry.example.com/detector' },
  { title: 'the tag latest', image: 'registry.example.com/detector:latest' },
  { title: 'a tag that moves', image: 'node:22-slim' },
])('an image with $title is refused in both forms', ({ image }) => {
  expect(() => bind(DetectorRuntime.image(image))).toThrow(/name a full version/);
  expect(() => bind(DetectorRuntime.inline({ image }))).toThrow(/name a full version/);
});
