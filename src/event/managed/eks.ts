/** Audit log of EKS, as CloudWatch hands it on: to a subscription, to a reader of log events, or one message alone. */
import type { Json, JsonObject } from '../../contract/event';
import { asObject, asText, isObject, parseObject } from '../json';
import { isAuditEvent } from '../kubernetes-audit';
import type { ManagedLine, ManagedReading } from './managed-reading';
import { WHOLE, brokenLine, gathered } from './managed-reading';

const AUDIT_STREAM = 'kube-apiserver-audit-';
const GROUP = /^\/aws\/eks\/([^/]+)\/cluster$/;

/** Members that name the log and nothing else. */
const NAMES = ['logGroup', 'logStreamName', 'log_group_name', 'log_stream_name'];

export function isEksRecord(record: JsonObject): boolean {
  if (record['logGroup'] !== undefined && Array.isArray(record['logEvents'])) return true;
  const { events } = record;
  const entry = Array.isArray(events) ? asObject(events[0]) : record;
  return typeof entry?.['message'] === 'string' && NAMES.some((name) => entry[name] !== undefined);
}

export function readEks(record: JsonObject): ManagedReading {
  const group = asText(record['logGroup'] ?? record['log_group_name'] ?? record['log_group']) ?? '';
  const stream = asText(record['logStream'] ?? record['log_stream_name'] ?? record['log_stream']);
  const entries = record['logEvents'] ?? record['events'];
  const lines = Array.isArray(entries)
    ? entries.map((entry) => readEntry(asObject(entry), stream, record['messageType']))
    : [readEntry(record, stream, undefined)];
  return gathered(GROUP.exec(group)?.[1], lines);
}

function readEntry(entry: JsonObject | undefined, stream: string | undefined, type: Json | undefined): ManagedLine {
  const own = asText(entry?.['logStreamName']) ?? stream;
  const isOther = own !== undefined && own !== '' && !own.startsWith(AUDIT_STREAM);
  if (entry === undefined || isOther || type === 'CONTROL_MESSAGE') return 'ignored';
  const { message } = entry;
  if (typeof message !== 'string') return isObject(message) ? auditLine(message) : 'ignored';
  const audit = parseObject(message);
  return audit === undefined ? brokenLine(message) : auditLine(audit);
}

function auditLine(audit: JsonObject): ManagedLine {
  return isAuditEvent(audit) ? { audit, ...WHOLE } : 'ignored';
}
