import * as fs from 'node:fs';
import * as path from 'node:path';
import { LineSplitter } from '../src/event/line-splitter';
import { RecordReader } from '../src/event/record-reader';
import { Engine } from '../src/engine';
import { loadRules } from '../src/rule';
import { auditStream } from './audit-stream';
import { interleaved } from './interleaved';

const RULES = path.join(__dirname, '..', 'rules', 'threat-detection-rules.yaml');
const RECEIVED_US = Date.UTC(2026, 0, 15, 11) * 1_000;

/** The detector's whole path, bytes in → findings, against decoding and `JSON.parse` of the same lines. */
export function detection(title: string, bodies: number): object {
  const lines = auditStream({ events: 20_000, seed: 1, bodies });
  const bytes = new TextEncoder().encode(`${lines.join('\n')}\n`);
  const { ruleSet } = loadRules([{ path: RULES, text: fs.readFileSync(RULES, 'utf8') }]);
  const measured = interleaved({
    subject: () => pathOf(bytes, ruleSet),
    baseline: () => parseAll(bytes),
  });
  return {
    case: title,
    ratio: measured.ratio,
    spread: measured.spread,
    of: 'bytes to findings over JSON.parse of the same lines',
    events: lines.length,
    bytesPerEvent: Math.round(bytes.length / lines.length),
    rules: ruleSet.rules.length,
    eventsPerSecond: Math.round(lines.length / (measured.subjectMs / 1_000)),
  };
}

/** A fresh engine each time: a known request would be dropped as a repetition. */
function pathOf(bytes: Uint8Array, ruleSet: Parameters<typeof Engine.of>[0]): number {
  const splitter = new LineSplitter(8 * 1024 * 1024);
  const reader = new RecordReader({});
  const engine = Engine.of(ruleSet);
  let findings = 0;
  for (const line of splitter.push(bytes)) {
    if (line.kind !== 'line') continue;
    const result = reader.read(line.text, RECEIVED_US);
    if (result.kind === 'events') for (const event of result.events) findings += engine.process(event).length;
  }
  return findings;
}

function parseAll(bytes: Uint8Array): number {
  let parsed = 0;
  for (const line of new TextDecoder().decode(bytes).split('\n')) {
    if (line !== '' && typeof JSON.parse(line) === 'object') parsed += 1;
  }
  return parsed;
}
