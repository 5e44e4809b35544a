/** The layers of `src/` and which arrows between them are allowed; docs/architecture.md draws the same picture. */
import * as fs from 'node:fs';
import { builtinModules } from 'node:module';
import * as path from 'node:path';
import * as ts from 'typescript';

interface Layer {
  /** Layers that this one may import. */
  readonly imports: readonly string[];
  /** npm packages, by the file (relative to the layer, `*` = any) that may import them. */
  readonly packages?: { readonly [file: string]: readonly string[] };
  /** Node built-ins, without the `node:` prefix; `*` = all. */
  readonly builtins?: readonly string[];
}

const PURE = ['contract', 'event', 'model', 'rule', 'engine', 'alert', 'analysis'];

export const LAYERS: { readonly [name: string]: Layer } = {
  contract: { imports: [] },
  event: { imports: ['contract'] },
  model: { imports: ['contract', 'event'], packages: { 'audit-policy/load.ts': ['yaml'] } },
  rule: {
    imports: ['contract', 'event'],
    packages: { 'yaml-reader.ts': ['yaml'], 'pattern-fault.ts': ['re2js'] },
  },
  engine: { imports: ['contract', 'event', 'rule'], packages: { '*': ['re2js'] } },
  alert: { imports: ['contract', 'event', 'rule', 'engine'] },
  analysis: { imports: ['contract', 'event', 'model', 'rule', 'alert'] },
  detector: {
    imports: ['contract', 'event', 'rule', 'engine', 'alert'],
    packages: { '*': ['pino', 'prom-client'] },
    builtins: ['*'],
  },
  cli: {
    imports: PURE,
    packages: { '*': ['commander', 'cli-table3'] },
    builtins: ['events', 'fs', 'path', 'process', 'readline', 'stream', 'zlib'],
  },
  constructs: {
    imports: ['contract', 'event', 'model', 'rule', 'alert', 'analysis', 'imports'],
    packages: { '*': ['cdk8s', 'cdk8s-plus-27', 'constructs'] },
    builtins: ['fs', 'path', 'crypto'],
  },
  'index.ts': { imports: ['constructs'] },
  'main.ts': { imports: ['index.ts'], packages: { '*': ['cdk8s'] } },
};

/** Layers that are reached through their barrel alone, and the files that are open besides. */
const BARRELS: { readonly [layer: string]: readonly string[] } = {
  rule: ['index.ts', 'ast.ts', 'diagnostic.ts'],
  engine: ['index.ts'],
};

/** Source texts by path relative to the repository (`src/rule/lexer.ts`). */
export type SourceTree = ReadonlyMap<string, string>;

/** Reads every TypeScript file below `src/`. */
export function readSources(root: string): SourceTree {
  const files = fs.readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' });
  return new Map(
    files
      .filter((file) => file.endsWith('.ts'))
      .sort()
      .map((file) => [path.posix.join('src', file.split(path.sep).join('/')), read(path.join(root, 'src', file))]),
  );
}

/** Every import that the layers forbid, and every cycle, as sentences. */
export function violations(tree: SourceTree): string[] {
  const problems: string[] = [];
  for (const [file, text] of tree) {
    for (const wanted of importsOf(text)) {
      const problem = wanted.startsWith('.') ? forbiddenArrow(tree, file, wanted) : forbiddenPackage(file, wanted);
      if (problem !== undefined) problems.push(`${file}: ${problem}`);
    }
  }
  return [...problems, ...cycles(tree)];
}

function forbiddenArrow(tree: SourceTree, file: string, wanted: string): string | undefined {
  const target = resolveImport(tree, file, wanted);
  if (target === undefined) return `imports '${wanted}', which is not in the tree`;
  const from = layerOf(file);
  const to = layerOf(target);
  if (from === to) return undefined;
  if (!(LAYERS[from]?.imports ?? []).includes(to)) return `layer '${from}' may not import layer '${to}' (${target})`;
  const open = BARRELS[to];
  const inside = target.split('/').slice(2).join('/');
  return open === undefined || open.includes(inside) ? undefined : `imports ${target} past the barrel of '${to}'`;
}

function forbiddenPackage(file: string, wanted: string): string | undefined {
  const layer = layerOf(file);
  const builtin = wanted.replace(/^node:/, '').split('/')[0] ?? '';
  if (builtinModules.includes(builtin)) {
    const allowed = LAYERS[layer]?.builtins ?? [];
    return allowed.includes('*') || allowed.includes(builtin)
      ? undefined
      : `layer '${layer}' may not import '${wanted}'`;
  }
  return packagesOf(layer, file).includes(wanted) ? undefined : `'${wanted}' may not be imported here`;
}

function packagesOf(layer: string, file: string): readonly string[] {
  const packages = LAYERS[layer]?.packages ?? {};
  const inside = file.split('/').slice(2).join('/');
  return [...(packages['*'] ?? []), ...(packages[inside] ?? [])];
}

/** Import cycles between files, type-only imports included. */
function cycles(tree: SourceTree): string[] {
  const state = new Map<string, 'open' | 'done'>();
  const found: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      found.push(`cycle: ${[...trail.slice(trail.indexOf(file)), file].join(' → ')}`);
      return;
    }
    state.set(file, 'open');
    for (const wanted of importsOf(tree.get(file) ?? '')) {
      const target = wanted.startsWith('.') ? resolveImport(tree, file, wanted) : undefined;
      if (target?.startsWith('src/')) visit(target, [...trail, file]);
    }
    state.set(file, 'done');
  };
  for (const file of tree.keys()) visit(file, []);
  return found;
}

function resolveImport(tree: SourceTree, file: string, wanted: string): string | undefined {
  const base = path.posix.normalize(path.posix.join(path.posix.dirname(file), wanted));
  if (base.startsWith('imports/')) return `${base}.ts`;
  return [`${base}.ts`, `${base}/index.ts`, base].find((candidate) => tree.has(candidate));
}

/** The first folder below `src/`, or the file's own name at the top, or `imports`. */
function layerOf(file: string): string {
  if (file.startsWith('imports/')) return 'imports';
  return file.split('/')[1] ?? file;
}

/** What a text imports, also by `require` and `import()`, each name once. */
function importsOf(text: string): string[] {
  const { importedFiles } = ts.preProcessFile(text, true, true);
  return [...new Set(importedFiles.map((imported) => imported.fileName))];
}

function read(file: string): string {
  return fs.readFileSync(file, 'utf8');
}
