/** Wrong rule files, one for each code; the name of a file starts with the code it gives. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Diagnostic } from '../../src/rule';
import { loadRules } from '../../src/rule';

const FOLDER = path.join(__dirname, '../negatives');

export interface Negative {
  /** Of the name of the file. */
  readonly code: string;
  readonly diagnostics: readonly Diagnostic[];
}

export function readNegatives(): Negative[] {
  return fs
    .readdirSync(FOLDER)
    .sort()
    .map((file) => ({ code: file.slice(0, 4), diagnostics: diagnosticsOf(file) }));
}

/** A first line such as `# --list name=a,b` or `# padded to 9 characters` says what does not stand in the file. */
function diagnosticsOf(file: string): readonly Diagnostic[] {
  const text = fs.readFileSync(path.join(FOLDER, file), 'utf8');
  const [, name, items] = /^# --list (\w+)=(.*)$/m.exec(text) ?? [];
  const length = Number(/^# padded to (\d+) characters$/m.exec(text)?.[1] ?? 0);
  const lists = name === undefined ? {} : { [name]: (items ?? '').split(',') };
  return loadRules([{ path: `negatives/${file}`, text: text.padEnd(length, '#') }], { lists }).diagnostics;
}
