/** What filters behind one store of a copy do to the record that the next store gets. */
import { everyView, textOf } from '../view';
import type { ElementView } from '../view';
import { filterStep } from './filters';
import type { FieldPath } from './path';

type Scopes = ReadonlyMap<string, readonly ElementView[]>;

/** All filters that records of these outputs can go through. */
export function reachableFilters(outputs: readonly ElementView[], scopes: Scopes): ElementView[] {
  const labels = new Set(outputs.flatMap(labelsOf));
  for (const label of labels)
    for (const view of scopes.get(label) ?? []) for (const name of labelsOf(view)) labels.add(name);
  return [...labels].flatMap((label) => (scopes.get(label) ?? []).filter((view) => view.name === 'filter'));
}

function labelsOf(view: ElementView): string[] {
  const values = everyView([view]).flatMap(({ params }) => [
    params['@label'],
    params['timeout_label'],
    params['label'],
  ]);
  return values.map(textOf).filter((name) => name !== undefined);
}

/**
 * Whether one of the filters may change this field in the record that the next store gets. `deep` copies share nothing;
 * `shallow` ones share what is inside a field, unless the field itself is written anew; without a copy all is shared.
 */
export function isShared(path: FieldPath, copyMode: string, filters: readonly ElementView[]): boolean {
  if (copyMode === 'deep' || copyMode === 'marshal') return false;
  if (copyMode === 'shallow' && path.length < 2) return false;
  return filters.some((view) => {
    const step = filterStep(view);
    return copyMode === 'shallow' ? step.changesInside?.(path) === true : step.touch(path) !== 'none';
  });
}

/** How a copy copies. */
export function copyModeOf(view: ElementView): string {
  return textOf(view.params['copy_mode']) ?? 'no_copy';
}
