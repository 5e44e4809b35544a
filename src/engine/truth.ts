/**
 * Kleene's three truth values as ordered numbers: `and` is the lesser, `or` the greater, `not` the mirror image. A rule
 * fires on `TRUE` only.
 */
export const FALSE = 0;
/** It depends on something that was not recorded. */
export const UNKNOWN = 1;
export const TRUE = 2;

export type Truth = typeof FALSE | typeof UNKNOWN | typeof TRUE;

const MIRROR: readonly [Truth, Truth, Truth] = [TRUE, UNKNOWN, FALSE];

export function truthOf(holds: boolean): Truth {
  return holds ? TRUE : FALSE;
}

export function not(truth: Truth): Truth {
  return MIRROR[truth];
}

/** The conjunction of `parts` on `input`; stops at the first that is false. */
export function every<T>(parts: readonly ((input: T) => Truth)[], input: T): Truth {
  let result: Truth = TRUE;
  for (const part of parts) {
    const truth = part(input);
    if (truth === FALSE) return FALSE;
    if (truth < result) result = truth;
  }
  return result;
}

/** The disjunction of `parts` on `input`; stops at the first that is true. */
export function some<T>(parts: readonly ((input: T) => Truth)[], input: T): Truth {
  let result: Truth = FALSE;
  for (const part of parts) {
    const truth = part(input);
    if (truth === TRUE) return TRUE;
    if (truth > result) result = truth;
  }
  return result;
}
