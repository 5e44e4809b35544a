import type { DiagnosticSeverity } from './diagnostic';

/** What a diagnostic says. */
export interface Wording {
  /** What is wrong, with the value received. */
  readonly text: string;
  /** What to write instead. */
  readonly remedy: string;
}

interface CodeSpec<A extends readonly (string | undefined)[]> {
  /** `group/name`. */
  readonly name: string;
  readonly severity: DiagnosticSeverity;
  readonly say: (...args: A) => Wording;
}

function error<A extends readonly (string | undefined)[]>(name: string, say: (...args: A) => Wording): CodeSpec<A> {
  return { name, severity: 'error', say };
}

function warning<A extends readonly (string | undefined)[]>(name: string, say: (...args: A) => Wording): CodeSpec<A> {
  return { name, severity: 'warning', say };
}

function info<A extends readonly (string | undefined)[]>(name: string, say: (...args: A) => Wording): CodeSpec<A> {
  return { name, severity: 'info', say };
}

/** The nearest match if there is one, else the way to find the right word. */
function orElse(closest: string | undefined, otherwise: string): string {
  return closest === undefined ? otherwise : `did you mean '${closest}'?`;
}

const NOT_YET = 'is not supported yet';

/**
 * Every diagnostic of the rule language: R1xx syntax, R2xx names, R3xx types, R4xx document, R5xx not supported yet.
 * Numbers are never reused.
 */
