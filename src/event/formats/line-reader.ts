/** What all readers of a format take and give. */
import type { EventFields, JsonObject } from '../../contract/event';
import type { SourceAddressReader } from '../source-address';

/** A line as its application wrote it. */
export interface SourceLine {
  readonly text: string;
  /** What the line spells, where that is a JSON object. */
  readonly json: JsonObject | undefined;
}

export interface LineContext {
  readonly sourceAddress: SourceAddressReader;
}

/** What a line says. The record around it gives the rest. */
export interface Reading {
  /** When it happened, where the line says so. */
  readonly timeUs?: number;
  /** The line's time is of whole seconds only, so that the time at which it was logged says more. */
  readonly isCoarse?: true;
  /** How often it happened; once if absent. */
  readonly occurrences?: number;
  /** Paths of fields that the line may have had, but that cannot be told from it. */
  readonly unrecorded?: readonly string[];
  readonly node?: string;
  readonly fields: ReadingFields;
}

export type ReadingFields = Omit<
  EventFields,
  'time' | 'source' | 'cluster' | 'node' | 'id' | 'failure_count' | 'inferred'
>;

/** Undefined for a line that is not of the format. */
export type LineReader = (line: SourceLine, context: LineContext) => Reading | undefined;

/** What has no value is left out, so that a rule finds it absent. */
export function present<T extends object>(members: { readonly [K in keyof T]: T[K] | undefined }): T {
  const kept: Partial<Record<keyof T, unknown>> = {};
  for (const key of Object.keys(members) as (keyof T)[]) if (members[key] !== undefined) kept[key] = members[key];
  return kept as T;
}

/** The object, if it says anything at all. */
export function unlessEmpty<T extends object>(facts: T): T | undefined {
  return Object.keys(facts).length === 0 ? undefined : facts;
}

/** The text, unless it is empty or the dash that stands for nothing. */
export function said(text: string | undefined): string | undefined {
  return text === undefined || text === '' || text === '-' ? undefined : text;
}
