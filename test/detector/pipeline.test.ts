import * as fs from 'node:fs';
import * as path from 'node:path';
import { DEFAULT_SETTINGS } from '../../src/contract/detector-config';
import { Pipeline } from '../../src/detector/pipeline';
import { loadRules } from '../../src/rule';
import { escalation } from './support/records';
import { RULES } from './support/running';

const AUDITD = path.join(__dirname, '..', 'fixtures', 'sources', 'auditd.log');
const ORIGIN = { source: 'security-event', format: 'auditd', cluster: 'prod-eu', node: 'node-1.example.com' };

const RECEIVED_US = Date.UTC(2026, 0, 15, 10) * 1000;

/** A pipeline with room for one open alert. */
function narrowPipeline(): Pipeline {
  const settings = { ...DEFAULT_SETTINGS, limits: { ...DEFAULT_SETTINGS.limits, stateKeys: 1 } };
  const { ruleSet } = loadRules([{ path: 'rules.yaml', text: RULES }]);
  return new Pipeline(ruleSet, settings, { record: () => undefined, recordProblem: () => undefined });
}

test('an alert that a batch joins and then ends for want of room is told as ended only', () => {
  const pipeline = narrowPipeline();
  const first = pipeline.batch(RECEIVED_US);
  first.line({ kind: 'line', text: escalation('first'), number: 1 });
  const second = pipeline.batch(RECEIVED_US);
  second.line({ kind: 'line', text: escalation('second'), number: 1 });
  second.line({ kind: 'line', text: escalation('third', 'eve'), number: 2 });
  const [ended] = first.changes().opened;
  expect(second.changes()).toMatchObject({
    records: 2,
    opened: [{ user: 'eve', status: 'firing' }],
    joined: [],
    resolved: [{ id: ended?.id, user: 'mallory', status: 'resolved', count: 2 }],
  });
});

test('an event whose last record never came is judged at the end', () => {
  const rules = 'rules:\n- name: Curl\n  condition: event.process.executable endswith "curl"\n  action: alert\n';
  const { ruleSet, diagnostics } = loadRules([{ path: 'rules.yaml', text: rules }]);
  expect(diagnostics).toEqual([]);
  const pipeline = new Pipeline(ruleSet, DEFAULT_SETTINGS, {
    record: () => undefined,
    recordProblem: () => undefined,
  });
  const [, line = ''] = /^(type=SYSCALL .*comm="curl".*)$/m.exec(fs.readFileSync(AUDITD, 'utf8')) ?? [];
  const batch = pipeline.batch(RECEIVED_US);
  batch.line({ kind: 'line', text: JSON.stringify({ message: line, siem: ORIGIN }), number: 1 });
  expect(batch.changes().opened).toEqual([]);
  batch.end();
  expect(batch.changes().opened).toMatchObject([{ rule: { id: 'curl' } }]);
});
