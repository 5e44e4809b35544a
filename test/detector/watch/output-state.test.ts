import { readOutputs } from '../../../src/detector/watch/output-state';

test('the outputs of an answer of Fluentd, and no other plugin of it', () => {
  const plugins = [
    { plugin_id: 'in_forward', plugin_category: 'input', type: 'forward' },
    { plugin_id: 'relabel_to_http', plugin_category: 'output', type: 'relabel', emit_records: 5 },
    {
      plugin_id: 'out_http',
      plugin_category: 'output',
      type: 'http',
      buffer_queue_length: 2,
      buffer_total_queued_size: 300,
      buffer_queue_byte_size: 200,
      retry_count: 4,
      flush_time_count: 17,
      emit_records: 9,
      drop_oldest_chunk_count: 1,
      retry: { start: '2026-01-15 10:00:00 +0000', steps: 4, next_time: '2026-01-15 10:00:30 +0000' },
    },
    { plugin_id: 'out_detector', buffer_total_queued_size: 0, retry: {} },
  ];
  expect(readOutputs(JSON.stringify({ plugins }))).toEqual([
    {
      id: 'out_http',
      bufferedBytes: 300,
      queuedBytes: 200,
      queuedChunks: 2,
      isRetrying: true,
      retries: 4,
      deliveryMs: 17,
      records: 9,
      droppedChunks: 1,
    },
    expect.objectContaining({ id: 'out_detector', isRetrying: false, droppedChunks: 0 }),
  ]);
});

test.each([
  { title: 'no JSON', text: '<html>' },
  { title: 'another shape', text: '{"plugins":{}}' },
  { title: 'a list', text: '[]' },
])('$title is no answer of Fluentd', ({ text }) => {
  expect(readOutputs(text)).toBeUndefined();
});

test('identifiers that are none of ours, wrong numbers and floods do not get through', () => {
  const plugins = Array.from({ length: 500 }, (_, n) => ({ plugin_id: `out_${n}`, buffer_total_queued_size: -1 }));
  const strange = { plugin_id: 'out_x\n{}', buffer_total_queued_size: 1 };
  const outputs = readOutputs(JSON.stringify({ plugins: [strange, null, ...plugins] })) ?? [];
  expect(outputs.length).toBe(100);
  expect(outputs[0]).toMatchObject({ id: 'out_0', bufferedBytes: 0 });
});
