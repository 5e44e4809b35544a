/**
 * Characters that do not show, that show as something else, or that YAML cannot hold: controls, blanks of other widths,
 * invisible and direction-changing characters, lone surrogates, tags. Spelled out, because the Unicode tables of Node
 * versions differ and printed bytes must not.
 */
export const HIDDEN =
  /[\0-\x1f\x7f-\xa0\xad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\ud800-\udfff\u{e0000}-\u{e0fff}]/gu;

/** The text for a terminal, which shall not obey what strangers wrote: each hidden character becomes U+FFFD. */
export function masked(text: string): string {
  return text.replace(HIDDEN, '\ufffd');
}
