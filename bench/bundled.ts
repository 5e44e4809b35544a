import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { build } from 'esbuild';

/**
 * Loads a module of this folder as the detector is shipped: bundled and minified. Modules that tsx loads one by one
 * call each other through getters, which makes this path a quarter slower.
 */
export async function bundled<T>(file: string): Promise<T> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'siem-bench-'));
  const outfile = path.join(folder, 'bundle.cjs');
  await build({
    entryPoints: [path.join(__dirname, file)],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    define: { __dirname: JSON.stringify(__dirname) },
    logLevel: 'error',
  });
  const loaded = (await import(outfile)) as T;
  fs.rmSync(folder, { recursive: true });
  return loaded;
}
