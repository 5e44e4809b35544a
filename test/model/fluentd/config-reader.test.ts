import { raw, match, label } from '../../../src/model/fluentd/elements';
import { readBody } from '../../../src/model/fluentd/config-reader';
import { renderConfig } from '../../../src/model/fluentd/render';

const BODY = `@type splunk_hec   # a comment
  hec_host "it's #{ENV['HOST'] || raise('}')}"
\tkey_without_value
  data '{"a": "#{x} }"}'
  list ["a", "]", # of two
    "b"]
  hash_in #value
  joined "one \\
two\\n"
  <buffer tag, time>
    path /state/</match>
  </buffer>`;

test('parameters and sections of a text are read', () => {
  expect(readBody(BODY)).toEqual({
    params: {
      '@type': 'splunk_hec',
      hec_host: "it's #{ENV['HOST'] || raise('}')}",
      key_without_value: '',
      data: '{"a": "#{x} }"}',
      list: '["a", "]", \n    "b"]',
      hash_in: '#value',
      joined: 'one two\n',
    },
    children: [{ name: 'buffer', argument: 'tag, time', params: { path: '/state/</match>' }, children: [] }],
  });
});

test('a text of a user stands in the configuration as it is, at any depth', () => {
  const written = renderConfig([label('@X', [match({ '@id': 'out' }, [raw(BODY)])]), raw('<source>\n</source>\n')]);
  expect(written).toBe(`<label @X>\n  <match **>\n    @id out\n${BODY}\n  </match>\n</label>\n\n<source>\n</source>\n`);
});

test.each([
  {
    title: 'the end of the section around it',
    text: '@type null\n</match>\n<match **>',
    message: 'line 2: </match> ends',
  },
  { title: 'a section without an end', text: '<buffer>\n', message: 'line 2: <buffer> has no end' },
  { title: 'a section with the end of another', text: '<a>\n</b>\n', message: '<a> ends with </b>' },
  { title: 'two sections on a line', text: '<a> <b>\n</b>\n</a>', message: '<a> does not end on its line' },
  { title: 'an include', text: '@include /etc/x.conf', message: "'@include' reads another file" },
  { title: 'an include in quotes', text: `'@include' x`, message: "'@include' reads another file" },
  { title: 'an include in a section', text: '<a>\n@include x\n</a>', message: "'@include' reads another file" },
  { title: 'an include in its old form', text: 'include x', message: "'include' reads another file" },
  { title: 'an open double quote', text: 'a "b', message: 'a text in double quotes has no end' },
  { title: 'an open single quote', text: "a 'b\nc'", message: 'a text in single quotes does not end on its line' },
  { title: 'an open list', text: 'a ["b"', message: 'a list or object has no end' },
  { title: 'an open object in Ruby', text: 'a "#{x', message: 'Ruby in double quotes has no end' },
  { title: 'an object that is no JSON', text: 'a {b}', message: 'a list or object is no JSON' },
  { title: 'a line break right after a quote', text: 'a "\nb"', message: 'a line break in double quotes stands' },
  { title: 'a value right after its key', text: "'a'b", message: "something stands right after 'a'" },
  { title: 'an unknown escape', text: 'a "\\d"', message: '\\d means nothing in double quotes' },
  { title: 'something after a value', text: 'a "b" c', message: "something stands after the value of 'a'" },
])('refuses a text with $title', ({ text, message }) => {
  expect(() => raw(text)).toThrow(message);
});
