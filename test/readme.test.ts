import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as ts from 'typescript';
import * as surface from '../src';
import { differences, readTree } from './support/golden';

const ROOT = path.join(__dirname, '..');
const MOST_LINES = 15;
const PACKAGE = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
  bin: Record<string, string>;
};

function blocks(page: string, language: string): string[] {
  const fences = new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'gm');
  return [...fs.readFileSync(path.join(ROOT, page), 'utf8').matchAll(fences)].map(([, code = '']) => code);
}

const examples = blocks('README.md', 'ts');
const [first = ''] = examples;

/** A folder of somebody who has installed the package, which the paths of a tsconfig.json put in place of its name. */
let folder: string;

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'readme-'));
  fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  fs.cpSync(path.join(ROOT, 'rules'), path.join(folder, 'rules'), { recursive: true });
  const paths = { 'cdk8s-siem': [path.join(ROOT, 'src', 'index.ts')] };
  fs.writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { paths } }));
});

afterAll(() => {
  fs.rmSync(folder, { recursive: true });
});

test(`the first example has at most ${MOST_LINES} lines beside its imports`, () => {
  const lines = first.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('import '));
  expect(lines.length).toBeGreaterThan(5);
  expect(lines.length).toBeLessThanOrEqual(MOST_LINES);
});

test('the first example runs as it stands and writes what is committed in dist/ and node-config/', () => {
  fs.writeFileSync(path.join(folder, 'main.ts'), first);
  const tsx = require.resolve('tsx/cli');
  const { status, stderr } = spawnSync(process.execPath, [tsx, 'main.ts'], { cwd: folder, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining('loses what it holds') as string });
  const changes = ['dist', 'node-config'].flatMap((name) =>
    differences(name, readTree(path.join(ROOT, name)), readTree(path.join(folder, name))),
  );
  expect(changes).toEqual([]);
});

/** What the compiler says of the code as a user's file. */
function complaints(code: string): string[] {
  const file = path.join(folder, 'all.ts');
  fs.writeFileSync(file, code);
  const program = ts.createProgram([file], {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    paths: { 'cdk8s-siem': [path.join(ROOT, 'src', 'index.ts')] },
    typeRoots: [path.join(ROOT, 'node_modules', '@types')],
    types: ['node', 'jest'],
  });
  const source = program.getSourceFile(file);
  return ts
    .getPreEmitDiagnostics(program, source)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

test('the other examples go on from the first one, and compile', () => {
  expect(examples.length).toBeGreaterThan(2);
  expect(complaints(examples.join('\n'))).toEqual([]);
});

test('an example with a member that is not there does not compile', () => {
  expect(complaints(`${first}stack.collector.nodeAgent?.override({});\n`)).toEqual([
    expect.stringContaining("'override' does not exist"),
  ]);
});

const PAGES = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'].concat(
  fs
    .readdirSync(path.join(ROOT, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
);

test.each(PAGES)('every script and command that %s names exists', (page) => {
  const text = fs.readFileSync(path.join(ROOT, page), 'utf8');
  const scripts = [...text.matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)].map(([, name, short]) => name ?? short);
  expect(scripts.filter((name = '') => !(name in PACKAGE.scripts))).toEqual([]);
  const commands = [...text.matchAll(/\bnpx ([a-z][\w-]*)/g)].map(([, name = '']) => name);
  const installed = (name: string): boolean => fs.existsSync(path.join(ROOT, 'node_modules', '.bin', name));
  expect(commands.filter((name) => !(name in PACKAGE.bin) && !installed(name))).toEqual([]);
});

test.each(PAGES)('every class and method that %s calls is exported', (page) => {
  const text = fs.readFileSync(path.join(ROOT, page), 'utf8');
  const calls = [...text.matchAll(/`(?:new )?([A-Z]\w+)(?:\.(\w+))?\(/g)];
  const exported: Readonly<Record<string, object | undefined>> = surface;
  const isThere = (name: string, method: string | undefined): boolean => {
    const found = exported[name];
    return found !== undefined && (method === undefined || method in found);
  };
  expect(calls.filter(([, name = '', method]) => !isThere(name, method)).map(([call]) => call)).toEqual([]);
});
