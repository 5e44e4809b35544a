import { createHmac } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { SIGNATURE_HEADER, Webhook } from '../../../src/detector/notify/webhook';
import { notifierConformance } from '../../conformance/notifier';
import { alertOf } from '../support/alerts';
import { TestClock } from '../support/clocks';
import { Receiver } from '../support/receiver';
import { scratch } from '../support/scratch';

const KEY = 'key-8d41e7';
const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'siem-webhook-'));
const hmacKeyFile = path.join(directory, 'key');
fs.writeFileSync(hmacKeyFile, KEY);
afterAll(() => {
  fs.rmSync(directory, { recursive: true });
});

notifierConformance({
  name: 'webhook',
  path: '/services/T0/path-token-51b0',
  secrets: ['path-token-51b0', KEY],
  make: (url, options) =>
    new Webhook({ name: 'webhook/chat', url, minimumSeverity: 'informational', hmacKeyFile, ...options }),
});

const NEVER = new AbortController().signal;

function webhook(url: URL, keyFile: string | undefined, clock = new TestClock()): Webhook {
  const key = keyFile === undefined ? {} : { hmacKeyFile: keyFile };
  return new Webhook({ name: 'webhook/chat', url, minimumSeverity: 'low', timeoutMs: 1_000, clock, ...key });
}

/** What a receiver computes. */
function signed(key: string, seconds: number, body: string): string {
  return `t=${seconds},v1=${createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex')}`;
}

test('the signature covers the time and every byte of the body', async () => {
  const receiver = await Receiver.start(200);
  const clock = new TestClock();
  await webhook(receiver.url(), hmacKeyFile, clock).send(alertOf('a1', { user: 'näme' }), NEVER);
  const [request] = receiver.requests;
  expect(request?.headers[SIGNATURE_HEADER]).toBe(signed(KEY, clock.nowUs() / 1e6, request!.body));
});

test('a repetition is signed anew, with the time and the key of then', async () => {
  const receiver = await Receiver.start(503, 200);
  const clock = new TestClock();
  const file = path.join(scratch(), 'key');
  fs.writeFileSync(file, 'old');
  const notifier = webhook(receiver.url(), file, clock);
  await notifier.send(alertOf('a1'), NEVER);
  clock.advance(90_000);
  fs.writeFileSync(file, 'new\n');
  await notifier.send(alertOf('a1'), NEVER);
  const [first, second] = receiver.requests;
  const seconds = clock.nowUs() / 1e6;
  expect(first?.headers[SIGNATURE_HEADER]).toBe(signed('old', seconds - 90, first!.body));
  expect(second?.headers[SIGNATURE_HEADER]).toBe(signed('new', seconds, second!.body));
});

test.each([
  { title: 'missing', text: undefined },
  { title: 'empty', text: '\n' },
])('with its key $title, nothing is sent unsigned', async ({ text }) => {
  const receiver = await Receiver.start(200);
  const file = path.join(scratch(), 'key');
  if (text !== undefined) fs.writeFileSync(file, text);
  const outcome = await webhook(receiver.url(), file).send(alertOf('a1'), NEVER);
  expect(outcome).toEqual({ kind: 'retry', reason: 'signature-key-unreadable' });
  expect(receiver.requests).toEqual([]);
});

test('without a key there is no signature', async () => {
  const receiver = await Receiver.start(200);
  await webhook(receiver.url(), undefined).send(alertOf('a1'), NEVER);
  expect(receiver.requests[0]?.headers).not.toHaveProperty(SIGNATURE_HEADER);
});
