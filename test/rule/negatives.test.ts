import { CODES, renderDiagnostic } from '../../src/rule';
import { readNegatives } from '../support/negatives';

const negatives = readNegatives();

test('every code has its wrong file and every wrong file its code', () => {
  expect(negatives.map(({ code }) => code)).toEqual(Object.keys(CODES));
});

test.each(negatives.map((negative) => ({ ...negative, title: negative.code })))(
  'the wrong file of $title gives that code and no other',
  ({ code, diagnostics }) => {
    const found = new Set(diagnostics.map((each) => each.code));
    // What is not shown must be something.
    if (code === 'R415') found.delete('R406');
    expect([...found]).toEqual([code]);
  },
);

test('what people read', () => {
  const rendered = negatives.flatMap(({ code, diagnostics }) =>
    diagnostics.filter((each) => each.code === code).map(renderDiagnostic),
  );
  expect(`\n${rendered.join('\n\n')}\n`).toMatchSnapshot();
});
