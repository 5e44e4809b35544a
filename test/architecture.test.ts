import * as path from 'node:path';
import { LAYERS, readSources, violations } from './support/architecture';

const sources = readSources(path.join(__dirname, '..'));

/** What one more file adds to the problems of the real tree. */
function addedBy(file: string, text: string): string[] {
  const before = violations(sources);
  return violations(new Map([...sources, [file, text]])).filter((problem) => !before.includes(problem));
}

test('every import points downwards and there is no cycle', () => {
  expect(violations(sources)).toEqual([]);
});

test('every folder below src is a known layer', () => {
  const layers = new Set([...sources.keys()].map((file) => file.split('/')[1]));
  expect([...layers].filter((layer) => layer === undefined || !(layer in LAYERS))).toEqual([]);
});

test('an upward import is found', () => {
  expect(addedBy('src/contract/planted.ts', "import { fieldsOf } from '../event/fields';")).toEqual([
    "src/contract/planted.ts: layer 'contract' may not import layer 'event' (src/event/fields.ts)",
  ]);
});

test('a cycle is found, also between types', () => {
  const tree = new Map([
    ['src/event/a.ts', "import type { B } from './b'; export type A = B;"],
    ['src/event/b.ts', "import type { A } from './a'; export type B = A;"],
  ]);
  expect(violations(tree)).toEqual(['cycle: src/event/a.ts → src/event/b.ts → src/event/a.ts']);
});

test('a node built-in in a pure layer is found, with and without its prefix', () => {
  expect(addedBy('src/engine/planted.ts', "import * as fs from 'node:fs';")).toEqual([
    "src/engine/planted.ts: layer 'engine' may not import 'node:fs'",
  ]);
  expect(addedBy('src/alert/planted.ts', "import * as fs from 'fs';")).toEqual([
    "src/alert/planted.ts: layer 'alert' may not import 'fs'",
  ]);
});

test('a package in the wrong layer is found', () => {
  expect(addedBy('src/engine/planted.ts', "import { App } from 'cdk8s';")).toEqual([
    "src/engine/planted.ts: 'cdk8s' may not be imported here",
  ]);
});

test('what is loaded on demand is found like any other import', () => {
  expect(addedBy('src/contract/planted.ts', "export const late = () => require('../event/fields');")).toEqual([
    "src/contract/planted.ts: layer 'contract' may not import layer 'event' (src/event/fields.ts)",
  ]);
  expect(addedBy('src/engine/planted.ts', "export function late() { return require('node:fs') as unknown; }")).toEqual([
    "src/engine/planted.ts: layer 'engine' may not import 'node:fs'",
  ]);
  expect(addedBy('src/rule/planted.ts', "export const late = () => import('yaml');")).toEqual([
    "src/rule/planted.ts: 'yaml' may not be imported here",
  ]);
});

test('an import past a barrel is found', () => {
  expect(addedBy('src/alert/planted.ts', "import { tokenize } from '../rule/lexer';")).toEqual([
    "src/alert/planted.ts: imports src/rule/lexer.ts past the barrel of 'rule'",
  ]);
});
