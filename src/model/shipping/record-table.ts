/**
 * A table by which `@type siem_map` (fluentd-plugins/filter_siem_map.rb) writes records anew: data only, so that no text
 * becomes Ruby and the documentation prints what Fluentd runs.
 */
import type { Json } from '../../contract/event';

/** Where a field comes from. A source that finds nothing leaves its field out. */
export type RecordSource =
  | { readonly value: Json }
  /** A field of the record, by the names on the way to it. */
  | { readonly path: readonly string[] }
  /** A part of what a reading of the table found. */
  | { readonly read: string; readonly path: readonly string[] }
  | { readonly tag: true }
  /** Time of the event in milliseconds. */
  | { readonly time: true }
  /** The whole record as JSON. */
  | { readonly record: true }
  | { readonly first: readonly RecordSource[] }
  /** All that are there, each once; lists among them are laid flat. */
  | { readonly list: readonly RecordSource[] }
  /** Only where each of them finds something. */
  | { readonly join: readonly RecordSource[]; readonly with: string }
  | { readonly object: Readonly<Record<string, RecordSource>> }
  /** `then`, where the source in `given` finds something. */
  | { readonly given: RecordSource; readonly then: RecordSource }
  /** The last element of a list. */
  | { readonly last: RecordSource }
  /** Each text of a list as an object with this name. */
  | { readonly named: RecordSource }
  /** JSON where it is no text. */
  | { readonly text: RecordSource }
  | { readonly integer: RecordSource }
  /** Only where it is an IP address. */
  | { readonly address: RecordSource }
  /** The first group of a pattern. */
  | { readonly part: RecordSource; readonly pattern: string }
  | { readonly lookup: RecordSource; readonly in: Readonly<Record<string, Json>>; readonly otherwise?: Json }
  /** What stands beside the first bound that a number reaches. */
  | { readonly steps: RecordSource; readonly from: readonly (readonly [number, Json])[] }
  /** An RFC 3339 text as milliseconds. */
  | { readonly milliseconds: RecordSource };

/** Holds where the source finds something, or one of these. */
export interface RecordTest {
  readonly of: RecordSource;
  readonly in?: readonly Json[];
}

/** Reads a text: by the first pattern that fits it, whose named groups it gives, or as JSON. */
export interface TextReading {
  readonly of: RecordSource;
  /** Patterns in Ruby's syntax that run in linear time on any text. */
  readonly patterns?: readonly string[];
}

export interface RecordKind {
  /** What such a record is, in a word or two. */
  readonly name: string;
  readonly where: readonly RecordTest[];
  /** By path of the field in the new record, its parts separated by dots. */
  readonly fields: Readonly<Record<string, RecordSource>>;
}

/** The last kind has no conditions. */
export interface RecordTable {
  readonly readings: Readonly<Record<string, TextReading>>;
  readonly kinds: readonly RecordKind[];
}

export function value(literal: Json): RecordSource {
  return { value: literal };
}

/** Names separated by dots. */
export function field(path: string): RecordSource {
  return { path: path.split('.') };
}

/** A field whose names hold dots. */
export function fieldAt(...path: readonly string[]): RecordSource {
  return { path };
}

export function read(reading: string, path: string): RecordSource {
  return { read: reading, path: path.split('.') };
}

export function first(...sources: readonly RecordSource[]): RecordSource {
  return { first: sources };
}

export function list(...sources: readonly RecordSource[]): RecordSource {
  return { list: sources };
}

export function lookup(of: RecordSource, table: Readonly<Record<string, Json>>, otherwise?: Json): RecordSource {
  return { lookup: of, in: table, ...(otherwise !== undefined && { otherwise }) };
}

export function isOne(of: RecordSource, ...values: readonly Json[]): RecordTest {
  return { of, in: values };
}

export function isThere(of: RecordSource): RecordTest {
  return { of };
}
