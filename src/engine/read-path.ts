/** Reads dotted paths of a rule from an event. The path is taken apart once; reading follows own properties only. */
import type { SecurityEvent } from '../contract/event';

export type ValueTest = (value: unknown) => boolean;

/** A path, ready to be read from any event. */
export interface PathReader {
  /** Whether the value was not recorded, so that nothing can be said about it. */
  readonly isUnrecorded: (event: SecurityEvent) => boolean;
  /**
   * Whether a value at the path passes the test; of a list, on the path or at its end, one element is enough. Elements of
   * a list at the end have a test of their own where they are not to be taken like a single value.
   */
  readonly isAny: (event: SecurityEvent, test: ValueTest, ofElement?: ValueTest) => boolean;
  /** Whether the path leads anywhere; JSON null and the empty list are values. */
  readonly isPresent: (event: SecurityEvent) => boolean;
}

/** Lists of lists below this depth read as absent. */
const LIST_DEPTH = 32;

export function pathReader(segments: readonly string[]): PathReader {
  const root = rootReader(segments[0]);
  const tail: Tail = { segments, from: 1, depth: 0 };
  return {
    isUnrecorded: unrecordedReader(segments),
    isAny: (event, test, ofElement = test) => isAnyBelow(root(event), tail, test, ofElement),
    isPresent: (event) => isPresentBelow(root(event), tail),
  };
}

/** Of the path and all paths above it, one is enough. Most events lack nothing, and paths are few: loops, no set. */
function unrecordedReader(segments: readonly string[]): PathReader['isUnrecorded'] {
  const paths = segments.map((_, index) => segments.slice(0, index + 1).join('.'));
  return ({ unrecorded }) => {
    for (const missing of unrecorded) if (paths.includes(missing)) return true;
    return false;
  };
}

function rootReader(namespace: string | undefined): (event: SecurityEvent) => unknown {
  switch (namespace) {
    case 'event':
      return (event) => event.event;
    case 'audit':
      return (event) => event.audit;
    case 'log':
      return (event) => event.log;
    case 'kubernetes':
      return (event) => event.kubernetes;
    case 'host':
      return (event) => event.host;
    default:
      return () => undefined;
  }
}

/** A path below a namespace, and how many lists of lists led to where it is read from. */
interface Tail {
  readonly segments: readonly string[];
  readonly from: number;
  readonly depth: number;
}

function isAnyBelow(start: unknown, { segments, from, depth }: Tail, test: ValueTest, ofElement: ValueTest): boolean {
  let value = start;
  for (let index = from; index < segments.length; index += 1) {
    if (Array.isArray(value)) return isAnyElement(value, { segments, from: index, depth }, test, ofElement);
    value = member(value, segments[index] ?? '');
    if (value === undefined) return false;
  }
  if (!Array.isArray(value)) return value !== undefined && test(value);
  return isAnyElement(value, { segments, from: segments.length, depth }, ofElement, ofElement);
}

function isAnyElement(list: readonly unknown[], at: Tail, test: ValueTest, ofElement: ValueTest): boolean {
  const tail = { ...at, depth: at.depth + 1 };
  return at.depth < LIST_DEPTH && list.some((element) => isAnyBelow(element, tail, test, ofElement));
}

function isPresentBelow(start: unknown, { segments, from, depth }: Tail): boolean {
  let value = start;
  for (let index = from; index < segments.length; index += 1) {
    if (Array.isArray(value)) {
      const tail = { segments, from: index, depth: depth + 1 };
      return depth < LIST_DEPTH && value.some((element) => isPresentBelow(element, tail));
    }
    value = member(value, segments[index] ?? '');
    if (value === undefined) return false;
  }
  return value !== undefined;
}

/** An own property of a JSON object: `constructor` or `__proto__` is there only where the record wrote it. */
function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
