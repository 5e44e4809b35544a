/** Which known paths resemble one that nobody knows. */
import { editDistance } from './edit-distance';

const MOST = 3;
/** A longer text is no misspelling of a field. */
const LONGEST = 120;

/** Up to three of `known`, best first: those that end in the same name, then those a few letters away. */
export function nearestPaths(path: string, known: readonly string[]): string[] {
  if (path.length > LONGEST) return [];
  const wanted = fold(path);
  const limit = Math.max(2, Math.floor(wanted.length / 4));
  return known
    .map((candidate) => {
      const letters = editDistance(wanted, fold(candidate));
      return { candidate, letters, cost: Math.min(letters, kinship(path, candidate)) };
    })
    .filter(({ cost }) => cost <= limit)
    .sort((a, b) => a.cost - b.cost || a.letters - b.letters || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, MOST)
    .map(({ candidate }) => candidate);
}

/** What a shared last name counts in letters, less below the same root; Infinity where the last names differ. */
function kinship(path: string, candidate: string): number {
  const last = lastName(path);
  const other = lastName(candidate);
  const isSibling = rootOf(path) === rootOf(candidate);
  if (last === other) return isSibling ? 1 : 2;
  if (!isSibling || last.length <= 1) return Infinity;
  if (last.startsWith(other) || other.startsWith(last)) return 2;
  return last.includes(other) || other.includes(last) ? 3 : Infinity;
}

/** Without case and the marks in which spellings differ. */
function fold(path: string): string {
  return path.toLowerCase().replace(/[_\-"[\]]/g, '');
}

function lastName(path: string): string {
  return fold(path.slice(path.lastIndexOf('.') + 1));
}

function rootOf(path: string): string {
  return fold(path.slice(0, path.indexOf('.')));
}
