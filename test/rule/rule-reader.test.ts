import { printRuleFile } from '../../src/rule';
import { slugOf } from '../../src/rule/rule-reader';
import { load, places } from './rule-texts';

test.each([
  { title: 'words', name: 'Unauthorized Access', slug: 'unauthorized-access' },
  { title: 'runs of other characters', name: '  Secrets -- read (many) ', slug: 'secrets-read-many' },
  { title: 'letters beyond a-z', name: 'Éscalade 2', slug: 'scalade-2' },
  { title: 'nothing usable', name: '¡!', slug: '' },
  {
    title: 'a hundred characters at most, without a dash at the end',
    name: `${'a'.repeat(99)} b`,
    slug: 'a'.repeat(99),
  },
])('makes an id of a name: $title', ({ name, slug }) => {
  expect(slugOf(name)).toBe(slug);
});

test('the id of a very long name can be written down', () => {
  const { ruleSet } = load(`rules: [{name: ${'Long '.repeat(100)}, condition: event.user exists}]`);
  expect(load(printRuleFile(ruleSet)).diagnostics).toEqual([]);
});

test.each([
  { title: 'a hundred characters', id: 'a'.repeat(100), codes: [] },
  { title: 'a hundred and one', id: 'a'.repeat(101), codes: ['R407 1:16+101'] },
  { title: 'a dash in front', id: '"-a"', codes: ['R407 1:16+4'] },
  { title: 'a number', id: '7', codes: ['R406 1:16+1'] },
  { title: 'upper case, dots and underscores', id: 'K8S_1.2-a', codes: [] },
])('takes or refuses an id: $title', ({ id, codes }) => {
  const { diagnostics } = load(`rules: [{ id:  ${id}, name: x, condition: event.user exists }]`);
  expect(places(diagnostics)).toEqual(codes);
});
