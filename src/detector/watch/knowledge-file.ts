/** What the watch knows, on the pod's volume: a source that was there before a restart is missed after it. */
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { Json } from '../../contract/event';
import { asObject } from '../../event/json';
import type { KnownSource } from './canary-memory';
import type { WatchKnowledge } from './self-watch';

const FILE = 'watch.json';
const FORMAT = 1;
const NOTHING: WatchKnowledge = { sources: [], hasAudit: false, drops: {} };

/** What an earlier process wrote down; nothing where there is no such file or it is damaged. */
export async function readKnowledge(directory: string): Promise<WatchKnowledge> {
  try {
    return knowledgeOf(JSON.parse(await fs.readFile(path.join(directory, FILE), 'utf8')) as Json);
  } catch {
    return NOTHING;
  }
}

/** Replaces the file as a whole. */
export async function writeKnowledge(directory: string, knowledge: WatchKnowledge): Promise<void> {
  const file = path.join(directory, FILE);
  await fs.writeFile(`${file}.new`, JSON.stringify({ format: FORMAT, ...knowledge }), { mode: 0o600 });
  await fs.rename(`${file}.new`, file);
}

function knowledgeOf(value: Json): WatchKnowledge {
  const { format, sources, hasAudit, drops } = asObject(value) ?? {};
  if (format !== FORMAT || !Array.isArray(sources)) return NOTHING;
  return {
    sources: sources.flatMap((each): KnownSource[] => {
      const [source, node] = Array.isArray(each) ? each : [];
      return typeof source === 'string' && typeof node === 'string' ? [[source, node]] : [];
    }),
    hasAudit: hasAudit === true,
    drops: Object.fromEntries(
      Object.entries(asObject(drops) ?? {}).flatMap(([id, count]) => (typeof count === 'number' ? [[id, count]] : [])),
    ),
  };
}
