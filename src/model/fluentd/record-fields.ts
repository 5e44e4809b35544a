/**
 * What becomes of a field of a record on its way from a source, or a label, to every output: the filters, the labels and
 * the rules on the way, as Fluentd runs them. What cannot be told is `maybe`, never `kept`.
 */
import type { FluentdElement } from './elements';
import { afterTouch, joined } from './fields/fate';
import type { Fate, Touch } from './fields/fate';
import { filterStep } from './fields/filters';
import type { FilterStep } from './fields/filters';
import { relation } from './fields/path';
import { copyModeOf, isShared, reachableFilters } from './fields/sharing';
import type { FieldPath } from './fields/path';
import { tagFitter } from './tag-pattern';
import { childrenNamed, textOf, typeOf, viewElements } from './view';
import type { ElementView } from './view';

export type { Fate } from './fields/fate';
export type { FieldPath } from './fields/path';

/** Where the record begins: at the source with an `@id`, or at a label (`@ROOT` is outside of all labels). */
export type FieldStart = { readonly source: string } | { readonly label: string; readonly tag?: string };

/** An output that the record can get to. */
export interface FieldExit {
  /** Its `@id`. */
  readonly id: string;
  readonly fate: Fate;
  /** Where the fate was decided; absent while the field is kept. */
  readonly decidedBy?: string;
  /** Other fields in which the value stands here. */
  readonly copies: readonly FieldPath[];
  /** Which records do not get here, each with the element that drops them. Empty: all get here. */
  readonly drops: readonly string[];
}

/** Every output that records from here can get to, in the order in which they are found. */
export function fieldExits(elements: readonly FluentdElement[], start: FieldStart, path: FieldPath): FieldExit[] {
  const top = viewElements(elements);
  const scopes = new Map(top.filter(({ name }) => name === 'label').map((view) => [view.argument, view.children]));
  scopes.set('@ROOT', top);
  const walk = new Walk(scopes);
  const { label, tag } = begin(top, start);
  walk.enter(label, { tag, fate: 'kept', copies: [{ path, isOwn: true }], drops: [] });
  return [...walk.exits.values()];
}

function begin(top: readonly ElementView[], start: FieldStart): { label: string; tag: string | undefined } {
  if ('label' in start) return { label: start.label, tag: start.tag };
  const source = top.find((view) => view.name === 'source' && textOf(view.params['@id']) === start.source);
  if (source === undefined) throw new Error(`no source has the id '${start.source}'`);
  const tag = textOf(source.params['tag']);
  return {
    label: textOf(source.params['@label']) ?? '@ROOT',
    tag: tag === undefined || /[*$]/.test(tag) ? undefined : tag,
  };
}

interface Place {
  readonly path: FieldPath;
  /** The field itself; the others hold copies of its value. */
  readonly isOwn: boolean;
}

interface Flow {
  /** Undefined: any. */
  readonly tag: string | undefined;
  readonly fate: Fate;
  readonly decidedBy?: string;
  readonly copies: readonly Place[];
  readonly drops: readonly string[];
}

class Walk {
  public readonly exits = new Map<string, FieldExit>();
  private readonly seen = new Set<string>();

  public constructor(private readonly scopes: ReadonlyMap<string, readonly ElementView[]>) {}

  public enter(label: string, flow: Flow): void {
    const key = JSON.stringify([label, flow]);
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.through(this.scopes.get(label) ?? [], label, flow);
  }

  private through(scope: readonly ElementView[], label: string, entering: Flow): void {
    let flow = entering;
    for (const view of scope) {
      if (view.name !== 'filter' && view.name !== 'match') continue;
      const fits = fitsFlow(view, flow);
      if (fits === false) continue;
      if (view.name === 'match') {
        this.output(view, label, fits === true ? flow : dropping(flow, view, 'records with another tag'));
        if (fits === true) return;
      } else {
        const timeout = textOf(view.params['timeout_label']);
        const next = filtered(flow, view, fits === true);
        if (timeout !== undefined) this.enter(timeout, dropping(next, view, 'records whose rest came in time'));
        flow = next;
      }
    }
  }

  private output(view: ElementView, label: string, flow: Flow): void {
    const type = typeOf(view);
    const target = textOf(view.params['@label']);
    if (type === 'null') return;
    if (type === 'relabel') this.enter(target ?? '@ROOT', flow);
    else if (type === 'siem_sort') this.sorted(view, target ?? '@ROOT', flow);
    else if (type === 'copy') this.stores(view, label, flow);
    else if (type === 'roundrobin') this.stores(view, label, dropping(flow, view, 'records that another store gets'));
    else if (type === 'rewrite_tag_filter') this.rules(view, target ?? label, flow);
    else this.exit(view, flow);
  }

  /** What the parser took, and what it refused. */
  private sorted(view: ElementView, target: string, flow: Flow): void {
    this.enter(target, dropping(flow, view, 'lines that the parser refused'));
    for (const refused of childrenNamed(view, 'refused')) {
      this.enter(textOf(refused.params['@label']) ?? target, dropping(flow, view, 'records that the parser took'));
    }
  }

  /** Stores get the same record one after the other; a copy that is not deep leaves to the next what the last changed. */
  private stores(view: ElementView, label: string, flow: Flow): void {
    const before: ElementView[] = [];
    for (const store of childrenNamed(view, 'store')) {
      this.output(store, label, sharedAfter(flow, view, reachableFilters(before, this.scopes)));
      before.push(store);
    }
  }

