import { rendered } from '../../../src/constructs/private/rendered';

test('the same options are rendered once, however often they are asked for', () => {
  let renderings = 0;
  const render = rendered(({ name }: { name: string }) => `${name} ${++renderings}`);
  expect([render({ name: 'a' }), render({ name: 'a' })]).toEqual(['a 1', 'a 1']);
});

test('changed options are rendered again', () => {
  const render = rendered(({ names }: { names: string[] }) => names.join());
  const names = ['a'];
  expect(render({ names })).toBe('a');
  names.push('b');
  expect(render({ names })).toBe('a,b');
});
