import * as fc from 'fast-check';
import { EmbeddedText, element, json, regexp, section } from '../../src/model/fluentd/elements';
import type { FluentdElement } from '../../src/model/fluentd/elements';
import { renderConfig } from '../../src/model/fluentd/render';
import { awkwardText } from '../model/support/awkward-text';
import { runRuby } from './support/fluentd';

interface Read {
  readonly name: string;
  readonly argument: string;
  readonly params: Readonly<Record<string, string>>;
}

const READ = `
  require 'fluent/config'
  ENV['SIEM_TEST'] = %q(it's "quoted" \#{x} \\\\)
  root = Fluent::Config.parse(STDIN.read.force_encoding('UTF-8'), 'fluent.conf', '/', syntax: :v1)
  read = root.elements.map { |e| { name: e.name, argument: e.arg, params: e.to_h } }
  puts JSON.generate(read)
`;

/** What real Fluentd reads in the text that the renderer writes. */
function readBack(elements: readonly FluentdElement[]): Read[] {
  return JSON.parse(runRuby(READ, renderConfig(elements))) as Read[];
}

test('Fluentd reads every text back as it was: value, key and argument', () => {
  const key = awkwardText.filter((text) => !/^@|\0/.test(text) && text !== '' && text !== 'include');
  const samples = fc.sample(fc.tuple(awkwardText, key, awkwardText), { numRuns: 10_000, seed: 3 });
  const read = readBack(samples.map(([value, name, argument]) => element('t', argument, { [name]: value })));
  expect(read.length).toBe(samples.length);
  const wrong = samples.flatMap(([value, name, argument], index) => {
    const expected = { name: 't', argument, params: { [name]: value } };
    return JSON.stringify(read[index]) === JSON.stringify(expected) ? [] : [{ expected, read: read[index] }];
  });
  expect(wrong.slice(0, 3)).toEqual([]);
});

test('Fluentd reads JSON back as it was', () => {
  const trees = fc.sample(fc.dictionary(awkwardText, fc.array(awkwardText), { maxKeys: 3, noNullPrototype: true }), {
    numRuns: 2000,
    seed: 4,
  });
  const read = readBack(trees.map((tree) => section('t', { value: json(tree) })));
  expect(read.map(({ params }) => JSON.parse(params['value'] ?? ''))).toEqual(trees);
});

test('a variable is filled in whatever it holds, also inside JSON and beside awkward text', () => {
  const value = `it's "quoted" #{x} \\`;
  const texts = fc.sample(awkwardText, { numRuns: 500, seed: 5 });
  const filled = (text: string) => new EmbeddedText([text, { env: 'SIEM_TEST' }]);
  const read = readBack(texts.map((text) => section('t', { plain: filled(text), nested: json([filled(text), text]) })));
  expect(read.map(({ params }) => params['plain'])).toEqual(texts.map((text) => text + value));
  expect(read.map(({ params }) => JSON.parse(params['nested'] ?? ''))).toEqual(
    texts.map((text) => [text + value, text]),
  );
});

test('a pattern matches in Fluentd what it was written for', () => {
  const script = `
    require 'fluent/config'
    require 'fluent/config/types'
    root = Fluent::Config.parse(STDIN.read, 'fluent.conf', '/', syntax: :v1)
    pattern = Fluent::Config::REGEXP_TYPE.call(root.elements.first['value'], {})
    puts JSON.generate([pattern.source, pattern.options, pattern.match?("A\\\\d #\\n")])
  `;
  const written = renderConfig([section('t', { value: regexp('a\\\\d #$.', 'im') })]);
  expect(JSON.parse(runRuby(script, written))).toEqual(['a\\\\d #$.', 5, true]);
});
