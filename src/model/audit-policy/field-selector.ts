/** Field selectors: `a=b,c==d,e!=f`, with a backslash before a comma, an equals sign or a backslash that is meant. */

interface Term {
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

/** The value that a field has to have; undefined where the selector asks for none, or cannot be read. */
export function exactMatch(selector: string, field: string): string | undefined {
  const terms = splitTerms(selector)
    .filter((text) => text !== '')
    .map(parseTerm);
  if (terms.includes(undefined)) return undefined;
  return terms.find((term) => term?.operator === '=' && term.field === field)?.value;
}

/** At commas that no backslash stands before. */
function splitTerms(selector: string): string[] {
  const terms: string[] = [];
  let term = '';
  let isEscaped = false;
  for (const char of selector) {
    if (char === ',' && !isEscaped) {
      terms.push(term);
      term = '';
    } else term += char;
    isEscaped = char === '\\' && !isEscaped;
  }
  return [...terms, term];
}

function parseTerm(text: string): Term | undefined {
  const at = text.search(/!=|=/);
  if (at < 0) return undefined;
  const operator = /^(?:!=|==|=)/.exec(text.slice(at))?.[0] ?? '=';
  const value = unescaped(text.slice(at + operator.length));
  if (value === undefined) return undefined;
  return { field: text.slice(0, at), operator: operator === '!=' ? '!=' : '=', value };
}

function unescaped(text: string): string | undefined {
  if (!/^(?:[^\\,=]|\\[\\,=])*$/.test(text)) return undefined;
  return text.replace(/\\(.)/g, '$1');
}
