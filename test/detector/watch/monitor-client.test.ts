import { askMonitor } from '../../../src/detector/watch/monitor-client';
import { Receiver } from '../support/receiver';

const ANSWER = JSON.stringify({ plugins: [{ plugin_id: 'out_http', buffer_total_queued_size: 3 }] });

test('the outputs of a Fluentd that answers', async () => {
  const fluentd = await Receiver.start((response) => response.end(ANSWER));
  expect(await askMonitor(fluentd.url('').href, 1_000)).toMatchObject([{ id: 'out_http', bufferedBytes: 3 }]);
  expect(fluentd.requests[0]).toMatchObject({ method: 'GET', path: '/api/plugins.json' });
});

test.each([
  { title: 'an error', answer: 500 },
  { title: 'a redirect', answer: 302 },
  { title: 'nothing', answer: undefined },
])('$title is no answer', async ({ answer }) => {
  const fluentd = await Receiver.start(answer);
  expect(await askMonitor(fluentd.url('').href, 100)).toBeUndefined();
});

test('an answer without end is cut off', async () => {
  const fluentd = await Receiver.start((response) => {
    const more = (): void => {
      while (response.write(' '.repeat(64 * 1024)));
      response.once('drain', more);
    };
    more();
  });
  expect(await askMonitor(fluentd.url('').href, 3_000)).toBeUndefined();
});

test('nobody listening is no answer', async () => {
  expect(await askMonitor('http://127.0.0.1:9', 1_000)).toBeUndefined();
});
