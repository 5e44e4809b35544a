/** Texts as YAML scalars that YAML 1.1 and 1.2 read back as the same text. */

const PLAIN = /^[A-Za-z/][A-Za-z0-9_./:@+-]*$/;

/** Words that YAML 1.1 reads as a boolean or as nothing. */
const RESERVED = /^(y|n|yes|no|on|off|true|false|null)$/i;

/** Everything but printable ASCII, so that no reader folds, trims or rejects a character. */
const UNPRINTABLE = /[^\x20-\x7e]/g;

/** The text as it is where that is unmistakable, else in double quotes. */
export function yamlScalar(text: string): string {
  if (PLAIN.test(text) && !RESERVED.test(text) && !text.endsWith(':')) return text;
  const quoted = JSON.stringify(text).replace(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return quoted;
}

/** A list in brackets, or one item a line where that would be too wide. */
export function yamlList(key: string, items: readonly string[], indent: string): string[] {
  const scalars = items.map(yamlScalar);
  const inline = `${indent}${key}: [${scalars.join(', ')}]`;
  if (inline.length <= MAX_WIDTH) return [inline];
  return [`${indent}${key}:`, ...scalars.map((scalar) => `${indent}- ${scalar}`)];
}

const MAX_WIDTH = 110;
