/** Reads a directory as ConfigMaps are mounted into it: files are links into `..data`, which is swapped as a whole. */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';

export interface MountedFile {
  /** Path below the directory. */
  readonly path: string;
  readonly text: string;
}

export interface Mounted {
  readonly files: readonly MountedFile[];
  /** Changes whenever a name or a byte does. */
  readonly digest: string;
}

const DATA_LINK = '..data';
/** ConfigMaps nest no deeper than the paths of their items. */
const DEPTH = 4;
const ATTEMPTS = 10;
const TOTAL_BYTES = 64 * 1024 * 1024;

/** Every file below `directory` that `isWanted`, sorted by path. A swap while reading starts it over. */
export async function readMounted(directory: string, isWanted: (name: string) => boolean): Promise<Mounted> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const before = await dataOf(directory);
    try {
      const files = await readAll(directory, isWanted);
      if ((await dataOf(directory)) === before) return { files, digest: digestOf(files) };
    } catch (error) {
      if ((await dataOf(directory)) === before) throw error;
    }
  }
  throw new Error('the directory changes faster than it can be read');
}

async function readAll(directory: string, isWanted: (name: string) => boolean): Promise<MountedFile[]> {
  const files: MountedFile[] = [];
  let bytes = 0;
  for (const each of (await list(directory, '', DEPTH)).filter(isWanted)) {
    const text = await fs.readFile(path.join(directory, each), 'utf8');
    bytes += text.length;
    if (bytes > TOTAL_BYTES) throw new Error(`the files are over ${TOTAL_BYTES} bytes together`);
    files.push({ path: each, text });
  }
  return files;
}

/** Names that start with a dot are the mount's own, or an editor's. */
async function list(directory: string, below: string, depth: number): Promise<string[]> {
  const found: string[] = [];
  for (const name of (await fs.readdir(path.join(directory, below))).sort()) {
    if (name.startsWith('.')) continue;
    const each = path.posix.join(below, name);
    const status = await fs.stat(path.join(directory, each));
    if (status.isDirectory() && depth > 1) found.push(...(await list(directory, each, depth - 1)));
    else if (status.isFile()) found.push(each);
  }
  return found;
}

async function dataOf(directory: string): Promise<string> {
  try {
    return await fs.readlink(path.join(directory, DATA_LINK));
  } catch {
    return '';
  }
}

function digestOf(files: readonly MountedFile[]): string {
  const hash = createHash('sha256');
  for (const { path: name, text } of files) hash.update(JSON.stringify([name, text]));
  return hash.digest('hex');
}
