import * as fc from 'fast-check';
import {
  element,
  env,
  json,
  match,
  regexp,
  secretFile,
  section,
  EmbeddedText,
} from '../../../src/model/fluentd/elements';
import type { JsonTree } from '../../../src/model/fluentd/elements';
import { renderConfig, renderValue } from '../../../src/model/fluentd/render';
import { awkwardText } from '../support/awkward-text';
import { readConfig } from '../support/fluentd-reader';

const awkwardKey = awkwardText.filter((key) => !/^@|\0/.test(key) && key !== '' && key !== 'include');
const tree = fc.letrec<{ tree: JsonTree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    awkwardText,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(awkwardText, tie('tree'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).tree;

test('what is written as text is read as the same text: value, key and argument', () => {
  fc.assert(
    fc.property(awkwardText, awkwardKey, awkwardText, (value, key, argument) => {
      const written = renderConfig([element('match', argument, { [key]: value }), section('after', { all: 'well' })]);
      expect(readConfig(written)).toEqual([
        { name: 'match', argument, params: { [key]: value }, children: [] },
        { name: 'after', argument: '', params: { all: 'well' }, children: [] },
      ]);
    }),
    { numRuns: 2000, seed: 1 },
  );
});

test('what is written as JSON is read as a text with the same JSON', () => {
  fc.assert(
    fc.property(tree, (value) => {
      const [read] = readConfig(renderConfig([section('source', { key: json(value) })]));
      expect(JSON.parse(read?.params['key'] ?? '')).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { numRuns: 1000, seed: 2 },
  );
});

test.each([
  { title: 'a plain word stays bare', value: 'http', written: 'http' },
  { title: 'a path and a pattern stay bare', value: '/var/log/pods/*/*/*.log*', written: '/var/log/pods/*/*/*.log*' },
  { title: 'a label stays bare', value: '@SHIP', written: '@SHIP' },
  { title: 'an empty text', value: '', written: "''" },
  { title: 'a text with a hash', value: 'a #b', written: "'a #b'" },
  { title: 'Ruby of a user', value: '#{exit!}', written: "'#{exit!}'" },
  { title: 'quotes and backslashes', value: `it's a \\ "quote"`, written: `'it\\'s a \\\\ "quote"'` },
  { title: 'a line break with Ruby after it', value: '\n#{exit!}', written: '"\\n\\#{exit!}"' },
  { title: 'a number', value: 0.05, written: '0.05' },
  { title: 'a truth value', value: true, written: 'true' },
  { title: 'JSON', value: json(['#{exit!}']), written: `'["#{exit!}"]'` },
  { title: 'a pattern', value: regexp('a\\d #\\/', 'im'), written: "'/a\\\\d #\\\\//im'" },
  { title: 'a variable', value: env('NODE'), written: `"#{ENV.fetch('NODE')}"` },
  {
    title: 'a secret after a text',
    value: new EmbeddedText(['Bearer "#{x}" ', { file: '/secrets/key' }]),
    written: `"Bearer \\"\\#{x}\\" #{File.read('/secrets/key', encoding: 'UTF-8').strip}"`,
  },
  {
    title: 'a secret in JSON',
    value: json({ 'X-Key': secretFile('/secrets/key'), Accept: '#{x}' }),
    written: `"{\\"X-Key\\":\\"#{File.read('/secrets/key', encoding: 'UTF-8').strip.to_json[1..-2]}\\",\\"Accept\\":\\"\\#{x}\\"}"`,
  },
])('writes $title', ({ value, written }) => {
  expect(renderValue(value)).toBe(written);
});

test.each([
  { title: 'a key that includes a file', write: () => renderConfig([section('match', { '@include': 'x' })]) },
  { title: 'an unknown key with @', write: () => renderConfig([section('match', { '@x': 'y' })]) },
  { title: 'an empty key', write: () => renderConfig([section('match', { '': 'y' })]) },
  { title: 'a section name with a blank', write: () => renderConfig([section('a b', {})]) },
  { title: 'half a character', write: () => renderValue('\ud800') },
  { title: 'a number without digits', write: () => renderValue(NaN) },
  { title: 'a number with an exponent', write: () => renderValue(1e21) },
  { title: 'Ruby as the name of a variable', write: () => env("X'] + `id` + ENV['Y") },
  { title: 'Ruby as a path', write: () => secretFile("/a') + `id` + ('") },
])('refuses $title', ({ write }) => {
  expect(write).toThrow();
});

test('parameters of every plugin come first, the others in the order given', () => {
  const written = renderConfig([match({ b: 1, a: 2, '@label': '@X', '@id': 'x', '@type': 'null', none: undefined })]);
  expect(written).toBe('<match **>\n  @type null\n  @id x\n  @label @X\n  b 1\n  a 2\n</match>\n');
});
