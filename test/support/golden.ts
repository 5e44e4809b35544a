/** Folders of text that are compared byte for byte, with an answer that a person can act on. */
import * as fs from 'node:fs';
import * as path from 'node:path';

/** Texts by path below a folder, with slashes; empty where the folder is missing. */
export type Tree = Readonly<Record<string, string>>;

/** Of a line in a message: the program of the detector stands on a single one. */
const SHOWN = 120;

export function readTree(folder: string): Tree {
  if (!fs.existsSync(folder)) return {};
  const files = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Object.fromEntries(
    files
      .filter((file) => fs.statSync(path.join(folder, file)).isFile())
      .map((file): [string, string] => [
        file.split(path.sep).join('/'),
        fs.readFileSync(path.join(folder, file), 'utf8'),
      ])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** How `fresh` differs from what is committed in `folder`, a sentence for each file. */
export function differences(folder: string, committed: Tree, fresh: Tree): string[] {
  const files = [...new Set([...Object.keys(committed), ...Object.keys(fresh)])].sort();
  return files.flatMap((file) => {
    const problem = difference(committed[file], fresh[file]);
    return problem === undefined
      ? []
      : [`${folder}/${file}${problem}: run \`npm run synth\` and review the difference`];
  });
}

function difference(committed: string | undefined, fresh: string | undefined): string | undefined {
  if (committed === fresh) return undefined;
  if (committed === undefined) return ' is not committed';
  if (fresh === undefined) return ' is no longer written';
  const before = committed.split('\n');
  const after = fresh.split('\n');
  const line = after.findIndex((text, index) => text !== before[index]);
  if (line < 0) return ` ends ${before.length - after.length} lines earlier than committed`;
  return `:${line + 1} was '${shown(before[line])}' and is '${shown(after[line])}'`;
}

function shown(line = ''): string {
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
}
