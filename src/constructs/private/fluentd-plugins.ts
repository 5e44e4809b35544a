/** Plugins of ours for Fluentd: Ruby files of the package that travel beside the configuration that uses them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFile } from './package-file';

/** `<kind>_<type>.rb`, as Fluentd names its own. */
const PLUGIN_FILE = /^(?:in|out|filter|parser|formatter)_(siem_\w+)\.rb$/;

/** `@type siem_…`, in whatever quotes. */
const PLUGIN_TYPE = /^\s*@type\s+["']?(siem_\w+)/gm;

const FOLDER = 'fluentd-plugins';

/** Configurations by name, and beside them every plugin of ours that one of them names. */
export function withPlugins(configurations: Readonly<Record<string, string>>): Record<string, string> {
  const texts = Object.values(configurations);
  const types = new Set(texts.flatMap((text) => [...text.matchAll(PLUGIN_TYPE)].map(([, type]) => type)));
  if (types.size === 0) return { ...configurations };
  const folder = packageFile(FOLDER);
  const names = readdirSync(folder).filter((name) => types.has(PLUGIN_FILE.exec(name)?.[1] ?? ''));
  const files = names.sort().map((name): [string, string] => [name, readFileSync(join(folder, name), 'utf8')]);
  return { ...configurations, ...Object.fromEntries(files) };
}
