import { App } from 'cdk8s';
import { Construct } from 'constructs';
import { checkHostPath } from '../../../src/constructs/private/log-files';

const at = new Construct(new App({ outdir: 'unused' }), 'Here');

test.each(['/var/log/kubernetes/audit/audit.log', '/var/lib/siem', '/data/node@1/log-2'])('takes %s', (path) => {
  expect(checkHostPath(at, 'path', path)).toBe(path);
});

test.each([
  { title: 'a relative path', path: 'var/log' },
  { title: 'the root', path: '/' },
  { title: 'a slash at the end', path: '/var/log/' },
  { title: 'a step upwards', path: '/var/log/../../etc' },
  { title: 'a pattern', path: '/var/log/*.log' },
  { title: 'a list', path: '/var/log/a,/var/log/b' },
  { title: 'a placeholder', path: '/var/log/${tag}' },
])('refuses $title', ({ path }) => {
  expect(() => checkHostPath(at, 'path', path)).toThrow(`Here: the path '${path}' is not an absolute path`);
});
