/** The sources of a node agent: their configuration, and what has to be mounted and allowed for it. */
import type { IConstruct } from 'constructs';
import { EVENT_SOURCES } from '../../contract/event';
import type { NodeAgentOptions } from '../../model/pipeline/agent-config';
import type { ContainerLogs, ContainerRuntime as RuntimeName, FormattedPods } from '../../model/sources/containers';
import type { FileLogs } from '../../model/sources/file';
import { applicationFile, plainFile } from '../../model/sources/file-formats';
import { LOGIN_PROGRAMS } from '../../model/sources/host-auth';
import { checkFirstLine } from '../../model/sources/multiline';
import { POD_FORMATS } from '../../model/sources/pod-formats';
import type { PodSelector } from '../../model/sources/pod-selector';
import type { NodeLogChoice } from '../collection/log-source';
import { FileRotation } from '../collection/log-source-options';
import type { ContainerLogOptions, ContainerSelector, FileLogOptions } from '../collection/log-source-options';
import { HostAuth } from '../collection/node-logs';
import { ALL_LOGS, checkFreeDirectory, checkLogFile, checkReadOnce, fileVolumes, mounted } from './log-files';
import { checkObjectName } from './names';
import { hostVolume } from './pod-parts';
import type { MountedVolume } from './pod-parts';
import { fail } from './validate';
import { addWarning } from './warnings';

/** A volatile journal and a kept one. */
const JOURNALS = ['/var/log/journal', '/run/log/journal'];
const POD_LOGS = '/var/log/pods';
const DOCKER_LOGS = '/var/lib/docker/containers';

/** Debian's file and Red Hat's, to be compared with those of other sources. */
const LOGIN_FILES: FileLogs = {
  id: 'in_host_auth',
  label: '',
  tag: '',
  source: 'host-auth',
  traffic: 'logins',
  files: ['/var/log/auth.log', '/var/log/secure'].map(mounted),
  rotation: 'renamed',
};

export interface NodePlace {
  readonly runtime: RuntimeName;
  /** Namespaces whose pods are not read: our own, or their logs would feed themselves. */
  readonly ownNamespaces: readonly string[];
  /** Directories whose files nobody but their owner may see or change. */
  readonly closedDirectories: readonly string[];
}

type SourceOptions = Pick<NodeAgentOptions, 'pods' | 'hostAuth' | 'units' | 'files'>;

export interface NodeSources {
  readonly options: SourceOptions;
  readonly volumes: readonly MountedVolume[];
  /** Root without capabilities reads only what belongs to root. */
  readonly addedCapabilities: readonly string[];
}

export function nodeSources(at: IConstruct, choices: readonly NodeLogChoice[], place: NodePlace): NodeSources {
  const files = choices.flatMap((choice) => fileOf(at, choice, place));
  const hostAuth = only(at, choices, 'host-auth');
  const isFileRead = hostAuth?.options.origin === HostAuth.FILE;
  const allFiles = isFileRead ? [LOGIN_FILES, ...files] : files;
  checkReadOnce(at, allFiles);
  warnOfAllLogs(at, isFileRead, files);
  const options: SourceOptions = {
    ...podOptions(at, choices, place),
    ...journalOptions(at, choices),
    ...(isFileRead && { hostAuth: { kind: 'file', files: LOGIN_FILES.files } }),
    ...(files.length > 0 && { files }),
  };
  return {
    options,
    volumes: [
      ...(options.pods === undefined ? [] : podVolumes(place)),
      ...(options.hostAuth?.kind === 'journal' || options.units !== undefined ? journalVolumes() : []),
      ...fileVolumes(allFiles.flatMap((logs) => logs.files.map(unmounted))),
    ],
    addedCapabilities: isFileRead || choices.some(isOwnedByOther) ? ['DAC_READ_SEARCH'] : [],
  };
}

/** A login that both sources would have is a login. */
function journalOptions(at: IConstruct, choices: readonly NodeLogChoice[]): SourceOptions {
  const hostAuth = only(at, choices, 'host-auth');
  const isHostAuthRead = hostAuth !== undefined && hostAuth.options.origin !== HostAuth.FILE;
  const units = only(at, choices, 'journal')?.options.units.map((unit) => checkUnit(at, unit));
  if (units?.length === 0) fail(at, 'no unit of the journal is named', "name one, as 'kubelet.service'");
  const exceptPrograms = isHostAuthRead ? { exceptPrograms: LOGIN_PROGRAMS } : {};
  return {
    ...(isHostAuthRead && { hostAuth: { kind: 'journal', directories: JOURNALS } }),
    ...(units !== undefined && { units: { directories: JOURNALS, units, ...exceptPrograms } }),
  };
}

type OfKind<K extends NodeLogChoice['kind']> = Extract<NodeLogChoice, { readonly kind: K }>;

function ofKind<K extends NodeLogChoice['kind']>(choices: readonly NodeLogChoice[], kind: K): OfKind<K>[] {
  return choices.filter((choice): choice is OfKind<K> => choice.kind === kind);
}

function only<K extends NodeLogChoice['kind']>(
  at: IConstruct,
  choices: readonly NodeLogChoice[],
  kind: K,
): OfKind<K> | undefined {
  const [first, second] = ofKind(choices, kind);
  if (second !== undefined) fail(at, `two sources are '${kind}'`, 'put what they read into one');
  return first;
}

