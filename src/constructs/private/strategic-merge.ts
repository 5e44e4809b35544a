/** JSON as it stands in a manifest. */
export type Wire = string | number | boolean | null | undefined | Wire[] | WireObject;
export interface WireObject {
  [key: string]: Wire;
}

/** Fields by which items of a list are told apart, the first that every item has. */
const MERGE_KEYS = ['mountPath', 'name'];

export function isWireObject(value: unknown): value is WireObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Merges as `kubectl patch` does: objects by key, lists of named items by `name` (mounts by `mountPath`), other lists
 * are replaced. `null` deletes a key, `$patch: delete` an item, `undefined` changes nothing. Neither input is changed.
 */
export function strategicMerge(base: Wire, overlay: Wire): Wire {
  if (overlay === undefined) return base;
  if (isWireObject(overlay)) return mergeObjects(isWireObject(base) ? base : {}, overlay);
  if (Array.isArray(overlay)) return mergeLists(Array.isArray(base) ? base : [], overlay);
  return overlay;
}

function mergeObjects(base: WireObject, overlay: WireObject): WireObject {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(overlay)) {
    if (value === null) merged.delete(key);
    else if (value !== undefined) merged.set(key, strategicMerge(merged.get(key), value));
  }
  return Object.fromEntries([...merged.keys()].sort().map((key) => [key, merged.get(key)]));
}

function mergeLists(base: Wire[], overlay: Wire[]): Wire[] {
  const key = MERGE_KEYS.find((candidate) => [...base, ...overlay].every((item) => hasText(item, candidate)));
  if (key === undefined) return overlay.map((item) => strategicMerge(undefined, item));
  const merged = base.slice();
  for (const item of overlay) {
    if (!isWireObject(item)) continue;
    const at = merged.findIndex((other) => isWireObject(other) && other[key] === item[key]);
    const { $patch: directive, ...fields } = item;
    if (directive === 'delete') merged.splice(at, at < 0 ? 0 : 1);
    else if (at < 0) merged.push(strategicMerge(undefined, fields));
    else merged[at] = strategicMerge(merged[at], fields);
  }
  return merged;
}

function hasText(item: Wire, key: string): boolean {
  return isWireObject(item) && typeof item[key] === 'string';
}
