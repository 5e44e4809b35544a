/** A client chooses how deep the body of a request is; it must not hold up what comes after it. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { HttpDestination } from '../../src/constructs/destinations/http';
import { RECORD_LEVELS } from '../../src/model/fluentd/shallow';
import { outputOf } from '../support/outputs';
import { stopFluentds } from './support/fluentd';
import { startReceiver } from './support/receiver';
import type { Receiver } from './support/receiver';
import { makeStack } from './support/stack';
import { removeTemporaryFolders, temporaryFolder } from './support/temporary';
import { waitFor } from './support/wait';

let receivers: Receiver[] = [];

afterEach(async () => {
  await stopFluentds();
  await Promise.all(receivers.map((receiver) => receiver.close()));
});

afterAll(removeTemporaryFolders);

const nested = (depth: number, end: string) => `${'{"a":'.repeat(depth)}${end}${'}'.repeat(depth)}`;

/** The value so many levels down. */
function below(value: unknown, levels: number): unknown {
  return levels === 0 ? value : below((value as { readonly a: unknown }).a, levels - 1);
}

test('audit events of any depth arrive, the deepest values as text, and so do those behind them', async () => {
  const stack = await makeStack(temporaryFolder());
  receivers = [await startReceiver(), await startReceiver(stack.ports.ingest)];
  await stack.startAggregator([outputOf(new HttpDestination({ endpoint: receivers[0]?.url ?? '' }))]);
  await stack.startAuditAgent();
  const bodies = [nested(98, '"end"'), nested(150, '"end"'), nested(800, '[[1]]'), '{}'];
  const lines = bodies.map(
    (body, id) => `{"auditID":"${id}","stageTimestamp":"2026-03-01T10:00:00.000000Z","requestObject":${body}}\n`,
  );
  fs.writeFileSync(path.join(stack.folder('audit'), 'audit.log'), lines.join(''));
  await waitFor('all at both ends', () => receivers.every((receiver) => receiver.records().length >= bodies.length));
  for (const receiver of receivers) {
    const byId = new Map(receiver.records().map((record) => [record['auditID'], record['requestObject']]));
    expect(byId.get('0')).toEqual(JSON.parse(bodies[0] ?? ''));
    expect(below(byId.get('1'), RECORD_LEVELS - 1)).toBe(nested(150 - RECORD_LEVELS + 1, '"end"'));
    expect(below(byId.get('2'), RECORD_LEVELS - 1)).toBe(nested(800 - RECORD_LEVELS + 1, '[[1]]'));
    expect(byId.get('3')).toEqual({});
  }
});
