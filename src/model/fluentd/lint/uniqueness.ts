/** What two plugins of one process cannot share, and ids that every plugin must have. */
import type { FluentdValue } from '../elements';
import { everyView, textOf, typeOf } from '../view';
import type { ElementView } from '../view';
import type { ConfigProblem } from './problem';

interface Claim {
  readonly view: ElementView;
  /** What is claimed, as a reader would call it. */
  readonly what: string;
}

export function uniquenessProblems(top: readonly ElementView[]): ConfigProblem[] {
  const views = everyView(top);
  const first = new Map<string, ElementView>();
  return [...views.flatMap(claims).flatMap((claim) => repeated(claim, first)), ...views.flatMap(withoutId)];
}

function repeated({ view, what }: Claim, first: Map<string, ElementView>): ConfigProblem[] {
  const before = first.get(what);
  if (before === undefined) {
    first.set(what, view);
    return [];
  }
  const problem = `${what} is already that of ${before.where}`;
  return [{ code: 'P300', where: view.where, what: problem, remedy: 'give each its own' }];
}

function claims(view: ElementView): Claim[] {
  const found = [
    claim('the id', view.params['@id']),
    claim('the position file', view.params['pos_file']),
    view.name === 'buffer' ? claim('the buffer folder', view.params['path']) : undefined,
    view.name === 'storage' ? claim('the storage file', view.params['path']) : undefined,
    view.name === 'source' ? claim(`the ${protocol(view)} port`, view.params['port']) : undefined,
  ];
  return found.flatMap((what) => (what === undefined ? [] : [{ view, what }]));
}

function claim(kind: string, value: FluentdValue | undefined): string | undefined {
  const text = textOf(value);
  return text === undefined ? undefined : `${kind} '${text}'`;
}

function protocol(view: ElementView): string {
  const type = typeOf(view);
  if (type === 'udp') return 'UDP';
  const isDatagram = type === 'syslog' && (textOf(view.params['protocol_type']) ?? 'udp') === 'udp';
  return isDatagram && !view.children.some(({ name }) => name === 'transport') ? 'UDP' : 'TCP';
}

/** The id names the folder of backups and the metrics; without one it is a number that changes with every start. */
function withoutId(view: ElementView): ConfigProblem[] {
  const isPlugin = view.name === 'source' || view.name === 'match' || view.name === 'store';
  if (!isPlugin || view.params['@id'] !== undefined) return [];
  const what = "'@id' is missing, so its metrics and its backups have another name at every start";
  return [{ code: 'P301', where: view.where, what, remedy: "give it an '@id' of its own" }];
}
