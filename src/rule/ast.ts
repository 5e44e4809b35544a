/** The tree of a condition. Evaluators, printers and analyses read it; none reads rule text. */

/** A stretch of a source text, in UTF-16 units from its start; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A dotted path such as `event.user`; a segment that is no identifier is written `["like/this"]`. */
export interface FieldPath {
  readonly segments: readonly string[];
  readonly span: Span;
}

export type LiteralValue = string | number | boolean;

export interface Literal {
  readonly value: LiteralValue;
  readonly span: Span;
}

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type TextTest = 'contains' | 'startswith' | 'endswith' | 'matches';

/** The right side of `in`: literals in brackets, or the name of a list. */
export type ListOperand =
  | { readonly kind: 'literals'; readonly items: readonly Literal[]; readonly span: Span }
  | { readonly kind: 'named'; readonly name: string; readonly span: Span };

export type Expr =
  | { readonly kind: 'all-of'; readonly parts: readonly Expr[]; readonly span: Span }
  | { readonly kind: 'any-of'; readonly parts: readonly Expr[]; readonly span: Span }
  | { readonly kind: 'not'; readonly part: Expr; readonly span: Span }
  | {
      readonly kind: 'compare';
      readonly field: FieldPath;
      readonly comparison: Comparison;
      readonly value: Literal;
      readonly span: Span;
    }
  | {
      readonly kind: 'in';
      readonly field: FieldPath;
      readonly negated: boolean;
      readonly list: ListOperand;
      readonly span: Span;
    }
  | {
      readonly kind: 'text';
      readonly field: FieldPath;
      readonly test: TextTest;
      readonly value: Literal;
      readonly span: Span;
    }
  | { readonly kind: 'exists'; readonly field: FieldPath; readonly span: Span };

/** A leaf of the tree: one field, one question. */
export type Test = Extract<Expr, { readonly kind: 'compare' | 'in' | 'text' | 'exists' }>;
