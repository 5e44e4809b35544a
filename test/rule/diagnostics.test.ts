import { Diagnostics, hasErrors } from '../../src/rule/diagnostics';
import { problem } from '../../src/rule/problem';
import { SourceText } from '../../src/rule/source';

const first = new SourceText('a.yaml', 'abc\ndef\n');
const second = new SourceText('b.yaml', 'ghi');
const at = (start: number) => ({ start, end: start + 1 });

describe('Diagnostics', () => {
  test('come in the order of files and places', () => {
    const diagnostics = new Diagnostics();
    diagnostics.add(first, [problem('R114', at(5))]);
    diagnostics.add(second, [problem('R119', at(1))]);
    diagnostics.add(first, [problem('R119', at(0))]);
    expect(diagnostics.toList().map(({ file, line, column, code }) => [file, line, column, code])).toEqual([
      ['a.yaml', 1, 1, 'R119'],
      ['a.yaml', 2, 2, 'R114'],
      ['b.yaml', 1, 2, 'R119'],
    ]);
  });

  test('a quarter of a million of them are cut to a hundred, and the last says how many are missing', () => {
    const diagnostics = new Diagnostics();
    diagnostics.add(
      first,
      Array.from({ length: 250_000 }, () => problem('R411', at(0))),
    );
    diagnostics.add(second, [problem('R114', at(0))]);
    const list = diagnostics.toList();
    expect(list).toHaveLength(100);
    expect(list.filter(({ severity }) => severity === 'error').map(({ file }) => file)).toEqual(['b.yaml']);
    expect(list[99]).toMatchObject({
      code: 'R415',
      severity: 'info',
      message: '249902 further diagnostics are not shown',
    });
  });

  test('a hundred are shown as they are', () => {
    const diagnostics = new Diagnostics();
    diagnostics.add(
      first,
      Array.from({ length: 100 }, () => problem('R411', at(0))),
    );
    expect(diagnostics.toList().map(({ code }) => code)).not.toContain('R415');
    expect(hasErrors(diagnostics.toList())).toBe(false);
  });
});
