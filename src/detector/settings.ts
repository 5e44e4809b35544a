/** Reads the settings file; what is wrong with it becomes diagnostics, with the place and the remedy. */
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { type DetectorSettings, SETTINGS_FILE } from '../contract/detector-config';
import type { Json } from '../contract/event';
import type { Diagnostic } from '../rule';
import { errorCode } from './error-code';
import { pathKey, placeOf, valueOffsets } from './settings-position';
import { SETTINGS_SCHEMA } from './settings-schema';

/** Codes of this file; docs/diagnostics.md explains them. */
export const SETTINGS_CODES = {
  C101: 'the settings file cannot be read',
  C102: 'the settings file is not JSON',
  C103: 'a setting is missing, unknown or wrong',
} as const;

export type SettingsResult =
  | { readonly kind: 'settings'; readonly settings: DetectorSettings }
  | { readonly kind: 'bad'; readonly diagnostics: readonly Diagnostic[] };

/** Queued alerts may take so many bytes unless the settings say otherwise. */
export const DEFAULT_QUEUE_BYTES = 64 * 1024 * 1024;

export async function readSettings(directory: string): Promise<SettingsResult> {
  const file = path.join(directory, SETTINGS_FILE);
  try {
    return parseSettings(file, await readFile(file, 'utf8'));
  } catch (error) {
    return bad([
      {
        code: 'C101',
        severity: 'error',
        file,
        line: 1,
        column: 1,
        length: 1,
        message: `the settings file cannot be read (${errorCode(error) ?? 'unknown'})`,
        remedy: `mount it there, or name its directory in SIEM_SETTINGS_DIR`,
      },
    ]);
  }
}

/** The settings that `text` holds. `file` is what diagnostics call it. */
export function parseSettings(file: string, text: string): SettingsResult {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    return bad([notJson(file, text, error)]);
  }
  const offsets = valueOffsets(text);
  const diagnostics = SETTINGS_SCHEMA(value, []).map(({ at, message, remedy }): Diagnostic => {
    const offset = nearestOffset(offsets, at);
    return { code: 'C103', severity: 'error', file, ...shownPlace(text, offset), length: 1, message, remedy };
  });
  // The schema has seen every member.
  return diagnostics.length > 0
    ? bad(diagnostics)
    : { kind: 'settings', settings: value as unknown as DetectorSettings };
}

function notJson(file: string, text: string, error: unknown): Diagnostic {
  const position = /position (\d+)/.exec(String(error))?.[1];
  const offset = Math.min(position === undefined ? text.length : Number(position), text.length);
  return {
    code: 'C102',
    severity: 'error',
    file,
    ...shownPlace(text, offset),
    length: 1,
    message: 'the settings file is not JSON: it breaks off or goes wrong here',
    remedy: 'let `cdk8s synth` write it, or mend the JSON at this place',
  };
}

/** Without the line where that holds a URL: the path of a webhook is often its secret. */
function shownPlace(text: string, offset: number): Pick<Diagnostic, 'line' | 'column' | 'sourceLine'> {
  const { sourceLine, ...place } = placeOf(text, offset);
  return sourceLine.includes('://') ? place : { ...place, sourceLine };
}

/** The place of a value, or of the nearest thing around it: a missing member has no place of its own. */
function nearestOffset(offsets: ReadonlyMap<string, number>, at: readonly (string | number)[]): number {
  for (let depth = at.length; depth >= 0; depth -= 1) {
    const offset = offsets.get(pathKey(at.slice(0, depth)));
    if (offset !== undefined) return offset;
  }
  return 0;
}

function bad(diagnostics: readonly Diagnostic[]): SettingsResult {
  return { kind: 'bad', diagnostics };
}
