import { KUBERNETES_VERSIONS, minorOf, hasGroupWildcard } from '../../src/model/kubernetes-version';

test.each([
  { title: '1.27', minor: 27 },
  { title: 'v1.33', minor: 33 },
  { title: '1.36.2', minor: 36 },
  { title: '1.37', minor: 37 },
  { title: '1.26', minor: undefined },
  { title: '1.38', minor: undefined },
  { title: '2.30', minor: undefined },
  { title: '1.33-eks', minor: undefined },
  { title: '1.', minor: undefined },
  { title: '', minor: undefined },
])('the minor version of "$title" is $minor', ({ title, minor }) => {
  expect(minorOf(title)).toBe(minor);
});

test('the group wildcard came with 1.36', () => {
  expect(['1.27', '1.35', '1.36', '1.37'].map(hasGroupWildcard)).toEqual([false, false, true, true]);
  expect(() => hasGroupWildcard('1.40')).toThrow(KUBERNETES_VERSIONS);
});
