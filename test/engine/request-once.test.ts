import type { SecurityEvent } from '../../src/contract/event';
import { RequestOnce } from '../../src/engine/request-once';
import { eventOf } from '../support/events';

function request(
  id: string,
  stage: 'ResponseStarted' | 'ResponseComplete' = 'ResponseComplete',
  at = 0,
): SecurityEvent {
  return eventOf(
    { id, source: 'kubernetes-audit', type: 'access', action: 'watch', result: 'success' },
    { at, hasStableId: true, audit: { stage } },
  );
}

test('a second delivery of a request is a repeat', () => {
  const once = new RequestOnce(10);
  expect([request('a'), request('b'), request('a'), request('a')].map((event) => once.isRepeat(event))).toEqual([
    false,
    false,
    true,
    true,
  ]);
});

test('of the stages of a request, only the first is not a repeat', () => {
  const once = new RequestOnce(10);
  const stages = ['ResponseStarted', 'ResponseComplete', 'ResponseStarted', 'ResponseComplete'] as const;
  expect(stages.map((stage) => once.isRepeat(request('exec', stage)))).toEqual([false, true, true, true]);
});

test('a line without a stable id is never a repeat, whatever its label', () => {
  const once = new RequestOnce(10);
  const line = eventOf({ id: 'same' });
  expect([line, line].map((event) => once.isRepeat(event))).toEqual([false, false]);
});

test('many short requests do not push out one that is still running', () => {
  const once = new RequestOnce(10);
  once.isRepeat(request('watch', 'ResponseStarted'));
  for (let n = 0; n < 1_000; n += 1) once.isRepeat(request(`get-${n}`, 'ResponseComplete', n));
  expect(once.isRepeat(request('watch', 'ResponseComplete', 3_600))).toBe(true);
});

test('a request refused with 401 ends where it started, so a flood of them pushes out no running one', () => {
  const once = new RequestOnce(10);
  once.isRepeat(request('watch', 'ResponseStarted'));
  for (let n = 0; n < 1_000; n += 1) {
    const refused = request(`refused-${n}`, 'ResponseStarted', n);
    once.isRepeat({ ...refused, event: { ...refused.event, type: 'authentication', result: 'failure' } });
  }
  expect(once.isRepeat(request('watch', 'ResponseComplete', 3_600))).toBe(true);
});

test('forgetting a request counts as an eviction only while a repetition is likely', () => {
  const once = new RequestOnce(2);
  for (const [n, at] of [0, 1, 2, 1_000, 1_001, 1_002].entries()) once.isRepeat(request(`get-${n}`, undefined, at));
  expect(once.evictions).toBe(2);
  expect(once.isRepeat(request('get-0', undefined, 1_003))).toBe(false);
});

test('requests with long ids are told apart', () => {
  const once = new RequestOnce(10);
  const long = 'x'.repeat(1_000_000);
  const ids = [`${long}a`, `${long}b`, `${long}a`];
  expect(ids.map((id) => once.isRepeat(request(id)))).toEqual([false, false, true]);
});
