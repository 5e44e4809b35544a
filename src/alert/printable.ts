/** Makes text that strangers chose safe to print: in a sentence, a terminal, a log line. */
import { HIDDEN } from '../event/hidden-characters';

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
