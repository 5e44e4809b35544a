/** Log files of the node: which may be read, and what is mounted for it. */
import { posix } from 'node:path';
import type { IConstruct } from 'constructs';
import type { FileLogs } from '../../model/sources/file';
import { HOST_ROOT } from '../../model/sources/quarantine';
import { rotatedPaths } from '../../model/sources/tail';
import { hostVolume } from './pod-parts';
import type { MountedVolume } from './pod-parts';
import { fail } from './validate';

export const ALL_LOGS = '/var/log';

/** Directories that other sources read, or that hold what an agent remembers. */
const TAKEN = [
  '/var/log/pods',
  '/var/log/containers',
  '/var/lib/docker/containers',
  '/var/log/journal',
  '/run/log/journal',
];

/** A path of the node that Fluentd may read as it stands: absolute, and without characters that it expands. */
export function checkHostPath(at: IConstruct, what: string, path: string): string {
  if (!/^(\/[\w.@-]+)+$/.test(path) || path.split('/').includes('..')) {
    fail(at, `the ${what} '${path}' is not an absolute path`, 'use letters, digits and . _ - @ between the slashes');
  }
  return path;
}

/** The same for a log file, whose name alone may hold `*`. */
export function checkLogFile(at: IConstruct, path: string, isGlob: boolean): string {
  const { dir: directory, base } = posix.parse(path);
  checkHostPath(at, 'log file', isGlob ? `${directory}/${base.replaceAll('*', '_')}` : path);
  if (posix.dirname(directory) === '/' || directory === '/') {
    fail(at, `the node agent would see all of '${directory}'`, 'read a log file that has a directory of its own');
  }
  return path;
}

/** A log file must not lie where somebody else reads, such as the audit log that only the audit agent sees. */
export function checkFreeDirectory(at: IConstruct, path: string, taken: readonly string[]): void {
  const owner = [...TAKEN, ...taken].find((directory) => path.startsWith(`${directory}/`));
  if (owner !== undefined)
    fail(at, `the log file '${path}' lies in '${owner}', which is read by other means`, 'leave it out');
}

/** Whatever a file was rotated into is read with it, so two files must not take each other for that. */
export function checkReadOnce(at: IConstruct, all: readonly FileLogs[]): void {
  const paths = all.flatMap((logs, index) =>
    logs.files.flatMap((file) =>
      rotatedPaths(file, logs.rotation, logs.isGlob).read.map((path) => ({ file, path, index })),
    ),
  );
  for (const one of paths) {
    const pattern = new RegExp(`^${one.path.split('*').map(literal).join('[^/]*')}$`);
    const other = paths.find(({ index, path }) => index !== one.index && pattern.test(path.replaceAll('*', '0')));
    if (other === undefined) continue;
    const [first, second] = [one.file, other.file].map((file) => file.slice(HOST_ROOT.length));
    fail(at, `'${second}' would be read twice, by the source of '${first}' too`, 'name each file once');
  }
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Where a path of the node is found in the agent's container: beside the container's own files of that name. */
export function mounted(path: string): string {
  return `${HOST_ROOT}${path}`;
}

/** What is mounted to read these files; a directory below another comes with it. */
export function fileVolumes(paths: readonly string[]): MountedVolume[] {
  const directories = [...new Set(paths.map((path) => posix.dirname(path)))];
  const outer = directories.filter((one) => !directories.some((other) => one.startsWith(`${other}/`)));
  return outer.map((directory, index) =>
    directory === ALL_LOGS
      ? hostVolume('host-logs', directory, 'Directory', mounted(directory))
      : hostVolume(`host-files-${index + 1}`, directory, 'DirectoryOrCreate', mounted(directory)),
  );
}
