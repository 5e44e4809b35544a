import * as fs from 'node:fs';
import * as path from 'node:path';
import { readMounted } from '../../src/detector/mounted-files';
import { scratch } from './support/scratch';

const all = (): boolean => true;

test('files come sorted, below their directory, without what starts with a dot', async () => {
  const directory = scratch();
  fs.mkdirSync(path.join(directory, 'sub'));
  for (const name of ['b.yaml', 'a.yaml', 'sub/c.yaml', '.hidden']) fs.writeFileSync(path.join(directory, name), name);
  const { files } = await readMounted(directory, all);
  expect(files).toEqual(['a.yaml', 'b.yaml', 'sub/c.yaml'].map((name) => ({ path: name, text: name })));
});

test('the digest tells a changed byte, and a text that moved from one file to its neighbour', async () => {
  const digests = new Set<string>();
  for (const [a, b] of [
    ['one', 'two'],
    ['one', 'twO'],
    ['onet', 'wo'],
  ] as const) {
    const directory = scratch();
    fs.writeFileSync(path.join(directory, 'a'), a);
    fs.writeFileSync(path.join(directory, 'b'), b);
    digests.add((await readMounted(directory, all)).digest);
  }
  expect(digests.size).toBe(3);
});

test('a swap while reading never gives files of two versions', async () => {
  const directory = scratch();
  const names = Array.from({ length: 20 }, (_, n) => `${n}.yaml`);
  const swapTo = (version: number): void => {
    const folder = `..v${version}`;
    fs.mkdirSync(path.join(directory, folder));
    for (const name of names) fs.writeFileSync(path.join(directory, folder, name), String(version));
    fs.symlinkSync(folder, path.join(directory, '..data_tmp'));
    fs.renameSync(path.join(directory, '..data_tmp'), path.join(directory, '..data'));
    if (version > 0) fs.rmSync(path.join(directory, `..v${version - 1}`), { recursive: true });
  };
  swapTo(0);
  for (const name of names) fs.symlinkSync(path.join('..data', name), path.join(directory, name));
  const reading = new AbortController();
  const swapping = (async () => {
    for (let version = 1; !reading.signal.aborted; version += 1) {
      swapTo(version);
      // Ever slower, so that a busy machine finds a gap too.
      await new Promise((resolve) => setTimeout(resolve, 10 + 5 * version));
    }
  })();
  const versions = new Set<string>();
  while (versions.size < 5) {
    const { files } = await readMounted(directory, all);
    const found = new Set(files.map(({ text }) => text));
    expect(found.size).toBe(1);
    for (const version of found) versions.add(version);
  }
  reading.abort();
  await swapping;
});

test('a directory that is not there is an error', async () => {
  await expect(readMounted(path.join(scratch(), 'missing'), all)).rejects.toThrow('ENOENT');
});
