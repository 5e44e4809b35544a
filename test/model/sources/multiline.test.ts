import { checkFirstLine, multilineElements } from '../../../src/model/sources/multiline';

test.each([String.raw`^\d{4}-\d\d-\d\d`, '^[A-Z]+ ', '^(ERROR|WARN|INFO)', String.raw`^\[\d+\]`, '^.*level='])(
  'a first line may look like %s',
  (pattern) => {
    expect(() => {
      checkFirstLine(pattern);
    }).not.toThrow();
  },
);

test.each([
  { title: 'no anchor', pattern: 'ERROR', problem: "does not begin with '^'" },
  { title: 'a repeated group', pattern: '^(a+)+b', problem: 'repeats a group' },
  { title: 'a repeated alternative', pattern: '^(a|aa)*b', problem: 'repeats a group' },
  { title: 'a counted group', pattern: '^(a{1,9}){1,9}b', problem: 'repeats a group' },
  { title: 'a look ahead', pattern: '^(?=x)', problem: "has a group with '?'" },
  { title: 'a reference back', pattern: String.raw`^(a)\1`, problem: 'refers back to a group' },
  { title: 'a letter beyond ASCII', pattern: '^Ä', problem: 'has characters beyond ASCII' },
  { title: 'a line break', pattern: '^a\nb', problem: 'has characters beyond ASCII' },
  { title: 'half a pattern', pattern: '^(a', problem: 'is no regular expression' },
])('refuses $title', ({ pattern, problem }) => {
  expect(() => {
    checkFirstLine(pattern);
  }).toThrow(problem);
});

test('a pattern of a user is data in the Ruby that asks it, whatever it says', () => {
  const firstLine = `^"\\]; exit!; \\["#\\{exit!\\}`;
  const [mark] = multilineElements(
    [{ pods: { namespaceName: 'shop' }, firstLine }],
    { path: '_path', stream: '_stream' },
    { messageBytes: 1000, nextLabel: '@NEXT' },
  );
  const ruby = JSON.stringify(mark?.children[0]?.params['_']);
  expect(ruby).not.toContain('exit!');
  expect(ruby).toContain(Buffer.from(firstLine).toString('hex'));
});
