import * as fs from 'node:fs';
import * as path from 'node:path';
import { prune, UNWANTED } from '../scripts/prune-lock.js';

interface LockEntry {
  readonly resolved?: string;
  readonly optionalDependencies?: { readonly [name: string]: string };
}

const lock = JSON.parse(fs.readFileSync(path.join(__dirname, '..', 'package-lock.json'), 'utf8')) as {
  readonly packages: { [entry: string]: LockEntry };
};

test('the accidental optional dependency of cdk8s and cdk8s-plus-27 is not in the lock file', () => {
  const entries = Object.entries(lock.packages);
  expect(entries.filter(([entry]) => entry.endsWith(`node_modules/${UNWANTED}`))).toEqual([]);
  expect(entries.filter(([, { optionalDependencies }]) => optionalDependencies?.[UNWANTED] !== undefined)).toEqual([]);
});

test('the lock file names no download address', () => {
  expect(Object.values(lock.packages).filter((entry) => entry.resolved !== undefined)).toEqual([]);
});

test('pruning takes out what only the unwanted package needs, and nothing that another one needs too', () => {
  const packages = {
    '': { devDependencies: { host: '1', kept: '1' } },
    'node_modules/host': { optionalDependencies: { [UNWANTED]: '1' } },
    [`node_modules/${UNWANTED}`]: { dependencies: { kept: '1', lost: '1' } },
    'node_modules/kept': {},
    'node_modules/lost': {},
  };
  expect(prune({ packages })).toEqual([`node_modules/${UNWANTED}`, 'node_modules/lost']);
  expect(Object.keys(packages)).toEqual(['', 'node_modules/host', 'node_modules/kept']);
});