export const CODES = {
  R101: error('syntax/unexpected', (found: string, expected: string) => ({
    text: `found ${found}, expected ${expected}`,
    remedy: `write ${expected} here`,
  })),
  R102: error('syntax/unexpected-character', (found: string) => ({
    text: `the character ${found} has no meaning in a condition`,
    remedy: 'remove it, or put text in straight quotes: "text"',
  })),
  R103: error('syntax/unterminated-string', (quote: string) => ({
    text: `the string has no closing ${quote} on its line`,
    remedy: `close it with ${quote}; a line break inside a string is written \\n`,
  })),
  R104: error('syntax/bad-escape', (escape: string) => ({
    text: `'${escape}' is no escape`,
    remedy: `write \\${escape} for a backslash; escapes are \\\\ \\" \\' \\n \\r \\t \\u0041`,
  })),
  R105: error('syntax/bad-number', (text: string) => ({
    text: `'${text}' is no number, or too large to be held exactly`,
    remedy: `write a number such as 5, -1 or 0.5; if it is text, put it in quotes: "${text}"`,
  })),
  R106: error('syntax/wrong-operator', (found: string, right: string) => ({
    text: `'${found}' is no operator`,
    remedy: `write '${right}'`,
  })),
  R107: error('syntax/keyword-case', (found: string, keyword: string) => ({
    text: `keywords are written in lower case, found '${found}'`,
    remedy: `did you mean '${keyword}'?`,
  })),
  R108: error('syntax/unquoted-text', (word: string, right: string) => ({
    text: `the value '${word}' has no quotes`,
    remedy: right,
  })),
  R109: error('syntax/literal-on-left', (literal: string, swapped: string) => ({
    text: `a test starts with a field, found the value ${literal}`,
    remedy: `write the field first: ${swapped}`,
  })),
  R110: error('syntax/field-on-right', (path: string) => ({
    text: `the right side of a test is a fixed value, found '${path}'`,
    remedy: `two fields cannot be compared; if it is text, put it in quotes: "${path}"`,
  })),
  R111: error('syntax/missing-test', (path: string) => ({
    text: `'${path}' stands alone, without a test`,
    remedy: `write a test, such as '${path} == true' or '${path} exists'`,
  })),
  R112: error('syntax/unbalanced', (bracket: string, missing: string) => ({
    text: `'${bracket}' has no matching '${missing}'`,
    remedy: `add '${missing}' or remove '${bracket}'`,
  })),
  R113: error('syntax/too-deep', (limit: string) => ({
    text: `more than ${limit} levels of 'not' and parentheses`,
    remedy: 'split the condition into several rules',
  })),
  R114: error('syntax/empty-condition', () => ({
    text: 'the condition is empty',
    remedy: 'write at least one test, such as event.type == "authentication"',
  })),
  R115: error('syntax/unknown-operator', (word: string, closest: string | undefined) => ({
    text: `'${word}' is no operator`,
    remedy: orElse(closest, 'use one of == != < <= > >= in contains startswith endswith matches exists'),
  })),
  R116: error('syntax/bad-path', (found: string) => ({
    text: `${found} is no part of a field path`,
    remedy: 'write parts as .name or ["any text"]; a path through an array reads every element, without a position',
  })),
  R117: error('syntax/not-before-test', (test: string, right: string) => ({
    text: `'not' cannot stand before '${test}'`,
    remedy: `write it before the field: ${right}`,
  })),
  R118: error('syntax/test-before-field', (test: string, right: string) => ({
    text: `'${test}' stands before its field`,
    remedy: `write the field first: ${right}`,
  })),
  R119: error('syntax/comment', () => ({
    text: 'a condition holds no comments',
    remedy: "put it on a YAML line of its own, above 'condition'",
  })),
  R120: error('syntax/several-values', (operator: string, right: string) => ({
    text: `'${operator}' takes one value, found a list`,
    remedy: right,
  })),

  R201: error('name/unknown-field', (path: string, closest: string | undefined) => ({
    text: `no field '${path}'`,
    remedy: orElse(closest, 'see docs/event-fields.md for all fields'),
  })),
  R202: error('name/unknown-list', (name: string, closest: string | undefined) => ({
    text: `no list '${name}'`,
    remedy:
      `${closest === undefined ? '' : `did you mean '${closest}'? otherwise `}define it in a rule file (lists: {${name}: [a, b]}), ` +
      `in TypeScript (lists: { ${name}: ['a', 'b'] }) or on the command line (--list ${name}=a,b)`,
  })),
  R203: error('name/unknown-value', (path: string, value: string, closest: string | undefined, values: string) => ({
    text: `'${path}' is never ${value}`,
    remedy: orElse(closest, `its values are ${values}`),
  })),
  R204: error('name/duplicate-rule', (id: string, first: string) => ({
    text: `the rule id '${id}' is already used at ${first}`,
    remedy: 'give one of the two rules another id',
  })),
  R205: error('name/conflicting-list', (name: string, first: string) => ({
    text: `the list '${name}' is already defined with other items at ${first}`,
    remedy: 'keep one of the two, or give them different names',
  })),
  R206: warning('name/field-of-another-source', (path: string, source: string, sources: string) => ({
    text: `'${path}' is never set on events of source '${source}'`,
    remedy: `remove the test or the source; the field is set by ${sources}`,
  })),
  R207: info('name/list-replaced', (name: string) => ({
    text: `the list '${name}' is given to this load from outside, so these items are not used`,
    remedy: `nothing to do if that is meant; else leave '${name}' out on one side`,
  })),
  R208: error('name/unknown-choice', (key: string, value: string, closest: string | undefined, choices: string) => ({
    text: `no ${key} '${value}'`,
    remedy: orElse(closest, `use one of ${choices}`),
  })),
  R209: error('name/unknown-action', (action: string, closest: string | undefined, choices: string) => ({
    text: `no action '${action}'`,
    remedy: orElse(closest, `use one of ${choices}`),
  })),
  R210: error('name/unknown-key', (key: string, place: string, closest: string | undefined, keys: string) => ({
    text: `${place} has no key '${key}'`,
    remedy: orElse(closest, `its keys are ${keys}`),
  })),
  R301: error('type/wrong-literal', (path: string, type: string, value: string, right: string) => ({
    text: `'${path}' holds ${type}, so it is never ${value}`,
    remedy: right,
  })),
  R302: error('type/no-order', (path: string, operator: string, value: string) => ({
    text: `'${operator}' orders numbers; it cannot compare '${path}' with ${value}`,
    remedy: 'compare a number field with a number, or use == != in startswith matches',
  })),
  R303: error('type/list-equality', (path: string, operator: string, right: string) => ({
    text: `'${path}' holds a list, which '${operator}' cannot compare with one value`,
    remedy: `write ${right}`,
  })),
  R304: error('type/no-text', (path: string, type: string, test: string) => ({
    text: `'${test}' reads text, but '${path}' holds ${type}`,
    remedy: type === 'a number' ? 'use == != < <= > >= or in' : 'use == or !=',
  })),
  R305: error('type/bad-pattern', (reason: string) => ({
    text: `the pattern is no RE2 regular expression: ${reason}`,
    remedy: 'use RE2 syntax: no lookaround, no backreferences; a backslash is written \\\\ inside the quotes',
  })),
  R306: error('type/text-needed', (test: string, value: string) => ({
    text: `'${test}' needs text, found ${value}`,
    remedy: `put it in quotes: "${value}"`,
  })),
  R307: error('type/list-of-text', (name: string, path: string, type: string) => ({
    text: `the list '${name}' holds text, but '${path}' holds ${type}`,
    remedy: `write the values in brackets: ${path} in [${type === 'a number' ? '1, 2' : 'true'}]`,
  })),
  R308: warning('type/empty-list', (list: string) => ({
    text: `${list} is empty, so nothing is ever in it`,
    remedy: 'add items, or remove the test that uses it',
  })),
  R401: error('document/yaml', (reason: string) => ({
    text: `not valid YAML: ${reason}`,
    remedy: "text with ': ' or ' #' in it needs quotes, a condition of several lines a block (condition: |)",
  })),
  R402: error('document/tab', () => ({
    text: 'YAML is indented with spaces, found a tab',
    remedy: 'replace the tab by spaces',
  })),
  R403: error('document/duplicate-key', (key: string, line: string) => ({
    text: `the key '${key}' is already given on line ${line}`,
    remedy: 'keep one of the two',
  })),
  R404: error('document/wrong-shape', (place: string, expected: string, found: string, right: string) => ({
    text: `${place} is ${expected}, found ${found}`,
    remedy: right,
  })),
  R405: error('document/missing-key', (key: string) => ({ text: `the rule has no ${key}`, remedy: `add '${key}: …'` })),
  R406: error('document/not-text', (place: string, found: string, quoted: string) => ({
    text: `${place} is text, found ${found}`,
    remedy: quoted,
  })),
  R407: error('document/bad-id', (id: string) => ({
    text: `'${id}' cannot be a rule id`,
    remedy: 'use letters, digits, dots, dashes and underscores, starting with a letter or digit, 100 at most',
  })),
  R408: error('document/no-id', (name: string) => ({
    text: `no id can be made of the name '${name}', which has no letter a-z and no digit`,
    remedy: "add an id, such as 'id: my-rule'",
  })),
  R409: error('document/bad-list-name', (name: string) => ({
    text: `'${name}' cannot be the name of a list`,
    remedy: 'use letters, digits, dashes and underscores, starting with a letter, and no keyword of the rule language',
  })),
  R410: error('document/action-twice', () => ({
    text: "the rule has both 'action' and 'actions'",
    remedy: "keep 'action'",
  })),
  R411: warning('document/nothing', () => ({
    text: 'the file holds neither rules nor lists',
    remedy: "add 'rules:' with at least one rule, or remove the file",
  })),
  R412: error('document/too-large', (size: string, limit: string) => ({
    text: `the file has ${size} characters, more than ${limit}`,
    remedy: 'split it into several files',
  })),
  R413: error('document/too-many-aliases', (limit: string) => ({
    text: `more than ${limit} YAML aliases in one file`,
    remedy: 'write the values out',
  })),
  R414: error('document/bad-alias', (name: string) => ({
    text: `the alias '*${name}' stands for nothing that was anchored before it`,
    remedy: `add the anchor '&${name}', or put the text in quotes`,
  })),
  R415: info('document/more-diagnostics', (count: string) => ({
    text: `${count} further diagnostics are not shown`,
    remedy: 'mend those above first',
  })),
  R501: error('unsupported/operator', (operator: string, instead: string) => ({
    text: `the operator '${operator}' ${NOT_YET}`,
    remedy: instead,
  })),
  R502: error('unsupported/quantifier', (word: string) => ({
    text: `the quantifier '${word} … in …:' ${NOT_YET}`,
    remedy: 'test the path itself; a path through an array holds when any element does',
  })),
  R503: error('unsupported/duration', (text: string) => ({
    text: `a duration such as ${text} ${NOT_YET}`,
    remedy: `write a number without a unit; if it is text, put it in quotes: "${text}"`,
  })),
  R504: error('unsupported/key', (key: string) => ({ text: `the key '${key}' ${NOT_YET}`, remedy: `remove '${key}'` })),
  R505: error('unsupported/action', (action: string, choices: string) => ({
    text: `the action '${action}' ${NOT_YET}`,
    remedy: `use one of ${choices}`,
  })),
  R506: error('unsupported/several-actions', (count: string) => ({
    text: `a rule with ${count} actions ${NOT_YET}`,
    remedy: 'keep one action',
  })),
  R507: error('unsupported/tier', (tier: string) => ({
    text: `the tier '${tier}' ${NOT_YET}`,
    remedy: "use 'alert', or leave the tier out",
  })),
  R508: error('unsupported/sigma', () => ({
    text: `this is a Sigma rule, which ${NOT_YET}`,
    remedy: "write it as a rule with 'name' and 'condition'; see docs/rule-language.md",
  })),
};

export type Code = keyof typeof CODES;
export type CodeArguments<C extends Code> = Parameters<(typeof CODES)[C]['say']>;
