import { problem } from '../../src/rule/problem';

const span = { start: 0, end: 1 };

test('words a problem by the catalogue', () => {
  expect(problem('R201', span, 'event.usr', 'event.user')).toEqual({
    code: 'R201',
    severity: 'error',
    span,
    message: "no field 'event.usr'",
    remedy: "did you mean 'event.user'?",
  });
  expect(problem('R201', span, 'event.usr', undefined).remedy).toBe('see docs/event-fields.md for all fields');
});

test('cuts words of the text that nobody would read to their end', () => {
  expect(problem('R504', span, 'k'.repeat(100_000)).message).toMatch(/^the key 'k{400}…' is not supported yet$/);
});
