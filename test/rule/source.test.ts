import { SourceText } from '../../src/rule/source';

describe('SourceText', () => {
  test.each([
    { title: 'the first character', offset: 0, line: 1, column: 1 },
    { title: 'a line break belongs to its line', offset: 2, line: 1, column: 3 },
    { title: 'the start of a line', offset: 3, line: 2, column: 1 },
    { title: 'a carriage return belongs to its line', offset: 4, line: 2, column: 2 },
    { title: 'the end of the text', offset: 8, line: 3, column: 3 },
  ])('counts lines and columns from 1: $title', ({ offset, line, column }) => {
    expect(new SourceText('x', 'ab\nc\r\nde').positionAt(offset)).toEqual({ line, column });
  });

  test('shows lines without their breaks and without a byte order mark', () => {
    const source = new SourceText('x', '\uFEFFab\r\n\nc');
    expect([1, 2, 3].map((line) => source.lineAt(line))).toEqual(['ab', '', 'c']);
  });
});
