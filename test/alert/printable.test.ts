import { cut, printable, quoted } from '../../src/alert/printable';

test.each([
  { title: 'line breaks and tabs', text: 'a\nb\tc\r', shown: 'a\\u{a}b\\u{9}c\\u{d}' },
  { title: 'terminal escapes', text: '\u001b[31mred\u009b', shown: '\\u{1b}[31mred\\u{9b}' },
  { title: 'direction marks', text: 'a\u202etxt\u2066b', shown: 'a\\u{202e}txt\\u{2066}b' },
  { title: 'invisible characters', text: 'a\u200bb\ufeff\u00adc', shown: 'a\\u{200b}b\\u{feff}\\u{ad}c' },
  { title: 'tags', text: 'a\u{e0041}', shown: 'a\\u{e0041}' },
  { title: 'lone surrogates', text: 'a\ud800b', shown: 'a\\u{d800}b' },
  { title: 'line separators', text: 'a\u2028b', shown: 'a\\u{2028}b' },
])('$title are spelled out', ({ text, shown }) => {
  expect(printable(text, 100)).toBe(shown);
});

test('letters of any script stay as they are', () => {
  expect(printable('Zoë Ωμέγα 山田 😀', 100)).toBe('Zoë Ωμέγα 山田 😀');
});

test('a long text is cut, and never in the middle of a character', () => {
  expect(cut('abcdef', 6)).toBe('abcdef');
  expect(cut('abcdefg', 6)).toBe('abcde…');
  expect(cut('abcd😀g', 6)).toBe('abcd…');
});

test.each([
  { text: 'alice@example.com', shown: 'alice@example.com' },
  { text: 'system:serviceaccount:shop:cart', shown: 'system:serviceaccount:shop:cart' },
  { text: '2001:db8::1', shown: '2001:db8::1' },
  { text: 'root from 192.0.2.1 succeeded', shown: '"root from 192.0.2.1 succeeded"' },
  { text: 'a"b', shown: '"a\\"b"' },
  { text: 'a\nb', shown: '"a\\u{a}b"' },
])('in a sentence, $text reads $shown', ({ text, shown }) => {
  expect(quoted(text, 100)).toBe(shown);
});
