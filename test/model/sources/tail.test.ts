import { rotatedPaths } from '../../../src/model/sources/tail';

test.each([
  {
    title: 'renamed',
    read: rotatedPaths('/var/log/audit/audit.log', 'renamed').read,
    expected: ['/var/log/audit/audit.log', '/var/log/audit/audit.log.*', '/var/log/audit/audit.log-*'],
  },
  {
    title: 'renamed with a stamp',
    read: rotatedPaths('/run/cilium/hubble/events.log', 'stamped').read,
    expected: ['/run/cilium/hubble/events.log', '/run/cilium/hubble/events-*.log'],
  },
  { title: 'copied', read: rotatedPaths('/srv/a/a.log', 'copied').read, expected: ['/srv/a/a.log'] },
])('a file that is $title is read with what it became', ({ read, expected }) => {
  expect(read).toEqual(expected);
});

test('compressed files are no logs', () => {
  expect(rotatedPaths('/srv/a/*.log', 'renamed', true).excluded).toContain('/srv/a/*.log*.gz');
});

test.each([',', '*', '?', '[a]', '{a,b}', '%Y', '\\'])('refuses a path with %s, which Fluentd expands', (text) => {
  expect(() => rotatedPaths(`/srv/a/${text}.log`, 'copied')).toThrow('holds a character that Fluentd expands');
});
