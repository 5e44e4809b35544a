/** A configuration as the checks see it: with the text of users read, and each element with its place. */
import { readBody } from './config-reader';
import type { ReadElement } from './config-reader';
import { EmbeddedText } from './elements';
import type { FieldEffects, FluentdElement, FluentdValue } from './elements';

export interface ElementView {
  readonly name: string;
  readonly argument: string;
  readonly params: Readonly<Record<string, FluentdValue>>;
  readonly children: readonly ElementView[];
  /** Elements around it and its own, as a reader of the configuration would say where it is. */
  readonly where: string;
  /** It is text of a user, or has such text in it; what a check of its parameters would not know is fine. */
  readonly isOpaque: boolean;
  readonly effects?: FieldEffects;
}

export function viewElements(elements: readonly FluentdElement[], parent = ''): ElementView[] {
  return elements.flatMap((element) =>
    element.opaque === undefined
      ? [viewElement(element, parent)]
      : readChildren(readBody(element.opaque).children, parent),
  );
}

function viewElement(element: FluentdElement, parent: string): ElementView {
  const texts = element.children.flatMap(({ opaque }) => (opaque === undefined ? [] : [readBody(opaque)]));
  const params = Object.assign({}, element.params, ...texts.map((text) => text.params)) as ElementView['params'];
  const where = place(parent, { ...element, params });
  return {
    name: element.name,
    argument: element.argument,
    params,
    children: viewElements(element.children, where),
    where,
    isOpaque: texts.length > 0,
    ...(element.effects === undefined ? {} : { effects: element.effects }),
  };
}

function readChildren(children: readonly ReadElement[], parent: string): ElementView[] {
  return children.map((child) => {
    const where = place(parent, child);
    return { ...child, children: readChildren(child.children, where), where, isOpaque: true };
  });
}

function place(parent: string, element: Pick<ElementView, 'name' | 'argument' | 'params'>): string {
  const { name, argument, params } = element;
  const id = textOf(params['@id']) ?? textOf(params['@type']);
  const own = `<${name}${argument === '' ? '' : ` ${argument}`}>${id === undefined ? '' : ` ${id}`}`;
  return parent === '' ? own : `${parent} / ${own}`;
}

/** The text of a value, where it is known now. */
export function textOf(value: FluentdValue | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (!(value instanceof EmbeddedText)) return undefined;
  return value.parts.every((part) => typeof part === 'string') ? value.parts.join('') : undefined;
}

export function typeOf(view: ElementView): string {
  return textOf(view.params['@type']) ?? '';
}

/** All elements, each before those in it. */
export function everyView(views: readonly ElementView[]): ElementView[] {
  return views.flatMap((view) => [view, ...everyView(view.children)]);
}

export function childrenNamed(view: ElementView, name: string): ElementView[] {
  return view.children.filter((child) => child.name === name);
}

/** Whether a parameter of a truth value is set. */
export function isTrue(view: ElementView, name: string): boolean {
  return ['true', 'yes', ''].includes(textOf(view.params[name]) ?? 'false');
}
