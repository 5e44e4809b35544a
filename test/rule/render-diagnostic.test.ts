import type { Diagnostic } from '../../src/rule/diagnostic';
import { renderDiagnostic } from '../../src/rule/render-diagnostic';

const base: Diagnostic = {
  code: 'R201',
  severity: 'error',
  file: 'rules/x.yaml',
  line: 4,
  column: 5,
  length: 9,
  message: "no field 'event.usr'",
  remedy: "did you mean 'event.user'?",
  sourceLine: '    event.usr == "x"',
};

describe('renderDiagnostic', () => {
  test('shows place, code, line, mark and remedy', () => {
    expect(renderDiagnostic(base).split('\n')).toEqual([
      "rules/x.yaml:4:5: R201: no field 'event.usr'",
      '        event.usr == "x"',
      '        ^^^^^^^^^',
      "  = help: did you mean 'event.user'?",
    ]);
  });

  test('names a severity that is no error', () => {
    expect(renderDiagnostic({ ...base, severity: 'warning' })).toMatch(/^rules\/x\.yaml:4:5: R201 warning: no field/);
  });

  test('does without a source line', () => {
    const { sourceLine, ...rest } = base;
    expect(sourceLine).toBeDefined();
    expect(renderDiagnostic(rest).split('\n')).toHaveLength(2);
  });

  test('keeps tabs before the mark, so that it stays below its text', () => {
    const [, line, mark] = renderDiagnostic({ ...base, sourceLine: '\t"é😀": event.usr', column: 9 }).split('\n');
    expect(line).toBe('    \t"é😀": event.usr');
    expect(mark).toBe('    \t      ^^^^^^^^^');
  });

  test.each([
    { title: 'at its start', column: 3, starts: '    xx', ends: 'x…' },
    { title: 'in the middle', column: 2000, starts: '    …x', ends: 'x…' },
    { title: 'at its end', column: 4090, starts: '    …x', ends: 'USR' },
  ])('cuts a long line and keeps the marked stretch in sight: $title', ({ column, starts, ends }) => {
    const sourceLine = 'x'.repeat(column - 1) + 'EVENT_USR' + 'x'.repeat(4098 - column - 8);
    const [, line = '', mark = ''] = renderDiagnostic({ ...base, sourceLine, column }).split('\n');
    expect(line.startsWith(starts)).toBe(true);
    expect(line.endsWith(ends)).toBe(true);
    expect(line.length).toBeLessThan(150);
    expect(line.slice(mark.indexOf('^'), mark.lastIndexOf('^') + 1)).toBe('EVENT_USR');
  });

  test('lets no control character through', () => {
    const text = renderDiagnostic({
      ...base,
      message: 'a\x1b[31mb\u202e',
      sourceLine: '    \x07event.usr\r',
      remedy: 'x\ny',
    });
    expect(text.split('\n')).toHaveLength(4);
    expect(text).not.toMatch(/[\x07\x1b\r\u202e]/);
  });
});
