/** What an event is about, where the source names it by namespace and name. */
import type { EventObject } from '../../contract/event';

export function podObject(namespace: string | undefined, name: string | undefined): EventObject | undefined {
  if (namespace === undefined || name === undefined) return undefined;
  return { group: '', resource: 'pods', namespace, name };
}

/** Endings after which English adds `es`. */
const SIBILANT = /(?:s|x|ch)$/;

/** The resource of a kind, as the API server forms it where nothing else is said: `NetworkPolicy` → `networkpolicies`. */
export function resourceOf(kind: string): string {
  const name = kind.toLowerCase();
  if (name === 'endpoints') return name;
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`;
  return SIBILANT.test(name) ? `${name}es` : `${name}s`;
}
