/** Which Kubernetes versions manifests and audit policies are written for. */

export const DEFAULT_KUBERNETES_VERSION = '1.33';

const OLDEST_MINOR = 27;
const NEWEST_MINOR = 37;

/** The minor version of `1.33`, `v1.33` or `1.33.2`; undefined when the text is none of these or out of range. */
export function minorOf(version: string): number | undefined {
  const match = /^v?1\.(\d{1,3})(\.\d+)?$/.exec(version);
  if (match === null) return undefined;
  const minor = Number(match[1]);
  return minor >= OLDEST_MINOR && minor <= NEWEST_MINOR ? minor : undefined;
}

/** The range, for messages. */
export const KUBERNETES_VERSIONS = `1.${OLDEST_MINOR} to 1.${NEWEST_MINOR}`;

/** The oldest minor version whose audit policy knows the API group `*`. */
const GROUP_WILDCARD_MINOR = 36;

/** Whether `group: "*"` stands for every group; below, it is a plain text that the API server refuses. */
export function hasGroupWildcard(version: string): boolean {
  const minor = minorOf(version);
  if (minor === undefined)
    throw new RangeError(`the Kubernetes version '${version}' is not one of ${KUBERNETES_VERSIONS}`);
  return minor >= GROUP_WILDCARD_MINOR;
}
