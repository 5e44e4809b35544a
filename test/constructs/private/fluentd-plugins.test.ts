import * as fs from 'node:fs';
import * as path from 'node:path';
import { withPlugins } from '../../../src/constructs/private/fluentd-plugins';

const FOLDER = path.join(__dirname, '..', '..', '..', 'fluentd-plugins');
const FILE = 'filter_siem_unwrap.rb';

test.each([
  { title: 'as it is rendered', text: '<filter **>\n  @type siem_unwrap\n</filter>\n' },
  { title: 'in quotes, as a user may write it', text: '<filter **>\n  @type   "siem_unwrap"\n</filter>\n' },
])('a plugin of ours travels with the configuration that names it, $title', ({ text }) => {
  expect(withPlugins({ 'fluent.conf': text })).toEqual({
    'fluent.conf': text,
    [FILE]: fs.readFileSync(path.join(FOLDER, FILE), 'utf8'),
  });
});

test('a configuration that names none travels alone', () => {
  const files = { 'fluent.conf': '<match **>\n  @type null\n  # @type siem_unwrap\n</match>\n' };
  expect(withPlugins(files)).toEqual(files);
});

test('every file of the folder is a plugin that can be named, and is part of the package', () => {
  const names = fs.readdirSync(FOLDER);
  const types = names.map((name) => /^(?:in|out|filter|parser|formatter)_(siem_\w+)\.rb$/.exec(name)?.[1]);
  const text = types.map((type) => `@type ${type}\n`).join('');
  expect(Object.keys(withPlugins({ text }))).toEqual(['text', ...names.sort()]);
  const manifest = JSON.parse(fs.readFileSync(path.join(FOLDER, '..', 'package.json'), 'utf8')) as { files: string[] };
  expect(manifest.files).toContain('fluentd-plugins');
});
