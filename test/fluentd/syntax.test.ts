import * as fc from 'fast-check';
import { EmbeddedText, element, json, raw, regexp, section } from '../../src/model/fluentd/elements';
import type { FluentdElement } from '../../src/model/fluentd/elements';
import { readBody } from '../../src/model/fluentd/config-reader';
import { renderConfig } from '../../src/model/fluentd/render';
import { tagFitter } from '../../src/model/fluentd/tag-pattern';
import { awkwardText } from '../model/support/awkward-text';
import { ALL_TAGS, tagPattern } from '../model/support/tag-patterns';
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
    puts JSON.generate([pattern.source, pattern.options & 7, pattern.match?("A\\\\d #\\n")])
  `;
  const written = renderConfig([section('t', { value: regexp('a\\\\d #$.', 'im') })]);
  expect(JSON.parse(runRuby(script, written))).toEqual(['a\\\\d #$.', 5, true]);
});

test('patterns, numbers and truth values are read as what they are, a thousand of each', () => {
  const script = `
    require 'fluent/config'
    require 'fluent/config/types'
    root = Fluent::Config.parse(STDIN.read.force_encoding('UTF-8'), 'fluent.conf', '/', syntax: :v1)
    types = { 'time' => :TIME, 'size' => :SIZE, 'bool' => :BOOL }
    puts JSON.generate(root.elements.map { |e|
      pattern = Fluent::Config::REGEXP_TYPE.call(e['pattern'], {})
      [pattern.source, pattern.options & 7, *types.map { |key, type| Fluent::Config.const_get(type.to_s + '_TYPE').call(e[key], { strict: true }, key) }]
    })
  `;
  const source = fc.array(
    fc.constantFrom('a', '\\d', '#', '#{x}', "'", '"', '\\/', ' ', ' #b', '$', '(?<n>x)', 'ü', '^'),
    {
      minLength: 1,
      maxLength: 6,
    },
  );
  const samples = fc.sample(
    fc.record({
      pattern: source.map((pieces) => pieces.join('')),
      flags: fc.constantFrom('' as const, 'i' as const, 'm' as const, 'im' as const),
      time: fc.oneof(fc.integer({ min: 0, max: 1e6 }), fc.constantFrom(0.05, 0.5, 1.5)),
      size: fc.integer({ min: 0, max: 2 ** 40 }),
      bool: fc.boolean(),
    }),
    { numRuns: 1000, seed: 10 },
  );
  const written = renderConfig(
    samples.map(({ pattern, flags, time, size, bool }) =>
      section('t', { pattern: regexp(pattern, flags), time, size, bool }),
    ),
  );
  const options = { '': 0, i: 1, m: 4, im: 5 };
  expect(JSON.parse(runRuby(script, written))).toEqual(
    samples.map(({ pattern, flags, time, size, bool }) => [pattern, options[flags], time, size, bool]),
  );
});

test('text of a user is read by Fluentd as the reader of ours says, wherever ours takes it', () => {
  const line = fc.oneof(
    fc
      .tuple(fc.constantFrom('key', "'odd key'", '@id', 'no_value'), fc.constantFrom(' ', '\t', ''), awkwardText)
      .map((parts) => parts.join('')),
    fc.constantFrom(
      'k "a\\nb"',
      "k 'it\\'s'",
      'k ["a", 1]',
      'k {"a": "#x"}',
      '# comment',
      'k v # comment',
      'k #v',
      'k "one \\',
      'two"',
      '</x>',
      '<x a b>',
      '<x>',
    ),
  );
  const texts = fc.sample(
    fc.array(line, { maxLength: 5 }).map((lines) => lines.join('\n')),
    { numRuns: 6000, seed: 11 },
  );
  const taken = texts.flatMap((text) => {
    try {
      return /#\{/.test(text) ? [] : [{ text, body: readBody(text) }];
    } catch {
      return [];
    }
  });
  expect(taken.length).toBeGreaterThan(500);
  const script = `
    require 'fluent/config'
    def tree(e) = { params: e.to_h, children: e.elements.map { |c| { name: c.name, argument: c.arg, **tree(c) } } }
    puts JSON.generate(JSON.parse(STDIN.read).map do |text|
      root = Fluent::Config.parse(text, 'fluent.conf', '/', syntax: :v1)
      root.elements.size == 2 ? tree(root.elements.first) : 'not one section'
    rescue StandardError => e
      e.message
    end)
  `;
  const after = section('after', {});
  const written = taken.map(({ text }) => renderConfig([element('t', '', {}, [raw(text)]), after]));
  const read = JSON.parse(runRuby(`require 'json'\n${script}`, JSON.stringify(written))) as unknown[];
  const wrong = taken.flatMap(({ text, body }, index) =>
    shape(read[index]) === shape(body) ? [] : [{ text, body, read: read[index] }],
  );
  expect(wrong.slice(0, 3)).toEqual([]);
});

/** Sections in their order, parameters in any; bare JSON is written anew by Fluentd. */
function shape(body: unknown): string {
  return JSON.stringify(body, (_, value: unknown) => {
    if (typeof value === 'string') return /^[[{]/.test(value) ? value.replace(/\s/g, '') : value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

test('tag patterns fit the tags that they fit in Fluentd', () => {
  const patterns = [...new Set(fc.sample(tagPattern, { numRuns: 1500, seed: 12 }))];
  const tags = fc.sample(fc.constantFrom(...ALL_TAGS), { numRuns: 60, seed: 13 });
  const script = `
    require 'fluent/match'
    patterns, tags = JSON.parse(STDIN.read)
    puts JSON.generate(patterns.map { |text|
      all = text.split(/\\s+/).map { |part| Fluent::MatchPattern.create(part) }
      tags.map { |tag| all.any? { |pattern| pattern.match(tag) } }
    })
  `;
  const fluentd = JSON.parse(runRuby(`require 'json'\n${script}`, JSON.stringify([patterns, tags]))) as boolean[][];
  const wrong = patterns.flatMap((pattern, index) => {
    const fits = tagFitter(pattern);
    return tags.flatMap((tag, at) =>
      [undefined, fluentd[index]?.[at]].includes(fits(tag)) ? [] : [`${pattern} and ${tag}`],
    );
  });
  expect(wrong).toEqual([]);
  expect(patterns.filter((pattern) => tagFitter(pattern)('a') !== undefined).length).toBeGreaterThan(150);
});
