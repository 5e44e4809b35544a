import * as fs from 'node:fs';
import * as path from 'node:path';
import { generatedDocs } from '../scripts/support/generated-docs';
import { SETTINGS_CODES } from '../src/detector/settings';
import { FIELDS } from '../src/event/fields';
import { AUDIT_CODES } from '../src/model/audit-policy/codes';
import { PROBLEM_CODES } from '../src/model/fluentd/lint/problem';
import { SHIPPING_CODES } from '../src/model/shipping/codes';
import { CODES, loadRules } from '../src/rule';
import { OPERATORS } from '../src/rule/functions';

const ROOT = path.join(__dirname, '..');
const DOCS = path.join(ROOT, 'docs');

function read(file: string): string {
  return fs.readFileSync(path.join(DOCS, file), 'utf8');
}

test.each([...generatedDocs()].map(([file, text]) => ({ title: path.basename(file), file, text })))(
  'the tables of $title are those of the code; `npm run docs` writes them',
  ({ file, text }) => {
    expect(fs.readFileSync(file, 'utf8')).toBe(text);
  },
);

test('every code is documented, and every code that a document names exists', () => {
  const known = [CODES, AUDIT_CODES, PROBLEM_CODES, SHIPPING_CODES, SETTINGS_CODES]
    .flatMap((codes) => Object.keys(codes))
    .sort();
  const documented = read('diagnostics.md');
  expect(known.filter((code) => !documented.includes(code))).toEqual([]);
  const pages = [
    ...fs
      .readdirSync(DOCS)
      .filter((file) => file.endsWith('.md'))
      .map(read),
    fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8'),
  ];
  const named = pages.flatMap((page) => page.match(/\b(?:[RSPC]\d{3}|A\d{2})\b/g) ?? []);
  expect([...new Set(named)].filter((code) => !known.includes(code))).toEqual([]);
});

test('every operator and field is documented', () => {
  const operators = read('rule-language.md');
  expect(OPERATORS.flatMap(({ names }) => names).filter((name) => !operators.includes(`\`${name}\``))).toEqual([]);
  const fields = read('event-fields.md');
  expect(FIELDS.map((field) => field.path).filter((name) => !fields.includes(`\`${name}\``))).toEqual([]);
});

test('the rules that the documents show load without a word', () => {
  const blocks = ['../README.md', 'rule-language.md'].flatMap((file) =>
    [...read(file).matchAll(/```yaml\n(.*?)```/gs)]
      .map(([, text = '']) => ({ file, text }))
      .filter(({ text }) => /^rules:/m.test(text)),
  );
  expect(blocks.length).toBeGreaterThan(1);
  for (const { file, text } of blocks) expect(loadRules([{ path: file, text }]).diagnostics).toEqual([]);
});
