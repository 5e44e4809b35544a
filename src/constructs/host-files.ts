import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Construct } from 'constructs';

/** A file that belongs on nodes instead of into the cluster. */
export interface HostFile {
  /** Where it lies in the directory it is written to, with slashes. */
  readonly path: string;
  /** Its whole content, with line feeds. */
  readonly text: string;
}

/** Something that has files for nodes. */
export interface IHostFiles {
  /** The files, each under another path. */
  readonly hostFiles: HostFile[];
}

/** Checksums of the files in a directory, in the form that `sha256sum -c` reads. */
const CHECKSUM_FILE = 'SHA256SUMS';

/** Writes files for nodes beside the manifests. */
export class HostFiles {
  /**
   * Writes the files and a list of their checksums. A file that an earlier call wrote, that is no longer among them and
   * that nobody has changed since, is removed: file names hold hashes, and old policies must not pile up.
   * @param owner what has the files; a directory belongs to one owner
   * @param directory where they are written; made when it is missing
   */
  public static write(owner: IHostFiles, directory: string): void {
    const files = owner.hostFiles.map((file) => ({ ...file, text: file.text.replace(/\r\n?/g, '\n') }));
    claim(owner, path.resolve(directory));
    checkPaths(files, directory);
    fs.mkdirSync(directory, { recursive: true });
    removeStale(files, directory);
    for (const file of files) {
      const target = path.join(directory, file.path);
      fs.mkdirSync(path.dirname(target), { recursive: true });
      fs.writeFileSync(target, file.text);
    }
    fs.writeFileSync(path.join(directory, CHECKSUM_FILE), checksums(files));
  }

  private constructor() {}
}

/**
 * Writes the files that belong on nodes: the short form of `HostFiles.write()`.
 * @jsii ignore
 */
export function writeHostFiles(owner: IHostFiles, directory: string): void {
  HostFiles.write(owner, directory);
}

/** Which owner of an app writes where, so that two do not remove each other's files. */
const CLAIMS = new WeakMap<object, Map<string, IHostFiles>>();

function claim(owner: IHostFiles, directory: string): void {
  if (!Construct.isConstruct(owner)) return;
  const claims = CLAIMS.get(owner.node.root) ?? new Map<string, IHostFiles>();
  CLAIMS.set(owner.node.root, claims);
  const first = claims.get(directory) ?? owner;
  if (first !== owner && Construct.isConstruct(first)) {
    throw new Error(
      `${owner.node.path}: the host files of '${first.node.path}' are already written to '${directory}'; give each a directory of its own`,
    );
  }
  claims.set(directory, owner);
}

function checkPaths(files: readonly HostFile[], directory: string): void {
  const seen = new Set([CHECKSUM_FILE]);
  for (const file of files) {
    if (!isInside(file.path)) {
      throw new Error(`host files: the path '${file.path}' leaves the directory '${directory}'; use a relative path`);
    }
    if (seen.has(file.path)) {
      throw new Error(`host files: two files have the path '${file.path}'; give one of them another`);
    }
    seen.add(file.path);
  }
}

/** Plain relative paths, in the one form they can have. */
function isInside(file: string): boolean {
  const parts = file.split('/');
  return (
    !file.includes('\\') && parts.every((part) => part !== '' && part !== '.' && part !== '..' && !part.includes(':'))
  );
}

function removeStale(files: readonly HostFile[], directory: string): void {
  const kept = new Set(files.map((file) => file.path));
  for (const { digest, file } of writtenBefore(directory)) {
    const target = path.join(directory, file);
    if (kept.has(file) || !isInside(file) || !fs.existsSync(target)) continue;
    if (fs.lstatSync(target).isFile() && digestOf(fs.readFileSync(target, 'utf8')) === digest) fs.rmSync(target);
  }
}

function writtenBefore(directory: string): { digest: string; file: string }[] {
  const list = path.join(directory, CHECKSUM_FILE);
  if (!fs.existsSync(list)) return [];
  return fs
    .readFileSync(list, 'utf8')
    .split(/\r?\n/)
    .flatMap((line) => {
      const [, digest, file] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
      return digest === undefined || file === undefined ? [] : [{ digest, file }];
    });
}

function checksums(files: readonly HostFile[]): string {
  return files
    .map((file) => `${digestOf(file.text)}  ${file.path}\n`)
    .sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1))
    .join('');
}

/** Of the text with line feeds: Git may have written the file with others. */
function digestOf(text: string): string {
  return createHash('sha256').update(text.replace(/\r\n/g, '\n')).digest('hex');
}
