/** The shapes in which a destination takes records. */
import type { JsonTree, FluentdElement } from '../fluentd/elements';
import { filter, json } from '../fluentd/elements';
import { ECS_TABLE } from './ecs';
import { OCSF_TABLE } from './ocsf';
import type { RecordTable } from './record-table';

/** `raw`: as they were collected. */
export type RecordFormatName = 'raw' | 'ecs' | 'ocsf';

export const RECORD_TABLES: Readonly<Record<Exclude<RecordFormatName, 'raw'>, RecordTable>> = {
  ecs: ECS_TABLE,
  ocsf: OCSF_TABLE,
};

/** The filters that give records a format; they stand behind every filter that reads fields of ours. */
export function formatElements(format: RecordFormatName): FluentdElement[] {
  if (format === 'raw') return [];
  return [filter({ '@type': 'siem_map', table: json(RECORD_TABLES[format] as unknown as JsonTree) })];
}
