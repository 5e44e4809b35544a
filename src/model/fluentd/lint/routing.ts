/** Which elements records can reach, and which labels they go to. */
import { isCovered } from '../tag-pattern';
import { childrenNamed, everyView, textOf, typeOf } from '../view';
import type { ElementView } from '../view';
import { nearestPaths } from '../../../event/nearest-paths';
import type { ConfigProblem } from './problem';

/** Labels that Fluentd itself sends to, or knows. */
const OWN_LABELS = ['@ERROR', '@FLUENT_LOG', '@ROOT'];

export function routingProblems(top: readonly ElementView[]): ConfigProblem[] {
  const labels = top.filter((view) => view.name === 'label');
  return [
    ...unreachable(top),
    ...labels.flatMap((label) => [...unreachable(label.children), ...withoutMatch(label)]),
    ...labelProblems(top, labels),
    ...circles(labels),
    ...labels.flatMap(returning),
  ];
}

/** The first match that fits takes a record: what follows in the same scope never sees it. */
function unreachable(scope: readonly ElementView[]): ConfigProblem[] {
  const matches: ElementView[] = [];
  return scope.flatMap((view) => {
    if (view.name !== 'match' && view.name !== 'filter') return [];
    const isDead = isCovered(
      view.argument,
      matches.map(({ argument }) => argument),
    );
    const last = matches.at(-1);
    if (view.name === 'match') matches.push(view);
    if (!isDead || last === undefined) return [];
    const what = `no record gets here: every tag that it fits is taken before it, last by ${last.where}`;
    return [
      { code: 'P200', where: view.where, what, remedy: 'put it before that, or give that a narrower pattern' } as const,
    ];
  });
}

function withoutMatch(label: ElementView): ConfigProblem[] {
  if (childrenNamed(label, 'match').length > 0) return [];
  const what = 'it has no <match>, so its records are dropped with only a warning';
  return [{ code: 'P201', where: label.where, what, remedy: "end it with a <match>, if need be of '@type null'" }];
}

/** An element and a label that it sends records to. */
interface Sending {
  readonly from: ElementView;
  readonly target: string;
}

/** Labels that an element and those in it name. */
function sendings(views: readonly ElementView[]): Sending[] {
  return everyView(views).flatMap((from) =>
    [from.params['@label'], from.params['timeout_label'], isRule(from) ? from.params['label'] : undefined].flatMap(
      (value) => {
        const target = textOf(value);
        return target === undefined ? [] : [{ from, target }];
      },
    ),
  );
}

function isRule(view: ElementView): boolean {
  return view.name === 'rule';
}

function labelProblems(top: readonly ElementView[], labels: readonly ElementView[]): ConfigProblem[] {
  const defined = labels.map(({ argument }) => argument);
  const sent = sendings(top);
  const used = new Set(sent.map(({ target }) => target));
  return [
    ...sent.flatMap((sending) => undefinedLabel(sending, defined)),
    ...labels.flatMap((label) => unusedLabel(label, used)),
    ...labels.flatMap((label, index) => repeatedLabel(label, defined.indexOf(label.argument) < index)),
  ];
}

function undefinedLabel({ from, target }: Sending, defined: readonly string[]): ConfigProblem[] {
  if (defined.includes(target) || target === '@ROOT') return [];
  const [best] = nearestPaths(target, defined);
  const allowed = defined.length === 0 ? 'no label is defined' : `defined are ${defined.join(', ')}`;
  const remedy = best === undefined ? 'define the label' : `define the label, or write '${best}'`;
  return [{ code: 'P210', where: from.where, what: `the label '${target}' is defined nowhere`, allowed, remedy }];
}

function unusedLabel(label: ElementView, used: ReadonlySet<string>): ConfigProblem[] {
  if (used.has(label.argument) || OWN_LABELS.includes(label.argument)) return [];
  const what = 'nobody sends records here';
  return [{ code: 'P211', where: label.where, what, remedy: 'send records to it, or leave it out' }];
}

function repeatedLabel(label: ElementView, isRepeated: boolean): ConfigProblem[] {
  if (!isRepeated) return [];
  const what = 'the label was defined before, and this definition takes its place';
  return [{ code: 'P213', where: label.where, what, remedy: 'put both into one, or give one another name' }];
}

/** Plugins that hand on every record that they get. */
const PASSING = ['relabel', 'rewrite_tag_filter', 'detect_exceptions', 'siem_sort'];

/** Labels that records of a label go on to whatever happens; a delivery that is tried again does not count. */
function onward(label: ElementView): string[] {
  const passing = everyView(label.children).filter(
    (view) => PASSING.includes(typeOf(view)) || isRule(view) || view.params['timeout_label'] !== undefined,
  );
  const own = passing.map((view) => ({ ...view, children: [] }));
  return sendings(own).map(({ target }) => target);
}

function circles(labels: readonly ElementView[]): ConfigProblem[] {
  const next = new Map(labels.map((label) => [label.argument, onward(label)]));
  return labels.flatMap((label) => {
    const way = wayBack(label.argument, next);
    if (way === undefined) return [];
    const what = `its records come back to it: ${way.join(' → ')}`;
    return [
      { code: 'P212', where: label.where, what, remedy: 'let one of these labels send to a label outside' } as const,
    ];
  });
}

/** The shortest way from a label to itself. */
function wayBack(start: string, next: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const ways = [[start]];
  const seen = new Set<string>();
  for (const way of ways) {
    for (const target of next.get(way.at(-1) ?? '') ?? []) {
      if (target === start) return [...way, target];
      if (!seen.has(target)) {
        seen.add(target);
        ways.push([...way, target]);
      }
    }
  }
  return undefined;
}

/** A new tag goes through the same scope once more. */
function returning(label: ElementView): ConfigProblem[] {
  return childrenNamed(label, 'match').flatMap((view) => {
    const isBound = view.params['@label'] !== undefined;
    if (typeOf(view) !== 'rewrite_tag_filter' || isBound) return [];
    const rules = childrenNamed(view, 'rule').filter((rule) => rule.params['label'] === undefined);
    const back = rules.find((rule) => isCovered(sampleTag(textOf(rule.params['tag']) ?? ''), [view.argument]));
    if (back === undefined) return [];
    const what = `records with the new tag '${textOf(back.params['tag']) ?? ''}' come back to it`;
    return [{ code: 'P212', where: view.where, what, remedy: "send them to another label with '@label'" } as const];
  });
}

/** The pattern of the tags that a rule can give; a reference or placeholder can be any text. */
function sampleTag(tag: string): string {
  return tag.replace(/\$\d+|\$\{[^}]*\}|__[A-Z_]+__/g, '**');
}
