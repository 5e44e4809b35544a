/** What statements of Ruby do to a record, read from their text: only what is plain in it, everything else is unknown. */
import type { FieldEffects } from '../elements';

const NAME = String.raw`\["([^"\\#]+)"\]`;
const ASSIGNMENT = new RegExp(String.raw`^\s*record${NAME} = `);
const DEFAULT = new RegExp(String.raw`^\s*record${NAME} \|\|= `);
const DELETION = /record\.delete\("([^"\\#]+)"\)/g;
const READING = /record\["[^"\\#]+"\](?!\s*(?:\|\||&&|[-+*])?=(?![=~]))|record\.key\?\("[^"\\#]+"\)/g;
/** What would change a value in its place, or reach into the record by another way. */
const CHANGING =
  /\brecord\b|!(?!=)|<<|\]\s*(?:\|\|)?=(?!=)|\.(?:delete|replace|clear|merge|push|store|concat|insert|each|map|send|eval)\b|\beval\b|@/;
const CONDITION = /\s(?:if|unless)\s|\?\s|\band\b|\bor\b|&&|\|\||\brescue\b|\bnext\b|\breturn\b/;

/** What is between is done in some records, or often. */
const BLOCK = /^\s*(?:if|unless|begin|case|while|until|for|def|else|elsif|when|end|rescue|ensure)\b|\bdo\b|->/;

/** Effects of statements with semicolons between them. */
export function rubyEffects(code: string): FieldEffects {
  const found = { sets: new Set<string>(), touches: new Set<string>() };
  const isPlain = statements(code).every((statement) => readStatement(statement, found));
  return { sets: [...found.sets], touches: [...found.touches], opaque: !isPlain };
}

/** Between semicolons outside of texts. */
function statements(code: string): string[] {
  return code.match(/(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^;"'])+/g) ?? [];
}

interface Found {
  readonly sets: Set<string>;
  readonly touches: Set<string>;
}

/** Whether all that a statement does is known. */
function readStatement(statement: string, { sets, touches }: Found): boolean {
  const always = ASSIGNMENT.exec(statement);
  const sometimes = DEFAULT.exec(statement);
  const [target = '', field] = always ?? sometimes ?? [];
  const value = statement.slice(target.length);
  if (field !== undefined) {
    const isCertain = always !== null && !CONDITION.test(` ${withoutTexts(value)} `);
    (isCertain ? sets : touches).add(field);
  }
  for (const [, deleted = ''] of value.matchAll(DELETION)) touches.add(deleted);
  const rest = withoutTexts(value.replace(DELETION, '').replace(READING, ''));
  return !CHANGING.test(rest) && !BLOCK.test(rest) && isBalanced(withoutTexts(statement));
}

function isBalanced(code: string): boolean {
  return ['()', '{}'].every(([open = '', close = '']) => code.split(open).length === code.split(close).length);
}

/** Texts can hold code of their own. */
function withoutTexts(code: string): string {
  return code.replace(/"(?:\\.|[^"\\#]|#(?!\{))*"|'(?:\\.|[^'\\])*'/g, '""');
}
