import type { IConstruct } from 'constructs';
import { checkNoPlaceholder } from './destination-files';
import { fail } from './validate';

/** Those of the texts that there are. */
export function given(texts: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Texts that stand in a record or a header as they are: on one line, and nothing in them that Fluentd would replace. */
export function checkConstants(
  at: IConstruct,
  destinationName: string,
  texts: Readonly<Record<string, string | undefined>>,
): void {
  checkNoPlaceholder(at, destinationName, given(texts));
  for (const [name, text] of Object.entries(given(texts))) {
    if (/\p{Cc}/u.test(text)) fail(at, `'${name}' of '${destinationName}' has a line break`, 'write it on one line');
    if (!/__[A-Z_]+__/.test(text)) continue;
    fail(at, `'${name}' of '${destinationName}' holds '__', with capitals`, 'Fluentd would replace it: leave it out');
  }
}
