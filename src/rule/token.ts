import type { Comparison, Span } from './ast';

export const KEYWORDS = [
  'and',
  'or',
  'not',
  'in',
  'contains',
  'startswith',
  'endswith',
  'matches',
  'exists',
  'true',
  'false',
] as const;
export type Keyword = (typeof KEYWORDS)[number];

const keywords: ReadonlySet<string> = new Set(KEYWORDS);

export function isKeyword(word: string): word is Keyword {
  return keywords.has(word);
}

/** What a path segment or the name of a list may look like without brackets. */
export const WORD = /[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*/;

const WHOLE_WORD = new RegExp(`^${WORD.source}$`);

export function isWord(text: string): boolean {
  return WHOLE_WORD.test(text);
}

export type TokenSymbol = Comparison | '(' | ')' | '[' | ']' | ',' | ':';

export type Token =
  /** A field path, or the name of a list where it has one segment. */
  | { readonly kind: 'path'; readonly segments: readonly string[]; readonly span: Span }
  | { readonly kind: 'keyword'; readonly word: Keyword; readonly span: Span }
  | { readonly kind: 'string'; readonly value: string; readonly span: Span }
  | { readonly kind: 'number'; readonly value: number; readonly span: Span }
  | { readonly kind: 'symbol'; readonly symbol: TokenSymbol; readonly span: Span }
  | { readonly kind: 'end'; readonly span: Span };
