import { SiemNotifier } from '../../../src/detector/notify/siem';
import { notifierConformance } from '../../conformance/notifier';
import { alertOf } from '../support/alerts';
import { TestClock } from '../support/clocks';
import { Receiver } from '../support/receiver';

notifierConformance({
  name: 'siem',
  path: '/token-3f9c2a',
  secrets: ['token-3f9c2a'],
  make: (url, options) => new SiemNotifier({ url, ...options }),
});

test.each([
  { title: 'an address without a path gets the tag of alerts', path: '/', expected: '/siem.alert' },
  { title: 'an address with a path keeps it', path: '/other.tag', expected: '/other.tag' },
])('$title', async ({ path, expected }) => {
  const receiver = await Receiver.start(200);
  const notifier = new SiemNotifier({ url: receiver.url(path), timeoutMs: 1_000, clock: new TestClock() });
  expect(await notifier.send(alertOf('a1'), new AbortController().signal)).toEqual({ kind: 'delivered' });
  expect(receiver.requests[0]?.path).toBe(expected);
});