  /** Each rule takes some; a record that none takes is dropped. */
  private rules(view: ElementView, target: string, flow: Flow): void {
    for (const rule of childrenNamed(view, 'rule')) {
      const tag = textOf(rule.params['tag']);
      const isFixed = tag !== undefined && !/\$|__[A-Z_]+__/.test(tag);
      const some = dropping(flow, view, `records that do not fit ${textOf(rule.params['key']) ?? 'its rule'}`);
      this.enter(textOf(rule.params['label']) ?? target, { ...some, tag: isFixed ? tag : undefined });
    }
  }

  private exit(view: ElementView, flow: Flow): void {
    const id = textOf(view.params['@id']) ?? typeOf(view);
    const exit = exitOf(
      id,
      view.isOpaque ? { ...flow, fate: 'maybe', decidedBy: view.where, copies: [] } : formatted(flow, view),
    );
    const before = this.exits.get(id);
    this.exits.set(id, before === undefined ? exit : both(before, exit));
  }
}

/** The flow of a store, where filters behind the stores before it may have changed the record. */
function sharedAfter(flow: Flow, view: ElementView, filters: readonly ElementView[]): Flow {
  const isChanged = (path: FieldPath) => isShared(path, copyModeOf(view), filters);
  const own = flow.copies.filter(({ isOwn }) => isOwn);
  const copies = flow.copies.filter(({ path, isOwn }) => isOwn || !isChanged(path));
  if (!own.some(({ path }) => isChanged(path))) return { ...flow, copies };
  return { ...flow, fate: 'maybe', decidedBy: view.where, copies };
}

function fitsFlow(view: ElementView, flow: Flow): boolean | undefined {
  if (/^(?:\*\*)?$/.test(view.argument)) return true;
  return flow.tag === undefined ? undefined : tagFitter(view.argument)(flow.tag);
}

function dropping(flow: Flow, view: ElementView, which: string): Flow {
  return { ...flow, drops: [...new Set([...flow.drops, `${view.where}: ${which}`])] };
}

/** The flow behind a filter; where it fits only some tags, nothing is certain of what it touches. */
function filtered(flow: Flow, view: ElementView, isCertain: boolean): Flow {
  const step = filterStep(view);
  const own = flow.copies.filter(({ isOwn }) => isOwn);
  // What was removed and is written back is there again, without a value.
  const [touch = 'none'] = own.map(({ path }) => {
    const after = afterStep(step, path);
    return after.isBack && flow.fate === 'removed' ? 'set' : after.touch;
  });
  const fate = isCertain ? afterTouch(flow.fate, touch) : joined(flow.fate, afterTouch(flow.fate, touch));
  const standing = flow.copies.filter(({ isOwn, path }) => !isOwn && afterStep(step, path).touch === 'none');
  const from = flow.copies.filter(({ isOwn }) => !isOwn || flow.fate === 'kept');
  const copied = isCertain ? from.flatMap(({ path }) => afterStep(step, path).copies) : [];
  const next = {
    ...flow,
    ...(touch === 'none' ? {} : { fate, decidedBy: view.where }),
    copies: unique([...own, ...standing, ...copied.map((path) => ({ path, isOwn: false }))]),
  };
  return step.drops === undefined ? next : dropping(next, view, step.drops);
}

interface AfterStep {
  readonly touch: Touch;
  /** Its value is written to where it stood. */
  readonly isBack: boolean;
  readonly copies: readonly FieldPath[];
}

/** A field whose value is written to where it stood is as it was. */
function afterStep(step: FilterStep, path: FieldPath): AfterStep {
  const copies = step.copies?.(path) ?? [];
  const isBack = copies.some((copy) => relation(copy, path) === 'same');
  return {
    touch: isBack ? 'none' : step.touch(path),
    isBack,
    copies: copies.filter((copy) => relation(copy, path) !== 'same'),
  };
}

function unique(places: readonly Place[]): Place[] {
  const byPath = new Map(places.map((place) => [JSON.stringify(place), place]));
  return [...byPath.values()];
}

/** One field by itself can be all that an output writes. */
function formatted(flow: Flow, view: ElementView): Flow {
  const [format] = childrenNamed(view, 'format');
  if (format === undefined || typeOf(format) !== 'single_value') return flow;
  const key = textOf(format.params['message_key']) ?? 'message';
  const copies = flow.copies.filter(({ path, isOwn }) => isOwn || path[0] === key);
  const [own] = flow.copies.filter(({ isOwn }) => isOwn);
  return own?.path[0] === key ? { ...flow, copies } : { ...flow, fate: 'removed', decidedBy: view.where, copies };
}

function exitOf(id: string, flow: Flow): FieldExit {
  const { fate, decidedBy, drops } = flow;
  const copies = flow.copies.filter(({ isOwn }) => !isOwn).map(({ path }) => path);
  return { id, fate, ...(decidedBy === undefined ? {} : { decidedBy }), copies, drops };
}

/** Records come here on two ways: what is not the same on both depends on the record. */
function both(a: FieldExit, b: FieldExit): FieldExit {
  const decidedBy = a.decidedBy ?? b.decidedBy;
  const isEverywhere = (path: FieldPath) => b.copies.some((other) => JSON.stringify(other) === JSON.stringify(path));
  return {
    id: a.id,
    fate: joined(a.fate, b.fate),
    ...(decidedBy === undefined ? {} : { decidedBy }),
    copies: a.copies.filter(isEverywhere),
    drops: a.drops.length === 0 || b.drops.length === 0 ? [] : [...new Set([...a.drops, ...b.drops])],
  };
}
