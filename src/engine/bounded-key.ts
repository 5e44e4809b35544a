import { sha256 } from './hash';

/** Longer keys are replaced by their digest: who chooses a name must not choose how much we remember. */
const KEY_LENGTH = 512;

export function boundedKey(text: string): string {
  return text.length <= KEY_LENGTH ? text : `sha256:${sha256(text)}`;
}
