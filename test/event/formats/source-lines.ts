/** The sample lines of every source, and how they read. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { JsonObject, SecurityEvent } from '../../../src/contract/event';
import type { LogFormat } from '../../../src/contract/record';
import { RecordReader } from '../../../src/event/record-reader';
import type { RecordReaderOptions } from '../../../src/event/record-reader';
import { RECEIVED_US } from '../audit-events';

const FOLDER = path.join(__dirname, '../../fixtures/sources');

export function sampleFiles(): string[] {
  return fs.readdirSync(FOLDER).sort();
}

export function formatOf(file: string): LogFormat {
  return path.parse(file).name as LogFormat;
}

/** The lines of a file below `test/fixtures/sources`. */
export function sampleLines(file: string): string[] {
  return fs.readFileSync(path.join(FOLDER, file), 'utf8').trimEnd().split('\n');
}

/** The record that an agent makes of a line of a pod. */
export function podRecord(line: string, source: string, format: LogFormat): JsonObject {
  return {
    message: line,
    stream: 'stdout',
    time: '2026-03-14T09:00:30.000000001Z',
    kubernetes: { namespace_name: 'infra', pod_name: 'app-1', pod_id: 'u', container_name: 'app', restart_count: '0' },
    siem: { source, format, cluster: 'prod-eu', node: 'node-9.example.com' },
  };
}

/** The events of lines as `siem replay` reads them. */
export function eventsOfLines(lines: readonly string[], options: RecordReaderOptions = {}): SecurityEvent[] {
  const reader = new RecordReader(options);
  const results = lines.map((line) => reader.read(line, RECEIVED_US));
  return [...results.flatMap((result) => (result.kind === 'events' ? result.events : [])), ...reader.end()];
}

/** The only event of a line. */
export function eventOfLine(line: string, options: RecordReaderOptions = {}): SecurityEvent {
  const [event, ...others] = eventsOfLines([line], options);
  if (event === undefined || others.length > 0) throw new Error(`${others.length} events: ${line}`);
  return event;
}
