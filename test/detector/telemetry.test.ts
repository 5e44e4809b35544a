import { Telemetry } from '../../src/detector/telemetry';

function telemetry(): { subject: Telemetry; lines: string[] } {
  const lines: string[] = [];
  return { subject: new Telemetry({ write: (line) => lines.push(line) }), lines };
}

test('bad input is logged once per kind and reason with a sample of 200 characters, and counted every time', async () => {
  const { subject, lines } = telemetry();
  for (let n = 0; n < 5; n += 1) subject.problem('record-malformed', 'not JSON', 'x'.repeat(1_000));
  subject.problem('record-malformed', 'no verb', 'y');
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    { kind: 'record-malformed', reason: 'not JSON', sample: 'x'.repeat(200) },
    { kind: 'record-malformed', reason: 'no verb', sample: 'y' },
  ]);
  expect(await subject.metrics.registry.metrics()).toContain('siem_input_problems_total{kind="record-malformed"} 6');
});

test('reasons without end do not fill the log', () => {
  const { subject, lines } = telemetry();
  for (let n = 0; n < 1_000; n += 1) subject.problem('bad-http', `reason ${n}`);
  expect(lines.length).toBeLessThan(100);
});

test('no sample can forge a log line', () => {
  const { subject, lines } = telemetry();
  subject.problem('record-malformed', 'not JSON', '\n{"level":"info","message":"all is well"}\r\u0085\u2028\u001b[2J');
  expect(lines).toHaveLength(1);
  expect(lines[0]!.trimEnd()).not.toMatch(/[\n\r\u001b]/);
});

test('an error is logged with its message, code and stack', () => {
  const { subject, lines } = telemetry();
  subject.log.error({ error: Object.assign(new Error('no space'), { code: 'ENOSPC' }) }, 'failed');
  expect(JSON.parse(lines[0]!)).toMatchObject({
    level: 'error',
    message: 'failed',
    error: { type: 'Error', message: 'no space', code: 'ENOSPC', stack: expect.stringContaining('telemetry.test') },
  });
});
