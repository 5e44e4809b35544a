import { DEFAULT_SETTINGS } from '../../src/contract/detector-config';
import { Pipeline } from '../../src/detector/pipeline';
import { loadRules } from '../../src/rule';
import { escalation } from './support/records';
import { RULES } from './support/running';

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
