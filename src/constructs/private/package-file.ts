import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * A file or folder that the package brings along. Its root is the nearest folder upwards with a package.json: the same
 * from `src/` and from `lib/src/`.
 */
export function packageFile(...path: readonly string[]): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return join(folder, ...path);
}
