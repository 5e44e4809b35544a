/** The model of fields, and the oracle that its own test has, against what real Fluentd does to the same records. */
import * as fc from 'fast-check';
import { freePort } from '../../scripts/support/free-port';
import { element, json, label, match, section, source } from '../../src/model/fluentd/elements';
import type { FluentdElement } from '../../src/model/fluentd/elements';
import { fieldExits } from '../../src/model/fluentd/record-fields';
import { renderConfig } from '../../src/model/fluentd/render';
import { PATHS, falseClaims } from '../model/support/field-claims';
import { arrivals, labelName, pipeline, pipelineElements, record } from '../model/support/record-flows';
import type { Fields } from '../model/support/record-flows';
import { startFluentd, stopFluentds } from './support/fluentd';
import { startReceiver } from './support/receiver';
import type { Receiver } from './support/receiver';
import { removeTemporaryFolders, temporaryFolder } from './support/temporary';
import { waitFor } from './support/wait';

const PIPELINES = fc.sample(pipeline, { numRuns: 40, seed: 8 });
const SENT = fc.sample(record, { numRuns: 30, seed: 9 });

let receiver: Receiver;

beforeAll(async () => {
  receiver = await startReceiver();
});

afterAll(async () => {
  await stopFluentds();
  await receiver.close();
  removeTemporaryFolders();
});

function name(index: number): string {
  return `c${index}`;
}

/** The path of the request tells the output. */
function output(id: string): FluentdElement {
  const params = {
    '@type': 'http',
    '@id': id,
    endpoint: `${receiver.url}/${id}`,
    retryable_response_codes: json([503]),
  };
  const buffer = section('buffer', { '@type': 'memory', flush_mode: 'interval', flush_interval: 0.2 });
  return match(params, [section('format', { '@type': 'json' }), buffer]);
}

function configuration(port: number): FluentdElement[] {
  const stores = PIPELINES.map((_, index) =>
    element('store', '', { '@type': 'relabel', '@id': `to_${name(index)}`, '@label': labelName(name(index), 0) }),
  );
  const last = element('store', '', { '@type': 'relabel', '@id': 'to_last', '@label': '@LAST' });
  return [
    source({ '@type': 'http', '@id': 'in', '@label': '@ALL', port, bind: '127.0.0.1' }, [
      section('parse', { '@type': 'json' }),
    ]),
    label('@ALL', [match({ '@type': 'copy', '@id': 'all', copy_mode: 'deep' }, [...stores, last])]),
    ...PIPELINES.flatMap((stages, index) => pipelineElements(stages, name(index), output)),
    label('@LAST', [output('last')]),
  ];
}

/** Records by output, of one that was sent. */
function arrived(): Map<string, Fields[]> {
  const found = new Map<string, Fields[]>();
  for (const { path, body } of receiver.requests) {
    const records = body.split('\n').filter((line) => line !== '');
    const id = path.slice(1);
    found.set(id, [...(found.get(id) ?? []), ...records.map((line) => JSON.parse(line) as Fields)]);
  }
  return found;
}

test('each field arrives at each output as the model says, and as its oracle does', async () => {
  const port = await freePort();
  await startFluentd({ conf: renderConfig(configuration(port)), dir: temporaryFolder() });
  const response = await fetch(`http://127.0.0.1:${port}/tag`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(SENT),
  });
  expect(response.status).toBe(200);
  await waitFor('all records', () => (arrived().get('last') ?? []).length >= SENT.length);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const found = arrived();
  expect(sorted(found.get('last') ?? [])).toEqual(sorted(SENT));
  PIPELINES.forEach((stages, index) => {
    const elements = pipelineElements(stages, name(index), output);
    const expected = SENT.flatMap((fields) => arrivals(stages, fields));
    stages.forEach((stage, place) => {
      if (stage.end.kind !== 'exit') return;
      const id = `${name(index)}_${place}`;
      const byOracle = expected.filter(({ exit }) => exit === place).map((arrival) => arrival.record);
      expect({ id, records: sorted(found.get(id) ?? []) }).toEqual({ id, records: sorted(byOracle) });
    });
    // The oracle has just been right about each record, so what it gives for one record is what arrived of it.
    for (const path of PATHS) {
      for (const exit of fieldExits(elements, { label: labelName(name(index), 0) }, path)) {
        const wrong = SENT.flatMap((fields) => {
          const here = arrivals(stages, fields).filter((arrival) => `${name(index)}_${arrival.exit}` === exit.id);
          return falseClaims(
            exit,
            path,
            fields,
            here.map((arrival) => arrival.record),
          );
        });
        expect(wrong).toEqual([]);
      }
    }
  });
});

/** In an order of their own, with their fields in one too: deliveries come in any. */
function sorted(records: readonly Fields[]): string[] {
  return records.map((fields) => JSON.stringify(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)))).sort();
}
