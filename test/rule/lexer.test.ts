import { tokenize } from '../../src/rule/lexer';
import type { Token } from '../../src/rule/token';

/** A token in short: its kind and what it holds. */
function brief(token: Token): string {
  switch (token.kind) {
    case 'path':
      return token.segments.join('/');
    case 'keyword':
      return `<${token.word}>`;
    case 'symbol':
      return token.symbol;
    case 'end':
      return 'end';
    default:
      return JSON.stringify(token.value);
  }
}

test.each([
  { title: 'a test', text: 'event.user == "x"', tokens: ['event/user', '==', '"x"', 'end'] },
  { title: 'no space at all', text: 'a.b>=-5', tokens: ['a/b', '>=', '-5', 'end'] },
  {
    title: 'a list right behind its operator',
    text: 'a.b in["x",2]',
    tokens: ['a/b', '<in>', '[', '"x"', ',', '2', ']', 'end'],
  },
  { title: 'a keyword inside a path', text: 'log.in == true', tokens: ['log/in', '==', '<true>', 'end'] },
  {
    title: 'a word that starts like a keyword',
    text: 'inside not in orders',
    tokens: ['inside', '<not>', '<in>', 'orders', 'end'],
  },
  {
    title: 'lines and tabs',
    text: 'a.b exists\r\n\tand c.d exists',
    tokens: ['a/b', '<exists>', '<and>', 'c/d', '<exists>', 'end'],
  },
])('reads $title', ({ text, tokens }) => {
  const { tokens: read, problems } = tokenize(text);
  expect(problems).toEqual([]);
  expect(read.map(brief)).toEqual(tokens);
});

test.each([
  {
    title: 'operators of other languages',
    text: 'a = 1 && b <> 2 || ! c',
    tokens: ['a', '==', '1', '<and>', 'b', '!=', '2', '<or>', '<not>', 'c', 'end'],
    codes: ['R106', 'R106', 'R106', 'R106', 'R106'],
  },
  {
    title: 'keywords in upper case',
    text: 'NOT a IN b',
    tokens: ['<not>', 'a', '<in>', 'b', 'end'],
    codes: ['R107', 'R107'],
  },
  { title: 'curly quotes', text: 'a == ‘x y’', tokens: ['a', '==', '"x y"', 'end'], codes: ['R102'] },
  {
    title: 'a string that ends with its line',
    text: 'a == "x\nb',
    tokens: ['a', '==', '"x"', 'b', 'end'],
    codes: ['R103'],
  },
  {
    title: 'an escape of a character beyond the first plane',
    text: String.raw`a == "\😀x"`,
    tokens: ['a', '==', '"x"', 'end'],
    codes: ['R104'],
  },
  { title: 'a run of one strange character', text: 'a @@@ b', tokens: ['a', 'b', 'end'], codes: ['R102'] },
  { title: 'a comment up to the end of its line', text: 'a // b\nc', tokens: ['a', 'c', 'end'], codes: ['R119'] },
])('reports $title and reads what was meant', ({ text, tokens, codes }) => {
  const { tokens: read, problems } = tokenize(text);
  expect(read.map(brief)).toEqual(tokens);
  expect(problems.map(({ code }) => code)).toEqual(codes);
});
