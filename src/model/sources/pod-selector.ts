/** Some containers, as globs and patterns of their log files' paths. */

/** Which containers; what is left out is any. */
export interface PodSelector {
  readonly namespaceName?: string;
  readonly podNamePrefix?: string;
  readonly containerName?: string;
}

const NAME = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;
const PREFIX = /^[a-z0-9][a-z0-9.-]*$/;

/** Their files below a directory. */
export function selectorGlob(directory: string, selector: PodSelector): string {
  const { namespaceName = '*', podNamePrefix, containerName = '*' } = checked(selector);
  const pod = podNamePrefix === undefined && namespaceName !== '*' ? '' : `${podNamePrefix ?? ''}*`;
  const folder = namespaceName === '*' && pod === '*' ? '*' : `${namespaceName}_${pod}${pod === '' ? '*' : '_*'}`;
  return `${directory}/${folder}/${containerName}/*.log*`;
}

/** The end of a path of theirs, in Ruby's syntax. */
export function selectorPattern(selector: PodSelector): string {
  const { namespaceName, podNamePrefix = '', containerName } = checked(selector);
  const namespace = namespaceName === undefined ? String.raw`[^_\/]+` : escaped(namespaceName);
  const container = containerName === undefined ? String.raw`[^\/]+` : escaped(containerName);
  return String.raw`\/${namespace}_${escaped(podNamePrefix)}[^_\/]*_[^\/]+\/${container}\/[^\/]+\z`;
}

function escaped(name: string): string {
  return name.replaceAll('.', String.raw`\.`);
}

/** Names go into patterns, so they hold no character that means something there but the dot. */
function checked(selector: PodSelector): PodSelector {
  const { namespaceName, podNamePrefix, containerName } = selector;
  for (const name of [namespaceName, containerName]) {
    if (name !== undefined && !NAME.test(name)) throw new Error(`'${name}' is no name of a namespace or a container`);
  }
  if (podNamePrefix !== undefined && !PREFIX.test(podNamePrefix)) {
    throw new Error(`'${podNamePrefix}' begins no name of a pod`);
  }
  return selector;
}
