import { masked } from '../../src/event/hidden-characters';

test.each([
  { title: 'terminal escapes', text: 'a\u001b[31mb\u009b', shown: 'a\ufffd[31mb\ufffd' },
  { title: 'line breaks', text: 'a\r\nb\u2028c\u0085', shown: 'a\ufffd\ufffdb\ufffdc\ufffd' },
  { title: 'direction marks', text: 'a\u202eb\u2066c', shown: 'a\ufffdb\ufffdc' },
  { title: 'invisible characters', text: 'a\u200bb\ufeff\u00ad\u3164', shown: 'a\ufffdb\ufffd\ufffd\ufffd' },
  { title: 'blanks of other widths', text: 'a\u00a0b\u2003c', shown: 'a\ufffdb\ufffdc' },
  { title: 'a tag, which takes two units', text: 'a\u{e0041}b', shown: 'a\ufffdb' },
  { title: 'half a character', text: 'a\ud83db', shown: 'a\ufffdb' },
])('$title are masked', ({ text, shown }) => {
  expect(masked(text)).toBe(shown);
});

test('letters of any script, marks and pictures stay', () => {
  const text = 'Zoë Ωμέγα 山田 हिन्दी 😀 "a" \\';
  expect(masked(text)).toBe(text);
});
