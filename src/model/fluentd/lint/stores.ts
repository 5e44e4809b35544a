/** The order of a copy's stores: what a store refuses is sent again, also to all stores that took it before. */
import { childrenNamed, everyView, textOf, typeOf } from '../view';
import type { ElementView } from '../view';
import type { ConfigProblem } from './problem';

export function storeProblems(top: readonly ElementView[]): ConfigProblem[] {
  const labels = new Map(top.filter(({ name }) => name === 'label').map((label) => [label.argument, label]));
  return everyView(top)
    .filter((view) => typeOf(view) === 'copy')
    .flatMap((copy) => childrenNamed(copy, 'store').slice(1))
    .filter((store) => isStrict(store) && mayRefuse(store, labels, new Set()))
    .map((store) => ({
      code: 'P403',
      where: store.where,
      what: 'when it refuses records, the stores before it get them once more with every attempt',
      remedy: "put it first, make it '<store ignore_error>', or let its buffer drop its oldest chunks",
    }));
}

function isStrict(store: ElementView): boolean {
  return !/(?:^|\s)ignore_(?:error|if_prev_success)(?:\s|$)/.test(store.argument);
}

/** A full buffer refuses records unless it drops some; who hands records on refuses what the next one refuses. */
function mayRefuse(output: ElementView, labels: ReadonlyMap<string, ElementView>, seen: Set<string>): boolean {
  if (output.isOpaque) return true;
  const type = typeOf(output);
  if (type === 'null' || type === 'stdout') return false;
  if (type === 'copy')
    return childrenNamed(output, 'store').some((store) => isStrict(store) && mayRefuse(store, labels, seen));
  if (type !== 'relabel') {
    const [buffer] = childrenNamed(output, 'buffer');
    return textOf(buffer?.params['overflow_action']) !== 'drop_oldest_chunk';
  }
  const target = textOf(output.params['@label']) ?? '';
  const label = labels.get(target);
  if (seen.has(target)) return false;
  seen.add(target);
  return label === undefined || childrenNamed(label, 'match').some((match) => mayRefuse(match, labels, seen));
}