function podOptions(at: IConstruct, choices: readonly NodeLogChoice[], place: NodePlace): SourceOptions {
  const containers = only(at, choices, 'containers')?.options;
  const formats = formattedPods(at, ofKind(choices, 'pods'));
  if (containers === undefined && formats.length === 0) return {};
  const pods = {
    runtime: place.runtime,
    podLogDirectory: POD_LOGS,
    excludedNamespaces: place.ownNamespaces,
    ...(containers !== undefined && { containers: containerLogs(at, containers) }),
    ...(formats.length > 0 && { formats }),
  };
  return { pods };
}

/** The pods of a format that several sources name are one list. */
function formattedPods(at: IConstruct, sources: readonly OfKind<'pods'>[]): FormattedPods[] {
  const formats = [...new Set(sources.map(({ format }) => format))];
  return formats.map((format) => ({
    format,
    pods: sources
      .filter((source) => source.format === format)
      .map(({ pods }) => ({ ...POD_FORMATS[format].pods, ...selector(at, pods) })),
  }));
}

function containerLogs(at: IConstruct, options: ContainerLogOptions): ContainerLogs {
  const { namespaces, exclude = [], multiline = [] } = options;
  return {
    ...(namespaces !== undefined && { namespaces: namespaces.map((name) => checkObjectName(at, 'namespace', name)) }),
    ...(exclude.length > 0 && { exclude: exclude.map((each) => excluded(at, each)) }),
    ...(multiline.length > 0 && {
      multiline: multiline.map((each) => ({ pods: selector(at, each), firstLine: firstLine(at, each.firstLine) })),
    }),
  };
}

function excluded(at: IConstruct, given: ContainerSelector): PodSelector {
  const chosen = selector(at, given);
  if (Object.keys(chosen).length === 0) fail(at, 'all containers are excluded', 'leave the source out');
  return chosen;
}

function selector(at: IConstruct, given: ContainerSelector): PodSelector {
  const { namespaceName, podNamePrefix, containerName } = given;
  return {
    ...(namespaceName !== undefined && { namespaceName: checkObjectName(at, 'namespace', namespaceName) }),
    ...(podNamePrefix !== undefined && { podNamePrefix: checkPrefix(at, podNamePrefix) }),
    ...(containerName !== undefined && { containerName: checkObjectName(at, 'container', containerName) }),
  };
}

function checkPrefix(at: IConstruct, prefix: string): string {
  checkObjectName(at, 'pod name prefix', `${prefix}0`);
  return prefix;
}

function firstLine(at: IConstruct, pattern: string): string {
  try {
    checkFirstLine(pattern);
  } catch (error) {
    fail(at, error instanceof Error ? error.message : String(error), "write it as '^\\d{4}-\\d\\d-\\d\\d'");
  }
  return pattern;
}

function checkUnit(at: IConstruct, unit: string): string {
  if (!/^[\w:.@\\-]+\.[a-z]+$/.test(unit)) fail(at, `'${unit}' is no unit of systemd`, "name it as 'kubelet.service'");
  return unit;
}

function fileOf(at: IConstruct, choice: NodeLogChoice, place: NodePlace): FileLogs[] {
  if (choice.kind === 'application-file') {
    checkLogFile(at, choice.path, false);
    checkFreeDirectory(at, choice.path, place.closedDirectories);
    return [applicationFile(choice.format, mounted(choice.path))];
  }
  if (choice.kind !== 'file') return [];
  const { path, glob: isGlob = false, rotation = FileRotation.RENAME } = choice.options;
  checkLogFile(at, path, isGlob);
  checkFreeDirectory(at, path, place.closedDirectories);
  const read = { rotation: rotation === FileRotation.RENAME ? 'renamed' : 'copied', isGlob } as const;
  return [plainFile(mounted(path), eventSource(at, choice.options), read)];
}

function eventSource(at: IConstruct, { eventSource: given }: FileLogOptions): FileLogs['source'] {
  const allowed = EVENT_SOURCES.filter((each) => each !== 'kubernetes-audit' && each !== 'container');
  const found = allowed.find((each) => each === given);
  return found ?? fail(at, `a file cannot be of the source '${given}'`, `name one of ${allowed.join(', ')}`);
}

function isOwnedByOther(choice: NodeLogChoice): boolean {
  return choice.kind === 'file' && choice.options.ownedByOther === true;
}

function unmounted(path: string): string {
  return path.slice(mounted('').length);
}

function warnOfAllLogs(at: IConstruct, isHostAuthFile: boolean, files: readonly FileLogs[]): void {
  const seen = `so it sees all of ${ALL_LOGS}, an audit log there among it`;
  if (isHostAuthFile) {
    const remedy = 'use HostAuth.JOURNAL where the nodes have a journal';
    addWarning(at, `the node agent reads host logins from a file, ${seen}; ${remedy}`);
    return;
  }
  const file = files.flatMap((logs) => logs.files.map(unmounted)).find((path) => /^\/var\/log\/[^/]+$/.test(path));
  if (file === undefined) return;
  addWarning(at, `the node agent reads '${file}', ${seen}; let the application write to a directory of its own`);
}

/** Below /var/log/pods, Docker has only links to where its files are. */
function podVolumes({ runtime }: NodePlace): MountedVolume[] {
  const pods = hostVolume('pod-logs', POD_LOGS, 'Directory');
  return runtime === 'docker' ? [pods, hostVolume('docker-logs', DOCKER_LOGS, 'Directory')] : [pods];
}

function journalVolumes(): MountedVolume[] {
  return [
    ...JOURNALS.map((path, index) => hostVolume(`journal-${index + 1}`, path, 'DirectoryOrCreate')),
    hostVolume('machine-id', '/etc/machine-id', 'File'),
  ];
}
