import * as fs from 'node:fs';
import * as path from 'node:path';
import { Engine } from '../src/engine';
import { LineSplitter } from '../src/event/line-splitter';
import { RecordReader } from '../src/event/record-reader';
import type { RuleSet } from '../src/rule';
import { loadRules } from '../src/rule';
import { auditStream } from './audit-stream';
import { interleaved } from './interleaved';
import { manyRules } from './many-rules';

const RULES = path.join(__dirname, '..', 'rules', 'threat-detection-rules.yaml');
const RECEIVED_US = Date.UTC(2026, 0, 15, 11) * 1_000;
const EVENTS = 20_000;
/** What a socket hands over at once. */
const PIECE_BYTES = 64 * 1024;
/** Few enough for the engine to forget requests most of the time, as it does in a pod that has run for a while. */
const STATE_KEYS = 5_000;

/** The detector's whole path, bytes in → findings, against decoding and `JSON.parse` of the same lines. */
export function detection(title: string, bodies: number, ruleSet = shippedRules()): object {
  const bytes = streamOf(bodies);
  const measured = interleaved({ subject: () => pathOf(bytes, ruleSet), baseline: () => parseAll(bytes) }, 11);
  return {
    case: title,
    ratio: measured.ratio,
    spread: measured.spread,
    of: 'bytes to findings over JSON.parse of the same lines',
    events: EVENTS,
    bytesPerEvent: Math.round(bytes.length / EVENTS),
    rules: ruleSet.rules.length,
    eventsPerSecond: Math.round(EVENTS / (measured.subjectMs / 1_000)),
  };
}

/** The same with many rules, and what one of them adds to an event. */
export function detectionPerRule(title: string, count: number): object {
  const bytes = streamOf(0);
  const [many, few] = [manyRules(count, 1), shippedRules()];
  const added = interleaved({ subject: () => pathOf(bytes, many), baseline: () => pathOf(bytes, few) });
  const addedNs = (added.subjectMs - added.baselineMs) * 1_000_000;
  const perRuleNs = addedNs / EVENTS / (many.rules.length - few.rules.length);
  return { ...detection(title, 0, many), nsPerRuleAndEvent: Math.round(perRuleNs) };
}

function shippedRules(): RuleSet {
  return loadRules([{ path: RULES, text: fs.readFileSync(RULES, 'utf8') }]).ruleSet;
}

function streamOf(bodies: number): Uint8Array {
  const lines = auditStream({ events: EVENTS, seed: 1, bodies });
  return new TextEncoder().encode(`${lines.join('\n')}\n`);
}

/** A fresh engine each time: a known request would be dropped as a repetition. */
function pathOf(bytes: Uint8Array, ruleSet: RuleSet): number {
  const splitter = new LineSplitter(8 * 1024 * 1024);
  const reader = new RecordReader({});
  const engine = Engine.of(ruleSet, { stateKeys: STATE_KEYS });
  let findings = 0;
  for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
    for (const line of splitter.push(bytes.subarray(from, from + PIECE_BYTES))) {
      if (line.kind !== 'line') continue;
      const result = reader.read(line.text, RECEIVED_US);
      if (result.kind === 'events') for (const event of result.events) findings += engine.process(event).length;
    }
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
