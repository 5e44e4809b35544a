/**
 * What is loaded only when it is needed. `yaml` and `re2js` take about 40 ms to load, half of what importing this package
 * takes, and an app without rules needs neither. Only modules of ours are loaded in this way: they import the libraries
 * as usual, so that a bundler keeps what is used of them and no more.
 */
import type { SourceText } from './source';
import type { YamlFile } from './yaml-reader';

export function readYaml(source: SourceText): YamlFile {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- see above
  return (require('./yaml-reader') as typeof import('./yaml-reader')).readYaml(source);
}

/** Why a pattern does not compile; undefined where it does. */
export function patternFault(pattern: string): string | undefined {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- see above
  return (require('./pattern-fault') as typeof import('./pattern-fault')).patternFault(pattern);
}
