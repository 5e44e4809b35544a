/**
 * Bundles the detector and the command line into `assets/`. The same sources give the same bytes on every machine: the
 * compression is a pinned library's, its time is zero, and no path of this machine enters the output.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { gzipSync } from 'fflate';

const ROOT = path.resolve(__dirname, '..');
const ASSETS = path.join(ROOT, 'assets');
const LICENSES = 'THIRD-PARTY-LICENSES.txt';

/**
 * Parts of a dependency that it requires at load and the detector never reaches: prom-client's other kinds of metrics,
 * its process metrics and its ways across processes, with the packages that only these need.
 */
const UNREACHED = /\/node_modules\/prom-client\/lib\/(?:cluster|defaultMetrics|pushgateway|summary)\.js$/;

interface Program {
  readonly source: string;
  readonly output: string;
  /** First line of the output. */
  readonly banner: string;
  /** Also written compressed, to travel in ConfigMaps. */
  readonly isCompressed: boolean;
}

const PROGRAMS: readonly Program[] = [
  {
    source: 'src/detector/main.ts',
    output: 'detector.cjs',
    banner: `// cdk8s-siem detector, Apache-2.0. Licences of bundled packages: ${LICENSES} of the npm package cdk8s-siem.`,
    isCompressed: true,
  },
  { source: 'src/cli/main.ts', output: 'siem.cjs', banner: '#!/usr/bin/env node', isCompressed: false },
];

/** One file of `assets/`. */
export interface Asset {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A bundle and what it is made of. */
interface Bundled {
  readonly code: Uint8Array;
  readonly legalComments: string;
  readonly inputs: Metafile['inputs'];
}

/** Everything that belongs into `assets/`, in memory. */
export async function bundleAssets(): Promise<Asset[]> {
  const assets: Asset[] = [];
  const packages = new Set<string>();
  const comments = new Set<string>();
  for (const program of PROGRAMS) {
    if (!fs.existsSync(path.join(ROOT, program.source))) continue;
    const bundled = await bundle(program);
    assets.push({ name: program.output, bytes: bundled.code });
    if (program.isCompressed) {
      assets.push({ name: `${program.output}.gz`, bytes: gzipSync(bundled.code, { level: 9, mtime: 0 }) });
    }
    for (const input of Object.keys(bundled.inputs)) {
      const name = packageOf(input);
      if (name !== undefined) packages.add(name);
    }
    if (bundled.legalComments !== '') comments.add(bundled.legalComments);
  }
  const licenses = [...[...packages].sort().map(licenseOf), ...comments].join(`\n${'-'.repeat(80)}\n\n`);
  return [...assets, { name: LICENSES, bytes: new TextEncoder().encode(licenses) }];
}

async function bundle(program: Program): Promise<Bundled> {
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints: [program.source],
    outfile: path.join('assets', program.output),
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    banner: { js: program.banner },
    legalComments: 'external',
    charset: 'ascii',
    // The same YAML library as modules, so that what is not used stays out.
    alias: { yaml: './node_modules/yaml/browser/dist/index.js' },
    plugins: [leaveOut(UNREACHED)],
    tsconfigRaw: '{}',
    metafile: true,
    write: false,
    logLevel: 'error',
  });
  const code = result.outputFiles.find((file) => file.path.endsWith('.cjs'));
  if (code === undefined) throw new Error(`esbuild wrote no code for ${program.source}`);
  const legal = result.outputFiles.find((file) => file.path.endsWith('.LEGAL.txt'));
  return { code: code.contents, legalComments: legal?.text ?? '', inputs: result.metafile.inputs };
}

/** Replaces modules by empty ones. */
function leaveOut(paths: RegExp): Plugin {
  return {
    name: 'leave-out',
    setup(builder) {
      builder.onLoad({ filter: paths }, () => ({ contents: 'module.exports = {};' }));
    },
  };
}

/** `@scope/name` of an input below node_modules. */
function packageOf(input: string): string | undefined {
  return /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/.exec(input)?.[1];
}

function licenseOf(name: string): string {
  const folder = path.join(ROOT, 'node_modules', name);
  const manifest = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
    version: string;
    license?: string;
  };
  const file = fs
    .readdirSync(folder)
    .sort()
    .find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${name} is bundled but has no licence file in ${folder}`);
  const text = fs.readFileSync(path.join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim();
  return `${name} ${manifest.version} (${manifest.license ?? 'see below'})\n\n${text}\n`;
}

async function main(): Promise<void> {
  const required = ['detector.cjs', 'detector.cjs.gz', LICENSES];
  if (process.argv.includes('--if-missing') && required.every((name) => fs.existsSync(path.join(ASSETS, name)))) return;
  fs.mkdirSync(ASSETS, { recursive: true });
  for (const { name, bytes } of await bundleAssets()) {
    const file = path.join(ASSETS, name);
    fs.writeFileSync(file, bytes);
    if (name === 'siem.cjs') fs.chmodSync(file, 0o755);
    process.stdout.write(`assets/${name}  ${(bytes.length / 1000).toFixed(1)} kB\n`);
  }
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  });
}
