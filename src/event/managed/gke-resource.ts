/** The object that a GKE audit entry is about, from the name that Google's audit logging gives it. */
import type { JsonObject } from '../../contract/event';

const CORE = 'core';
const VERSION = /^v[0-9]{1,3}(?:(?:alpha|beta)[0-9]{1,3})?$/;
/** Subresources of a namespace itself; any other name there is a resource in the namespace. */
const OF_NAMESPACE: readonly string[] = ['status', 'finalize'];

export interface GkeResource {
  /** Absent where the request was for a path that is no resource. */
  readonly objectRef: JsonObject | undefined;
  /** The path of the request; its query is not recorded. */
  readonly uri: string;
}

/** `<group>/<version>/[namespaces/<namespace>/]<resource>[/<name>[/<subresource>]]`, `core` being the group without a name. */
export function gkeResource(name: string): GkeResource {
  const [group = '', version = '', ...path] = name.split('/');
  const isCore = group === CORE;
  if (path.length === 0 || !VERSION.test(version)) {
    return { objectRef: undefined, uri: isCore ? `/api/${[version, ...path].join('/')}` : `/${name}` };
  }
  const objectRef: JsonObject = isCore ? { apiVersion: version } : { apiGroup: group, apiVersion: version };
  addPath(objectRef, path);
  return { objectRef, uri: `${isCore ? '/api' : `/apis/${group}`}/${version}/${path.join('/')}` };
}

function addPath(objectRef: JsonObject, path: readonly string[]): void {
  const [first = '', second, third, fourth, fifth] = path;
  if (first !== 'namespaces' || second === undefined) {
    add(objectRef, { resource: first, name: second, subresource: third });
  } else if (third === undefined || (fourth === undefined && OF_NAMESPACE.includes(third))) {
    add(objectRef, { resource: first, namespace: second, name: second, subresource: third });
  } else {
    add(objectRef, { resource: third, namespace: second, name: fourth, subresource: fifth });
  }
}

function add(objectRef: JsonObject, members: Readonly<Record<string, string | undefined>>): void {
  for (const [key, value] of Object.entries(members)) if (value !== undefined && value !== '') objectRef[key] = value;
}
