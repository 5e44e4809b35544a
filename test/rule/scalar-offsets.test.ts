import fc from 'fast-check';
import { stringify } from 'yaml';
import type { Scalar } from 'yaml';
import { scalarOffsets } from '../../src/rule/scalar-offsets';
import { SourceText } from '../../src/rule/source';
import { readYaml } from '../../src/rule/yaml-reader';
import { load, places } from './rule-texts';
import { hostileText } from './trees';

const seed = 20240520;

describe('a place inside a condition', () => {
  const bad = 'event.usr';

  test.each([
    { title: 'plain', text: 'rules:\n- name: x\n  condition: not event.usr exists\n', place: '3:18+9' },
    {
      title: 'plain over lines',
      text: 'rules:\n- name: x\n  condition: event.user exists\n    and\n\n      event.usr exists\n',
      place: '6:7+9',
    },
    {
      title: 'single-quoted',
      text: `rules:\n- name: x\n  condition: 'event.user == ''a'' and event.usr exists'\n`,
      place: '3:39+9',
    },
    {
      title: 'single-quoted over lines',
      text: `rules:\n- name: x\n  condition: 'event.user == ''a''\n\n      and event.usr exists'\n`,
      place: '5:11+9',
    },
    {
      title: 'double-quoted',
      text: `rules:\n- name: x\n  condition: "event.user == \\"a\\" and\\n\\x65vent.usr exists"\n`,
      place: '3:40+12',
    },
    {
      title: 'double-quoted over lines',
      text: `rules:\n- name: x\n  condition: "event.user exists \\\n     and\n    \\tevent.usr exists"\n`,
      place: '5:7+9',
    },
    {
      title: 'literal block',
      text: 'rules:\n- name: x\n  condition: |\n    event.user exists and\n      event.usr exists\n',
      place: '5:7+9',
    },
    {
      title: 'literal block with indicators and a comment',
      text: 'rules:\n- name: x\n  condition: |2- # |\n      event.user exists and\n    event.usr exists\n',
      place: '5:5+9',
    },
    {
      title: 'literal block with blank lines',
      text: 'rules:\n- name: x\n  condition: |+\n\n\n    event.usr exists\n\n',
      place: '6:5+9',
    },
    {
      title: 'folded block',
      text: 'rules:\n- name: x\n  condition: >\n    event.user exists\n    and\n\n      not\n    event.usr exists\n',
      place: '8:5+9',
    },
    { title: 'flow mapping', text: 'rules: [{name: x, condition: event.usr exists}]\n', place: '1:30+9' },
    {
      title: 'anchored and tagged',
      text: 'rules:\n- name: x\n  condition: &c !!str event.usr exists\n',
      place: '3:23+9',
    },
  ])('is found: $title', ({ text, place }) => {
    for (const [name, variant] of [
      ['LF', text],
      ['CRLF', text.replace(/\n/g, '\r\n')],
    ] as const) {
      const { diagnostics } = load(variant);
      expect([name, places(diagnostics)]).toEqual([name, [`R201 ${place}`]]);
      const [first] = diagnostics;
      const marked = first?.sourceLine?.slice(first.column - 1, first.column - 1 + first.length);
      expect(marked?.replace('\\x65', 'e')).toBe(bad);
    }
  });

  test('an error at the end is put behind the last visible character', () => {
    expect(places(load('rules:\n- name: x\n  condition: |\n    event.user exists and   \n\n').diagnostics)).toEqual([
      'R101 4:26+1',
    ]);
    expect(places(load('rules:\n- name: x\n  condition: "event.user exists and"\n').diagnostics)).toEqual([
      'R101 3:36+1',
    ]);
    expect(places(load('rules:\n- name: x\n  condition: ""\n').diagnostics)).toEqual(['R114 3:14+1']);
  });

  const styles = fc.constantFrom<Scalar.Type>('PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED');
  const word = fc.oneof(fc.stringMatching(/^[!-~]{1,12}$/), hostileText);
  const value = fc
    .array(fc.tuple(word, fc.constantFrom(' ', '  ', '\n', '\n\n', '\n  ')), { minLength: 1, maxLength: 12 })
    .map((parts) => parts.flat().join(''));

  test('every visible character is found, however the library writes the value', () => {
    fc.assert(
      fc.property(value, styles, fc.constantFrom(20, 40, 0), fc.boolean(), (text, style, lineWidth, crlf) => {
        const lf = stringify({ a: { b: text } }, { defaultStringType: style, lineWidth });
        const source = new SourceText('x', crlf && !text.includes('\r') ? lf.replace(/\n/g, '\r\n') : lf);
        const [top] = readYaml(source).documents;
        const inner = top?.kind === 'map' ? top.entries[0]?.value : undefined;
        const scalar = inner?.kind === 'map' ? inner.entries[0]?.value : undefined;
        if (scalar?.kind !== 'text') return;
        const offsets = scalarOffsets(scalar.written, scalar.value);
        Array.from({ length: scalar.value.trimEnd().length }, (_, i) => i).forEach((i) => {
          const unit = scalar.value.charAt(i);
          const { start, end } = offsets.spanOf({ start: i, end: i + 1 });
          const written = source.text.charAt(start);
          expect(end).toBe(start + 1);
          if (/[^ \t\r\n]/.test(unit)) expect(written === '\\' || written === unit).toBe(true);
        });
      }),
      { seed, numRuns: 200 },
    );
  });
});
