import { isRefusal, resultOf } from '../../src/event/outcome';

describe('a status code means', () => {
  test.each([
    { codes: [200, 201, 202, 204, 299], result: 'success' },
    { codes: [101], result: 'success' },
    { codes: [400, 401, 403, 404, 409, 422, 429, 500, 503, 504], result: 'failure' },
    { codes: [undefined, 0, 100, 102, 301, 304, NaN], result: 'unknown' },
  ])('$result: $codes', ({ codes, result }) => {
    for (const code of codes) expect([code, resultOf(code)]).toEqual([code, result]);
  });

  test('a refusal from 400 on', () => {
    expect([undefined, 200, 399, 400, 500].map(isRefusal)).toEqual([false, false, false, true, true]);
  });
});
