/** Makes text that strangers chose safe to print: in a sentence, a terminal, a log line. */

/** Controls, invisible and direction-changing characters, lone surrogates, tags. Spelled out: Unicode data differs between runtimes. */
const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff\u{e0000}-\u{e007f}]/gu;
const PLAIN = /^[A-Za-z0-9_.:@/+*-]+$/;

/** At most `limit` UTF-16 units, with an ellipsis where something is missing; never half a character. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const kept = text.slice(0, limit - 1);
  return `${/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}

/** Hidden characters as `\u{…}`. */
export function printable(text: string, limit: number): string {
  return cut(text, limit).replace(HIDDEN, (hidden) => `\\u{${(hidden.codePointAt(0) ?? 0).toString(16)}}`);
}

/** A name inside a sentence: bare if it cannot be mistaken for anything else, else in quotes. */
export function quoted(text: string, limit: number): string {
  const shown = printable(text, limit);
  return PLAIN.test(shown) ? shown : `"${shown.replace(/"/g, '\\"')}"`;
}
